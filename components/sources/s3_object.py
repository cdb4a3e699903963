"""One object of a bucket as a source, by version: what `S3Source` and promotion have in common."""

import json

from components.iam import Statement
from components.place import Place
from components.sources.detection import Detection, polled
from components.sources.plan import NAMESPACE, SOURCE
from components.stages import Action, Category
from components.triggers import EventTrigger

LATEST = "latest"
"""The value of the version's variable when the pipeline isn't started by the object itself: the newest one."""


def object_action(*, bucket: str, key: str, detection: Detection, place: Place, key_arn: str | None = None) -> Action:
    """The action that fetches the object
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html).

    Args:
        bucket: a bucket with versioning, in the region of the pipeline.
        key: of the object, a ZIP archive.
        detection: whether CodePipeline polls it.
        place: where the pipeline runs.
        key_arn: the KMS key of the object, where it isn't the stack's own.
    """
    arn = place.bucket_arn(bucket)
    permissions = [
        Statement(
            actions=("s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionTagging"),
            resources=(f"{arn}/{key}",),
        ),
        Statement(
            actions=("s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBucket"),
            resources=(arn,),
        ),
    ]
    if key_arn:
        permissions.append(Statement(actions=("kms:Decrypt",), resources=(key_arn,)))
    return Action(
        name=NAMESPACE,
        category=Category.SOURCE,
        provider="S3",
        configuration={
            "S3Bucket": bucket,
            "S3ObjectKey": key,
            "PollForSourceChanges": polled(detection),
            "AllowOverrideForS3ObjectKey": "false",
        },
        outputs=(SOURCE,),
        namespace=NAMESPACE,
        permissions=tuple(permissions),
    )


def new_object(*, bucket: str, key: str, variable: str, name: str, description: str) -> EventTrigger:
    """A new version of the object, which the pipeline is handed by its id and in a variable
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html). The bucket has to send its events to
    EventBridge."""
    return EventTrigger(
        name=name,
        description=description,
        pattern={
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {"bucket": {"name": [bucket]}, "object": {"key": [key]}},
        },
        input_paths={"version": "$.detail.object.version-id"},
        input_template=json.dumps(
            {
                "sourceRevisions": [
                    {"actionName": NAMESPACE, "revisionType": "S3_OBJECT_VERSION_ID", "revisionValue": "<version>"},
                ],
                "variables": [{"name": variable, "value": "<version>"}],
            }
        ),
    )
