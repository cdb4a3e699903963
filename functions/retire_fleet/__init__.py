"""Keeps the old fleet while the new one bakes, then stops it."""

API_ACTIONS: tuple[str, ...] = (
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DetachTrafficSources",
    "autoscaling:UpdateAutoScalingGroup",
    "cloudwatch:DescribeAlarms",
    "codedeploy:GetDeploymentGroup",
    "codedeploy:ListDeployments",
    "codepipeline:PutJobFailureResult",
    "codepipeline:PutJobSuccessResult",
    "elasticloadbalancing:DescribeTargetHealth",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ()
"""What AWS checks of the caller besides; nothing here."""
