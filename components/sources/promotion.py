"""Promotion: what one environment tested becomes the source of the next, byte for byte.

The last action of the giving pipeline copies the tested artifact into the release bucket of the receiving environment;
the receiving pipeline starts from that object, by version. Nothing is built twice.
"""

from components.iam import Statement
from components.place import Place
from components.sources.detection import Detection, triggers
from components.sources.plan import NAMESPACE, SourcePlan
from components.sources.s3_object import LATEST, new_object, object_action
from components.stages import Action, Artifact, Category

RELEASE_VARIABLE = "RELEASE"
"""The pipeline variable with the version of the promoted object."""


def release_key(application: str) -> str:
    """Where in the release bucket an application's artifact lies."""
    return f"{application}/release.zip"


def promotion_source(*, application: str, origin: str, detection: Detection, place: Place) -> SourcePlan:
    """The artifact that the environment `origin` tested, from this environment's release bucket."""
    bucket = place.release_bucket
    key = release_key(application)
    promoted = new_object(
        bucket=bucket,
        key=key,
        variable=RELEASE_VARIABLE,
        name="promotion",
        description=f"artifact promoted by {origin}",
    )
    return SourcePlan(
        action=object_action(bucket=bucket, key=key, detection=detection, place=place),
        triggers=triggers(detection, on_events=(promoted,), what=f"the newest artifact promoted by {origin}"),
        variables={RELEASE_VARIABLE: LATEST},
        revision=f"version #{{{NAMESPACE}.VersionId}} of s3://{bucket}/{key}, promoted by {origin}",
        is_built=True,
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
        lands=destination,
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
