"""Makes the tested bundle a task definition of ECS, and lets CodeDeploy bring the traffic of a service to its tasks."""

API_ACTIONS: tuple[str, ...] = (
    "codedeploy:BatchGetDeploymentTargets",
    "codedeploy:BatchGetDeployments",
    "codedeploy:CreateDeployment",
    "codedeploy:GetDeployment",
    "codedeploy:ListDeploymentTargets",
    "codedeploy:ListDeployments",
    "codepipeline:GetPipelineExecution",
    "codepipeline:PutJobFailureResult",
    "codepipeline:PutJobSuccessResult",
    "ecr:DescribeImages",
    "ecs:DescribeServices",
    "ecs:DescribeTaskDefinition",
    "ecs:DescribeTasks",
    "ecs:ListTasks",
    "ecs:RegisterTaskDefinition",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = (
    "codedeploy:GetApplicationRevision",
    "codedeploy:GetDeploymentConfig",
    "codedeploy:RegisterApplicationRevision",
    "iam:PassRole",
)
"""What CodeDeploy checks of the caller of CreateDeployment, and ECS of the caller of RegisterTaskDefinition."""

PACKAGES: tuple[str, ...] = ("deployments", "pipeline_job", "services")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
