"""Publishes to CloudWatch what each new record of the ledger says of the delivery, whoever wrote the record.

Events: `Object Created` of the ledger's bucket, by EventBridge.

Parameters, as JSON in the variable `PARAMETERS`, exactly these keys:
    environment: name of the environment; a dimension of the metrics, beside the application.
    ledger: name of the ledger's bucket.
    topic: ARN of the SNS topic for what could not be measured.

What is measured is marked in the ledger, so that an event which comes twice is measured once. Each record is measured
with those that came before it, so that the order of the events is no matter. CloudWatch has no such mark: where the
function dies between its metrics and the mark, Lambda's next try measures once more. The ledger itself stays right;
`operations releases --measures` computes from it.

`cloudwatch:PutMetricData` is asked for on one namespace, what it does in S3 on the ledger alone.
"""

API_ACTIONS: tuple[str, ...] = (
    "cloudwatch:PutMetricData",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
    "sns:Publish",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ("kms:Decrypt", "kms:GenerateDataKey")
"""What S3 and SNS check of the caller on the key that encrypts ledger and topic."""

PACKAGES: tuple[str, ...] = ("pipeline_job", "release_ledger", "release_manifest", "repository_events")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
