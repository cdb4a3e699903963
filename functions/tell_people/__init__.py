"""Tells each audience what it wants to hear of the stack's pipelines: at once, or after its quiet hours.

Events: the rules of EventBridge hand over what they found as one kind of event, `Delivery Happening`, whose detail is
    happening: approval-waits, failed, succeeded, superseded, stopped, deployment (the end of one in CodeDeploy), or
        drift (the end of a look for it).
    pipeline: its name; of a deployment the application in CodeDeploy, which has the same; of a look its project.
    execution: id of the pipeline execution, or of the deployment; of a look the ARN of its build.
    stage, action: what waits, of approval-waits only.
    state: of deployment CodeDeploy's word, of stopped CodePipeline's.
What the event doesn't say (commit, who, why) is looked up. Where AWS doesn't answer that, people are told without it.

Parameters, as JSON in the variable `PARAMETERS`, exactly these keys:
    environment: name of the environment.
    production: whether what fails there is urgent.
    audiences: see `notices.audience.Audience`; they are told in this order.
    topic: ARN of the SNS topic for what could not be told.

An event that comes twice is told twice: mail knows no memory. Its id is the same each time, which webhooks and digests
use. The actions of CodePipeline are asked for on the pipelines, `codedeploy:GetDeployment` on their deployment groups,
`codebuild:BatchGetBuilds` on the project that looks for drift, where there is one.
"""

API_ACTIONS: tuple[str, ...] = (
    "codebuild:BatchGetBuilds",
    "codedeploy:GetDeployment",
    "codepipeline:GetPipelineExecution",
    "codepipeline:GetPipelineState",
    "codepipeline:ListActionExecutions",
    "codepipeline:ListPipelineExecutions",
    "codepipeline:ListRuleExecutions",
    "lambda:InvokeFunction",
    "sns:Publish",
    "sqs:SendMessage",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ("kms:Decrypt", "kms:GenerateDataKey")
"""What SNS and SQS check of the sender on the key that encrypts topics and queues."""

PACKAGES: tuple[str, ...] = ("notices", "pipeline_job", "repository_events")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
