"""Tells people that a release takes the hotfix lane, and which stages it skips there.

An action of the pipeline invokes it. Its `UserParameters` have exactly the keys:
    execution: id of the pipeline execution.
    branch: the branch that is released.
    commit: the commit, which CodePipeline may fill in from a variable of the source.

Parameters that are fixed, as JSON in the variable `PARAMETERS`, exactly these keys:
    pipeline: name of the pipeline.
    environment: where it delivers to.
    skips: names of what the lane skips there, which may be none.
    topic: ARN of the SNS topic.

It gives the pipeline the variable `announced`, the message's id. A job that is delivered twice may be announced twice.
`sns:Publish` is asked for on the topic; jobs have no resource level.
"""

API_ACTIONS: tuple[str, ...] = (
    "codepipeline:PutJobFailureResult",
    "codepipeline:PutJobSuccessResult",
    "sns:Publish",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ("kms:Decrypt", "kms:GenerateDataKey")
"""What SNS checks of the publisher on the key that encrypts the topic."""

PACKAGES: tuple[str, ...] = ("pipeline_job",)
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
