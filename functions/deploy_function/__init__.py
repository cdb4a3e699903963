"""Makes the tested bundle a version of a Lambda function, and lets CodeDeploy shift its alias there."""

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
    "lambda:GetAlias",
    "lambda:GetFunctionConfiguration",
    "lambda:PublishVersion",
    "lambda:UpdateAlias",
    "lambda:UpdateFunctionCode",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = (
    "codedeploy:GetApplicationRevision",
    "codedeploy:GetDeploymentConfig",
    "codedeploy:RegisterApplicationRevision",
    "kms:CreateGrant",
    "kms:Decrypt",
    "s3:GetObject",
)
"""What CodeDeploy checks of the caller of CreateDeployment, and Lambda of the caller of UpdateFunctionCode: for the
bundle, and for the variables of the function."""

PACKAGES: tuple[str, ...] = ("deployments", "function_versions", "pipeline_job")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
