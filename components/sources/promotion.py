"""Promotion: what one environment tested becomes the source of the next, byte for byte.

The last action of the giving pipeline copies the tested artifact into the release bucket of the receiving environment;
the receiving pipeline starts from that object, by version. Nothing is built twice.
"""

import json

from components.iam import Statement
from components.place import Place
from components.sources.plan import NAMESPACE, SOURCE, SourcePlan
from components.stages import Action, Artifact, Category, EventStart, Trigger

RELEASE_VARIABLE = "RELEASE"
"""The pipeline variable with the version of the promoted object."""

LATEST = "latest"
"""Its value when somebody starts the pipeline by hand: the newest object."""


def release_key(application: str) -> str:
    """Where in the release bucket an application's artifact lies."""
    return f"{application}/release.zip"


def promotion_source(*, application: str, origin: str, place: Place) -> SourcePlan:
    """The artifact that the environment `origin` tested, from this environment's release bucket."""
    bucket = place.release_bucket
    key = release_key(application)
    arn = place.bucket_arn(bucket)
    action = Action(
        name=NAMESPACE,
        category=Category.SOURCE,
        provider="S3",
        configuration={
            "S3Bucket": bucket,
            "S3ObjectKey": key,
            "PollForSourceChanges": "false",
            "AllowOverrideForS3ObjectKey": "false",
        },
        outputs=(SOURCE,),
        namespace=NAMESPACE,
        permissions=(
            Statement(
                actions=("s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionTagging"),
                resources=(f"{arn}/{key}",),
            ),
            Statement(
                actions=("s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBucket"),
                resources=(arn,),
            ),
        ),
    )
    return SourcePlan(
        action=action,
        triggers=(
            Trigger(
                name="promotion",
                kind="event",
                description=f"artifact promoted by {origin}",
                event=_new_object(bucket, key, action.name),
            ),
        ),
        variables={RELEASE_VARIABLE: LATEST},
        revision=f"version #{{{NAMESPACE}.VersionId}} of s3://{bucket}/{key}, promoted by {origin}",
        is_built=True,
    )


def _new_object(bucket: str, key: str, action: str) -> EventStart:
    return EventStart(
        pattern={
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {"bucket": {"name": [bucket]}, "object": {"key": [key]}},
        },
        input_paths={"version": "$.detail.object.version-id"},
        input_template=json.dumps(
            {
                "sourceRevisions": [
                    {"actionName": action, "revisionType": "S3_OBJECT_VERSION_ID", "revisionValue": "<version>"},
                ],
                "variables": [{"name": RELEASE_VARIABLE, "value": "<version>"}],
            }
        ),
    )


def promote_action(*, application: str, artifact: Artifact, destination: Place) -> Action:
    """Copies the tested artifact to the next environment
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html).

    The object is encrypted with the *receiver's* key, by the default of its bucket. That key's ARN is not known here;
    the permission is narrowed to encryption by S3, for that bucket.
    """
    bucket = destination.release_bucket
    arn = destination.bucket_arn(bucket)
    return Action(
        name="Promote",
        category=Category.DEPLOY,
        provider="S3",
        configuration={"BucketName": bucket, "Extract": "false", "ObjectKey": release_key(application)},
        inputs=(artifact,),
        target=f"release bucket of {destination.environment}",
        permissions=(
            Statement(
                actions=("s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectTagging"),
                resources=(f"{arn}/{release_key(application)}",),
            ),
            Statement(
                actions=("kms:Decrypt", "kms:GenerateDataKey"),
                resources=(destination.arn("kms", "key/*"),),
                conditions={
                    "StringEquals": {
                        "kms:ViaService": f"s3.{destination.region}.amazonaws.com",
                        "kms:EncryptionContext:aws:s3:arn": arn,
                    }
                },
            ),
        ),
    )


def promotion_writer(*, application: str, origin: Place, place: Place) -> Statement:
    """Lets the giving pipeline's role put this application's artifact into the release bucket, and nothing else.

    The principal is the account: a policy that names a role which doesn't exist yet is refused by AWS, and the giving
    environment may well be made after this one.
    """
    return Statement(
        actions=("s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectTagging"),
        resources=(f"{place.bucket_arn(place.release_bucket)}/{release_key(application)}",),
        principals={"AWS": origin.iam_arn("root")},
        conditions={"ArnEquals": {"aws:PrincipalArn": origin.pipeline_role_arn(application)}},
    )
