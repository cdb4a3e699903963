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
        guests: roles of other accounts that read and write artifacts, as the actions they do need it.
        only_artifacts: whether the key encrypts nothing else, as in a region that has no more of the stack.
        protect: whether Pulumi refuses to delete key and bucket.
        force_destroy: whether deleting the bucket deletes the artifacts in it.
    """

    place: Place
    retention_days: int
    key_deletion_days: int
    promoters: Sequence[str] = ()
    guests: Sequence[str] = ()
    only_artifacts: bool = False
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
            description=(
                f"Artifacts of the {args.place.environment} environment in {args.place.region}"
                if args.only_artifacts
                else f"Artifacts, topics and logs of the {args.place.environment} environment"
            ),
            enable_key_rotation=True,
            deletion_window_in_days=args.key_deletion_days,
            policy=policy_document(
                key_statements(args.place, args.promoters, guests=args.guests, only_artifacts=args.only_artifacts)
            ),
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
                statements=admit(args.guests, args.place),
                protect=args.protect,
                force_destroy=args.force_destroy,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.bucket_name = bucket.name
        self.bucket_arn = bucket.arn
        self.register_outputs({"keyArn": self.key_arn, "bucketName": self.bucket_name, "bucketArn": self.bucket_arn})


def key_statements(
    place: Place, promoters: Sequence[str] = (), *, guests: Sequence[str] = (), only_artifacts: bool = False
) -> list[Statement]:
    """The policy of the stack's key: IAM decides in the account; services that encrypt for themselves are named.

    `promoters` and `guests` belong elsewhere, and their roles may not exist yet, so their accounts are the principals
    and the condition narrows them: AWS refuses a policy that names a role it doesn't know. Promoters use the key
    through S3, for the release bucket and for no other
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context). With
    `only_artifacts` no service encrypts for itself.
    """
    encrypt = ("kms:GenerateDataKey*", "kms:Decrypt")
    owner = Statement(
        actions=("kms:*",),
        resources=("*",),
        principals={"AWS": place.iam_arn("root")},
    )
    services = [
        Statement(
            actions=("kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"),
            resources=("*",),
            principals={"Service": f"logs.{place.region}.amazonaws.com"},
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": place.arn("logs", "log-group:*")}},
        ),
        Statement(
            actions=encrypt,
            resources=("*",),
            principals={"Service": "cloudwatch.amazonaws.com"},
            conditions={"StringEquals": {"kms:ViaService": f"sns.{place.region}.amazonaws.com"}},
        ),
        # EventBridge sends none of the keys by which a condition could narrow this, and drops a message in silence that
        # a condition refuses (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html).
        Statement(
            actions=encrypt,
            resources=("*",),
            principals={"Service": "events.amazonaws.com"},
        ),
    ]
    statements = [owner] if only_artifacts else [owner, *services]
    if promoters:
        statements.append(
            Statement(
                actions=encrypt,
                resources=("*",),
                principals=_accounts_of(promoters, place),
                conditions={
                    "ArnEquals": {"aws:PrincipalArn": sorted(promoters)},
                    "StringEquals": {
                        "kms:ViaService": f"s3.{place.region}.amazonaws.com",
                        "kms:EncryptionContext:aws:s3:arn": place.bucket_arn(place.release_bucket),
                    },
                },
            )
        )
    if guests:
        # Not only through S3: an action's role encrypts what it hands over as the pipeline's does.
        statements.append(
            Statement(
                actions=use_key("*").actions,
                resources=("*",),
                principals=_accounts_of(guests, place),
                conditions={"ArnEquals": {"aws:PrincipalArn": sorted(guests)}},
            )
        )
    return statements


def _accounts_of(roles: Sequence[str], place: Place) -> dict[str, list[str]]:
    accounts = sorted({arn.split(":")[4] for arn in roles})
    return {"AWS": [f"arn:{place.partition}:iam::{account}:root" for account in accounts]}


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


def admit(guests: Sequence[str], place: Place) -> list[Statement]:
    """Lets roles of other accounts exchange artifacts with the store of a place.

    As in `key_statements`, their accounts are the principals.
    """
    if not guests:
        return []
    arn = place.bucket_arn(place.artifact_bucket)
    principals = _accounts_of(guests, place)
    conditions = {"ArnEquals": {"aws:PrincipalArn": list(guests)}}
    return [
        Statement(
            actions=("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"),
            resources=(f"{arn}/*",),
            principals=principals,
            conditions=conditions,
        ),
        Statement(
            actions=("s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBucket"),
            resources=(arn,),
            principals=principals,
            conditions=conditions,
        ),
    ]
