"""Lets a release on only when whoever approved it is neither who made it nor who started it, and no two are one.

Actions of the pipeline invoke it, each after approvals and before anything follows them. Their `UserParameters` have
exactly the keys:
    execution: id of the pipeline execution.
    check: which of `checks` it is.

Parameters that are fixed, as JSON in the variable `PARAMETERS`, exactly these keys:
    pipeline, deploy, application, provider, repository, address, bucket, variable: whose releases these are, as
        `release_evidence.release.Subject` says.
    checks: by name, the `stage` that the approvals are in, and as `gates` the names of those that there must be.
    rule: `authors` (neither an author nor a starter), `starter` (not a starter) or `none` (recorded only).
    people: names that a person has besides, by mail address.

It gives the pipeline the variable `approvers`. Each visit writes one line of JSON to its log, which is the record of
who approved what.

An approval that isn't listed yet is waited for, for ten minutes. A stage that is retried is judged by its last
approvals. A job that is delivered twice is judged the same way twice, and answered once.

The actions of CodePipeline are asked for on the pipeline, those of CodeCommit on the repository, that of S3 on the
manifests of the application; a role needs only what its source has.
"""

API_ACTIONS: tuple[str, ...] = (
    "codecommit:BatchGetCommits",
    "codepipeline:GetPipelineExecution",
    "codepipeline:GetPipelineState",
    "codepipeline:ListActionExecutions",
    "codepipeline:ListPipelineExecutions",
    "codepipeline:PutJobFailureResult",
    "codepipeline:PutJobSuccessResult",
    "s3:GetObject",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ("kms:Decrypt", "s3:ListBucket")
"""What S3 checks of the reader: the key of the manifests, and whether it may know that one isn't there."""

PACKAGES: tuple[str, ...] = ("pipeline_job", "release_evidence", "release_manifest")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
