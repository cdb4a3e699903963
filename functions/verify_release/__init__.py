"""Holds the release until the load balancer finds the serving fleet healthy and no alarm has spoken against it.

Then policies may move that fleet again. It is the last action of the stage that shifts the traffic: where it fails,
CodePipeline rolls that stage back.
"""

API_ACTIONS: tuple[str, ...] = (
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:ResumeProcesses",
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

IMPLIED_ACTIONS: tuple[str, ...] = ()
"""What AWS checks of the caller besides; nothing here."""

PACKAGES: tuple[str, ...] = ("deployments", "fleets", "pipeline_job")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
