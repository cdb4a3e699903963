"""Lets a release in: only bytes that the environment before this one has tested and promoted.

An action of the pipeline invokes it directly after the source, with the source artifact. Its `UserParameters` have
exactly the key:
    execution: id of the pipeline execution.

Parameters that are fixed, as JSON in the variable `PARAMETERS`, exactly these keys:
    application: whose release it has to be.
    bucket: the release bucket.
    pipeline: ARN of the pipeline that has to have promoted it.

It computes the digest of the artifact and looks for the manifest of exactly these bytes. What the manifest says, it
gives the pipeline as variables: `DIGEST`, `COMMIT`, `BRANCH`, `TAG`, `AUTHORS`, `TESTS`, `REPOSITORY`, `PROMOTED_AT`,
each short enough for the text of an approval, and `none` where there is nothing to say.

It changes nothing, so a call that is repeated or late finds the same. The artifact is read with the credentials that
CodePipeline hands over with the job.
"""

API_ACTIONS: tuple[str, ...] = (
    "codepipeline:PutJobFailureResult",
    "codepipeline:PutJobSuccessResult",
    "s3:GetObject",
)
"""The calls this function makes as itself, as IAM actions; a contract test compares them with those it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ("kms:Decrypt", "s3:ListBucket")
"""What S3 checks of the reader: on the key, and to tell a manifest that isn't there from one that may not be read."""

PACKAGES: tuple[str, ...] = ("pipeline_job", "release_manifest")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
