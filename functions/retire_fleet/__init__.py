"""Keeps the old fleet while the new one bakes, then stops it.

Besides what all functions of a delivery by two fleets are told (`fleets.parameters`), the variable `PARAMETERS` may
have `skipBakeFor`, a list of branch patterns such as `hotfix/*`, and the action's `UserParameters` may have `branch`.
A release of such a branch need not bake. Alarms and health are asked all the same.
"""

API_ACTIONS: tuple[str, ...] = (
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DetachTrafficSources",
    "autoscaling:ResumeProcesses",
    "autoscaling:SuspendProcesses",
    "autoscaling:UpdateAutoScalingGroup",
    "cloudwatch:DescribeAlarms",
    "codedeploy:BatchGetDeployments",
    "codedeploy:GetDeployment",
    "codedeploy:GetDeploymentGroup",
    "codedeploy:ListDeployments",
    "codepipeline:GetPipelineExecution",
    "codepipeline:PutJobFailureResult",
    "codepipeline:PutJobSuccessResult",
    "elasticloadbalancing:DescribeTargetHealth",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ("ec2:CreateTags", "ec2:RunInstances", "iam:PassRole", "ssm:GetParameters")
"""What Auto Scaling checks of the caller of UpdateAutoScalingGroup on a group with a launch template."""

PACKAGES: tuple[str, ...] = ("deployments", "fleets", "pipeline_job")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
