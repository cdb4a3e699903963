"""Holds the release until the load balancer finds the serving fleet healthy and no alarm speaks against it."""

API_ACTIONS: tuple[str, ...] = (
    "autoscaling:DescribeAutoScalingGroups",
    "cloudwatch:DescribeAlarms",
    "codedeploy:GetDeploymentGroup",
    "codepipeline:PutJobFailureResult",
    "codepipeline:PutJobSuccessResult",
    "elasticloadbalancing:DescribeTargetHealth",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ()
"""What AWS checks of the caller besides; nothing here."""

PACKAGES: tuple[str, ...] = ("deployments", "fleets", "pipeline_job")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
