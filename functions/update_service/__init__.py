"""Makes the tested bundle a task definition of ECS, and lets ECS itself bring the traffic of a service to its tasks."""

API_ACTIONS: tuple[str, ...] = (
    "codepipeline:GetPipelineExecution",
    "codepipeline:PutJobFailureResult",
    "codepipeline:PutJobSuccessResult",
    "ecr:DescribeImages",
    "ecs:DescribeServiceDeployments",
    "ecs:DescribeServiceRevisions",
    "ecs:DescribeServices",
    "ecs:DescribeTaskDefinition",
    "ecs:DescribeTasks",
    "ecs:ListServiceDeployments",
    "ecs:ListTasks",
    "ecs:RegisterTaskDefinition",
    "ecs:StopServiceDeployment",
    "ecs:UpdateService",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ("iam:PassRole",)
"""What ECS checks of the caller of RegisterTaskDefinition."""

PACKAGES: tuple[str, ...] = ("deployments", "pipeline_job", "services")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
