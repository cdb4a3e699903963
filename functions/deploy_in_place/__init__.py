"""Deploys the tested bundle to a group of CodeDeploy where its machines stand, and watches what came of it.

CodePipeline's own action for CodeDeploy can do neither of two things that a group beside the main one needs: go back
while the alarm rings that has asked for it, and wait until CodeDeploy has rolled another deployment back.
"""

API_ACTIONS: tuple[str, ...] = (
    "cloudwatch:DescribeAlarms",
    "codedeploy:BatchGetDeploymentTargets",
    "codedeploy:BatchGetDeployments",
    "codedeploy:CreateDeployment",
    "codedeploy:GetDeployment",
    "codedeploy:ListDeploymentTargets",
    "codedeploy:ListDeployments",
    "codepipeline:GetPipelineExecution",
    "codepipeline:PutJobFailureResult",
    "codepipeline:PutJobSuccessResult",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = (
    "codedeploy:GetApplicationRevision",
    "codedeploy:GetDeploymentConfig",
    "codedeploy:RegisterApplicationRevision",
)
"""What CodeDeploy checks of the caller of CreateDeployment."""

PACKAGES: tuple[str, ...] = ("deployments", "pipeline_job")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
