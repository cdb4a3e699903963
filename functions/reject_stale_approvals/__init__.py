"""Withdraws an approval that nobody has answered when a newer revision waits behind it.

Events: any state of a stage of the pipeline, and of its approvals. Whatever an event tells, the pipeline is looked at
anew, so one that comes late, twice or in another order finds what is true by then.

The execution that waits is stopped, not rejected: a permission to answer approvals can't be narrowed to `Rejected`, and
no machine of this program may approve. It is stopped only while each of its approvals is without an answer; whoever has
said yes isn't overruled. What is newer has to be another revision of the same branch, made no earlier, and has to wait
at the same stage with everything before it passed.

Parameters, as JSON in the variable `PARAMETERS`, exactly these keys:
    pipeline: its name.
    stage: the stage that the approvals are in.
    variable: the pipeline variable with the branch, empty where the source action says it.
    branches: whether the source has branches at all.
    tags: patterns of tags that start the pipeline, such as `v*`: tags of one pattern are one branch.
    topic: ARN of the SNS topic for what only a person can help.

That it was stopped, and for what, is told to people by `tell_people`, as of every execution that is stopped.

The actions of CodePipeline are asked for on the pipeline, `sns:Publish` on the topic.
"""

API_ACTIONS: tuple[str, ...] = (
    "codepipeline:GetPipelineExecution",
    "codepipeline:GetPipelineState",
    "codepipeline:ListActionExecutions",
    "codepipeline:StopPipelineExecution",
    "sns:Publish",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ("kms:Decrypt", "kms:GenerateDataKey")
"""What SNS checks of the publisher on the key that encrypts the topic."""

PACKAGES: tuple[str, ...] = ("pipeline_job", "release_evidence", "release_manifest", "repository_events")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
