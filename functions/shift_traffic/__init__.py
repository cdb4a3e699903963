"""Deploys a release to the idle fleet and lets CodeDeploy move the traffic there."""

API_ACTIONS: tuple[str, ...] = (
    "autoscaling:AttachTrafficSources",
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DetachTrafficSources",
    "autoscaling:ResumeProcesses",
    "autoscaling:SuspendProcesses",
    "autoscaling:TerminateInstanceInAutoScalingGroup",
    "autoscaling:UpdateAutoScalingGroup",
    "codedeploy:BatchGetDeploymentTargets",
    "codedeploy:BatchGetDeployments",
    "codedeploy:CreateDeployment",
    "codedeploy:GetDeployment",
    "codedeploy:GetDeploymentGroup",
    "codedeploy:ListDeploymentTargets",
    "codedeploy:ListDeployments",
    "codedeploy:UpdateDeploymentGroup",
    "codepipeline:GetPipelineExecution",
    "codepipeline:PutJobFailureResult",
    "codepipeline:PutJobSuccessResult",
    "elasticloadbalancing:DeregisterTargets",
    "elasticloadbalancing:DescribeTargetHealth",
    "elasticloadbalancing:RegisterTargets",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = (
    "codedeploy:GetApplicationRevision",
    "codedeploy:GetDeploymentConfig",
    "codedeploy:RegisterApplicationRevision",
    "ec2:CreateTags",
    "ec2:RunInstances",
    "iam:PassRole",
    "ssm:GetParameters",
)
"""What CodeDeploy checks of the caller of CreateDeployment, and Auto Scaling of the caller of UpdateAutoScalingGroup on
a group with a launch template, besides those actions themselves."""

PACKAGES: tuple[str, ...] = ("deployments", "fleets", "pipeline_job")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
