"""Writes each deployment that has ended into the stack's ledger, once.

Invoked when the stage that deploys ends, when a deployment of CodeDeploy ends, and every hour. Whatever it is invoked
by, it asks CodePipeline what has ended and writes down what the ledger doesn't have: events that come twice, too late,
in another order or not at all change nothing.

Events: `CodePipeline Stage Execution State Change` and `CodeDeploy Deployment State-change Notification` as AWS sends
them; `Scheduled Event` for all pipelines.

Parameters, as JSON in the variable `PARAMETERS`, exactly these keys:
    environment: name of the environment, which is that of the stack.
    ledger: name of the ledger's bucket.
    version: name of the parameter with the version of the infrastructure.
    topic: ARN of the SNS topic for what could not be written.

The file `pipelines.json` beside the handler, for the variables of a function end at 4 KB: by name of the pipeline,
which its application in CodeDeploy has as well, an object with
    application: whose pipeline it is.
    stage: its stage that deploys.
    actions: the names of that stage's actions, first the one that deploys to the main group.
    repository: name of its repository in CodeCommit, else empty.
    releases: the release bucket with the manifests of what was promoted to it, else empty.
    variable: the pipeline variable with the branch, empty where the source action says it.
    hotfix: patterns of the branches of hotfixes.

`ssm:GetParameter` is asked for on that one parameter, `codedeploy:GetDeployment` on the deployment groups of the
pipelines, `s3:GetObject` on artifacts, manifests and the ledger.
"""

API_ACTIONS: tuple[str, ...] = (
    "codecommit:BatchGetCommits",
    "codedeploy:GetDeployment",
    "codepipeline:GetPipelineExecution",
    "codepipeline:ListActionExecutions",
    "codepipeline:ListPipelineExecutions",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
    "sns:Publish",
    "ssm:GetParameter",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ("kms:Decrypt", "kms:GenerateDataKey")
"""What S3 and SNS check of the caller on the key that encrypts artifacts, manifests, ledger and topic."""

PACKAGES: tuple[str, ...] = ("deployments", "pipeline_job", "release_ledger", "release_manifest", "repository_events")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
