"""Finds what an approver has to know of a release, and tells the pipeline in variables, before anybody is asked.

An action of the pipeline invokes it. Its `UserParameters` have exactly the key:
    execution: id of the pipeline execution.

Parameters that are fixed, as JSON in the variable `PARAMETERS`, exactly these keys:
    pipeline, deploy, application, provider, repository, address, bucket, variable: whose releases these are, as
        `release_evidence.release.Subject` says.
    room: how many characters the variable `text` may have.

It gives the pipeline the variables `text` (all of it, in as much room as there is), and by themselves `commit`,
`authors`, `branch`, `tag`, `running`, `diff`, `link`, `tests` and `startedBy`. What isn't known is said in words: no
variable is ever empty. It changes nothing, so a job that is delivered twice finds the same.

The actions of CodePipeline are asked for on the pipeline, those of CodeCommit on the repository, that of S3 on the
manifests of the application; a role needs only what its source has.
"""

API_ACTIONS: tuple[str, ...] = (
    "codecommit:BatchGetCommits",
    "codecommit:GitPull",
    "codepipeline:GetPipelineExecution",
    "codepipeline:ListActionExecutions",
    "codepipeline:ListPipelineExecutions",
    "codepipeline:PutJobFailureResult",
    "codepipeline:PutJobSuccessResult",
    "s3:GetObject",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ("kms:Decrypt", "s3:ListBucket")
"""What S3 checks of the reader: the key of the manifests, and whether it may know that one isn't there."""

PACKAGES: tuple[str, ...] = ("git_push", "pipeline_job", "release_evidence", "release_manifest")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
