"""Gives the tested artifact to the next environment: first what is known of it, then the artifact itself.

An action of the pipeline invokes it, with one input artifact. Its `UserParameters` have exactly the key:
    execution: id of the pipeline execution.
and may have:
    branch: the branch, or the tag, that the execution delivers.

Parameters that are fixed, as JSON in the variable `PARAMETERS`, exactly these keys:
    application: whose release it is.
    pipeline: name of the pipeline.
    pipelineArn: its ARN, which the manifest names and the receiver expects.
    action: name of the action that invokes the function.
    bucket, region, account: the release bucket of the receiver, where it is and whose.
    tagRules: ARNs of the rules that start the pipeline by a tag, which may be none.

It writes the manifest to `<application>/manifests/<digest>.json`, which is created once and never replaced, and then
the artifact to `<application>/release.zip`, whose event starts the receiver. S3 takes the artifact only if it has the
digest (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html), and only in the place of
the object that was seen there before (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html): a
call that is repeated, doubled or late finds its release promoted, or the action over, and writes nothing.

It gives the pipeline the variables `DIGEST`, `MANIFEST` (its key) and `VERSION` (of the object).

The artifact is read with the credentials that CodePipeline hands over with the job; the function's own role may touch
no bucket but the receiver's, and there this application's objects alone. An artifact may have 5 GiB, the most that one
PutObject takes (https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html), and must be read within ten
minutes.
"""

API_ACTIONS: tuple[str, ...] = (
    "codecommit:BatchGetCommits",
    "codepipeline:GetPipelineExecution",
    "codepipeline:ListActionExecutions",
    "codepipeline:PutJobFailureResult",
    "codepipeline:PutJobSuccessResult",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
)
"""The calls this function makes as itself, as IAM actions; a contract test compares them with those it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ("kms:Decrypt", "kms:GenerateDataKey")
"""What S3 checks of the writer on the key that encrypts the receiver's bucket."""

PACKAGES: tuple[str, ...] = ("pipeline_job", "release_manifest")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
