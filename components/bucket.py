"""A bucket nobody reads by accident: versioned, encrypted with the stack's key, closed to the public, TLS only."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import s3

from components.iam import Statement, policy_document
from components.place import Place


@dataclass(frozen=True, kw_only=True)
class ObjectLock:
    """How long nobody can delete a version of an object, counted from when it came
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-retention-modes).

    Args:
        mode: `COMPLIANCE`: nobody at all; `GOVERNANCE`: nobody without a permission for it.
        days: at least 1.
    """

    mode: str
    days: int


@dataclass(frozen=True, kw_only=True)
class PrivateBucketArgs:
    """Inputs of a `PrivateBucket`.

    Args:
        bucket_name: 3 to 63 characters, lower case; global over all of AWS.
        place: the environment the bucket belongs to.
        key_arn: the KMS key objects are encrypted with; None for the key of S3 itself, where AWS writes logs that it
            can write under no other.
        retention_days: how long a version that a newer one replaced is kept, and an object where `expires`; longer than
            the time in which a roll-back may still want it.
        expiring: only what begins so expires or is forgotten when it was replaced; empty: everything.
        expires: whether an object goes when its time is over, even though no newer one replaced it.
        lock: keeps versions from being deleted; a bucket has it from its beginning, or never.
        statements: who else may use it, besides the roles of this account.
        events: whether EventBridge hears of new objects.
        protect: whether Pulumi refuses to delete the bucket.
        force_destroy: whether deleting the bucket deletes its objects; else AWS refuses while it holds any.
    """

    bucket_name: str
    place: Place
    key_arn: pulumi.Input[str] | None
    retention_days: int
    expiring: str = ""
    expires: bool = True
    lock: ObjectLock | None = None
    statements: Sequence[Statement] = ()
    events: bool = False
    protect: bool = False
    force_destroy: bool = False


class PrivateBucket(pulumi.ComponentResource):
    """One bucket with everything that makes it private, and a life for its objects.

    `name` and `arn` resolve when the bucket's policy, encryption and versioning are in place.
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(self, name: str, args: PrivateBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:PrivateBucket", name, None, opts)
        bucket = s3.Bucket(
            name,
            bucket=args.bucket_name,
            force_destroy=args.force_destroy,
            object_lock_enabled=True if args.lock else None,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        of_bucket = pulumi.ResourceOptions(parent=bucket)
        closed = s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            bucket=bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=of_bucket,
        )
        s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=bucket.id,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=of_bucket,
        )
        versioning = s3.BucketVersioning(
            f"{name}-versioning",
            bucket=bucket.id,
            versioning_configuration={"status": "Enabled"},
            opts=of_bucket,
        )
        encryption = s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=bucket.id,
            rules=[
                {
                    "apply_server_side_encryption_by_default": {
                        "sse_algorithm": "AES256" if args.key_arn is None else "aws:kms",
                        "kms_master_key_id": args.key_arn,
                    },
                    "bucket_key_enabled": args.key_arn is not None,
                }
            ],
            opts=of_bucket,
        )
        s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=bucket.id,
            rules=[
                {
                    "id": "retention",
                    "status": "Enabled",
                    "filter": {"prefix": args.expiring},
                    "expiration": {"days": args.retention_days} if args.expires else None,
                    "noncurrent_version_expiration": {"noncurrent_days": args.retention_days},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
                }
            ],
            opts=pulumi.ResourceOptions(parent=bucket, depends_on=[versioning]),
        )
        policy = s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.id,
            policy=policy_document([self._tls_only(args), *args.statements]),
            opts=pulumi.ResourceOptions(parent=bucket, depends_on=[closed]),
        )
        if args.lock:
            s3.BucketObjectLockConfiguration(
                f"{name}-lock",
                bucket=bucket.id,
                rule={"default_retention": {"mode": args.lock.mode, "days": args.lock.days}},
                opts=pulumi.ResourceOptions(parent=bucket, depends_on=[versioning]),
            )
        if args.events:
            s3.BucketNotification(f"{name}-events", bucket=bucket.id, eventbridge=True, opts=of_bucket)
        ready = (closed.id, versioning.id, encryption.id, policy.id)
        self.name = pulumi.Output.all(bucket.bucket, *ready).apply(lambda values: str(values[0]))
        self.arn = pulumi.Output.all(bucket.arn, *ready).apply(lambda values: str(values[0]))
        self.register_outputs({"name": self.name, "arn": self.arn})

    @staticmethod
    def _tls_only(args: PrivateBucketArgs) -> Statement:
        arn = args.place.bucket_arn(args.bucket_name)
        return Statement(
            effect="Deny",
            actions=("s3:*",),
            resources=(arn, f"{arn}/*"),
            principals={"*": "*"},
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        )
