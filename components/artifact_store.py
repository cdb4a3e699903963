"""The stack's key and the bucket in which its pipelines hand artifacts from action to action."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import kms

from components.bucket import PrivateBucket, PrivateBucketArgs
from components.iam import Statement, policy_document
from components.place import Place


@dataclass(frozen=True, kw_only=True)
class ArtifactStoreArgs:
    """Inputs of an `ArtifactStore`.

    Args:
        place: the environment the store belongs to.
        retention_days: how long artifacts are kept. A stage can only be rolled back while its artifacts exist
            (https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html).
        key_deletion_days: 7 to 30, the time in which a deleted key can still be saved.
        promoters: roles of other environments that put releases into this stack's release bucket.
        protect: whether Pulumi refuses to delete key and bucket.
        force_destroy: whether deleting the bucket deletes the artifacts in it.
    """

    place: Place
    retention_days: int
    key_deletion_days: int
    promoters: Sequence[str] = ()
    protect: bool = False
    force_destroy: bool = False


class ArtifactStore(pulumi.ComponentResource):
    """One customer key and one bucket for all pipelines of a stack.

    The key also encrypts the stack's topics and log groups: one key to audit, one price.
    """

    key_arn: pulumi.Output[str]
    bucket_name: pulumi.Output[str]
    bucket_arn: pulumi.Output[str]

    def __init__(self, name: str, args: ArtifactStoreArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:ArtifactStore", name, None, opts)
        key = kms.Key(
            f"{name}-key",
            description=f"Artifacts, topics and logs of the {args.place.environment} environment",
            enable_key_rotation=True,
            deletion_window_in_days=args.key_deletion_days,
            policy=policy_document(key_statements(args.place, args.promoters)),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        kms.Alias(
            f"{name}-alias",
            name=args.place.key_alias,
            target_key_id=key.key_id,
            opts=pulumi.ResourceOptions(parent=key),
        )
        self.key_arn = key.arn
        bucket = PrivateBucket(
            f"{name}-bucket",
            PrivateBucketArgs(
                bucket_name=args.place.artifact_bucket,
                place=args.place,
                key_arn=key.arn,
                retention_days=args.retention_days,
                protect=args.protect,
                force_destroy=args.force_destroy,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.bucket_name = bucket.name
        self.bucket_arn = bucket.arn
        self.register_outputs({"keyArn": self.key_arn, "bucketName": self.bucket_name, "bucketArn": self.bucket_arn})


def key_statements(place: Place, promoters: Sequence[str] = ()) -> list[Statement]:
    """The policy of the stack's key: IAM decides in the account; services that encrypt for themselves are named.

    `promoters` belong to environments whose roles may not exist yet, so their accounts are the principals and the
    condition narrows them: AWS refuses a policy that names a role it doesn't know. They use the key through S3, for the
    release bucket and for no other
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context).
    """
    encrypt = ("kms:GenerateDataKey*", "kms:Decrypt")
    statements = [
        Statement(
            actions=("kms:*",),
            resources=("*",),
            principals={"AWS": place.iam_arn("root")},
        ),
        Statement(
            actions=("kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"),
            resources=("*",),
            principals={"Service": f"logs.{place.region}.amazonaws.com"},
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": place.arn("logs", "log-group:*")}},
        ),
        Statement(
            actions=encrypt,
            resources=("*",),
            principals={"Service": ["cloudwatch.amazonaws.com", "codestar-notifications.amazonaws.com"]},
            conditions={"StringEquals": {"kms:ViaService": f"sns.{place.region}.amazonaws.com"}},
        ),
    ]
    if promoters:
        accounts = sorted({arn.split(":")[4] for arn in promoters})
        statements.append(
            Statement(
                actions=encrypt,
                resources=("*",),
                principals={"AWS": [f"arn:{place.partition}:iam::{account}:root" for account in accounts]},
                conditions={
                    "ArnEquals": {"aws:PrincipalArn": sorted(promoters)},
                    "StringEquals": {
                        "kms:ViaService": f"s3.{place.region}.amazonaws.com",
                        "kms:EncryptionContext:aws:s3:arn": place.bucket_arn(place.release_bucket),
                    },
                },
            )
        )
    return statements


def use_key(key_arn: pulumi.Input[str]) -> Statement:
    """Encrypting and decrypting with the stack's key, for a role that reads and writes artifacts."""
    return Statement(
        actions=("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"),
        resources=(key_arn,),
    )


def read_key(key_arn: pulumi.Input[str]) -> Statement:
    """Decrypting with the stack's key, for a role that only reads."""
    return Statement(actions=("kms:Decrypt", "kms:DescribeKey"), resources=(key_arn,))


def seal_with_key(key_arn: pulumi.Input[str]) -> Statement:
    """Decrypting, and encrypting what goes to S3, for a role that also writes objects."""
    return Statement(actions=("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"), resources=(key_arn,))


def read_artifacts(place: Place) -> list[Statement]:
    """Reading artifacts, as deployed instances do."""
    arn = place.bucket_arn(place.artifact_bucket)
    return [
        Statement(actions=("s3:GetObject", "s3:GetObjectVersion"), resources=(f"{arn}/*",)),
        Statement(actions=("s3:GetBucketLocation", "s3:ListBucket"), resources=(arn,)),
    ]


def exchange_artifacts(place: Place) -> list[Statement]:
    """Reading and writing artifacts, as pipelines and builds do
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html)."""
    arn = place.bucket_arn(place.artifact_bucket)
    return [
        Statement(
            actions=("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"),
            resources=(f"{arn}/*",),
            conditions={"StringEquals": {"aws:ResourceAccount": place.account}},
        ),
        Statement(actions=("s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"), resources=(arn,)),
    ]
