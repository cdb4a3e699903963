"""Who may put what into the bucket that receives an environment's releases."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.function import PipelineFunction
from components.iam import Statement
from components.place import Place
from components.promotion import manifest_keys
from components.sources.promotion import release_key


@dataclass(frozen=True, kw_only=True)
class PromotedApplication:
    """An application that another environment promotes into this one."""

    application: str
    origin: Place

    @property
    def writer(self) -> str:
        """The ARN of the role that promotes it: that of the origin's function, and of nobody else."""
        function = PipelineFunction(
            package="promote_release", application=self.application, place=self.origin, statements=()
        )
        return self.origin.iam_arn(f"role/{function.function}")


def release_statements(promoted: Sequence[PromotedApplication], place: Place) -> list[Statement]:
    """The policy of a release bucket, besides what is said of every bucket.

    Nobody but the promoting role writes a release or a manifest, in this account as little as in others; not the
    deployer of this stack either, who may still change this policy, and so can the account's root user who has locked
    everybody out. A manifest is created once: S3 asks for the header that says so
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html), and the promoting role may
    not take it away to make room for another.
    """
    bucket = place.bucket_arn(place.release_bucket)
    return [statement for one in promoted for statement in _of_application(one, bucket)]


def _of_application(promoted: PromotedApplication, bucket: str) -> list[Statement]:
    # The principal is the account: a policy that names a role which doesn't exist yet is refused by AWS, and the giving
    # environment may well be made after this one.
    account = {"AWS": promoted.origin.iam_arn("root")}
    writer = {"aws:PrincipalArn": promoted.writer}
    key = release_key(promoted.application)
    release, manifests = f"{bucket}/{key}", f"{bucket}/{manifest_keys(promoted.application)}"
    return [
        Statement(
            actions=("s3:PutObject",),
            resources=(release, manifests),
            principals=account,
            conditions={"ArnEquals": writer},
        ),
        # It has to see which release is there: whose authors were the last, and whether its own has arrived.
        Statement(
            actions=("s3:GetObject",), resources=(release,), principals=account, conditions={"ArnEquals": writer}
        ),
        Statement(
            actions=("s3:ListBucket",),
            resources=(bucket,),
            principals=account,
            conditions={"ArnEquals": writer, "StringEquals": {"s3:prefix": key}},
        ),
        Statement(
            effect="Deny",
            actions=("s3:PutObject", "s3:ReplicateObject"),
            resources=(release, manifests),
            principals={"*": "*"},
            conditions={"ArnNotEquals": writer},
        ),
        Statement(
            effect="Deny",
            actions=("s3:PutObject",),
            resources=(manifests,),
            principals={"*": "*"},
            conditions={"Null": {"s3:if-none-match": "true"}},
        ),
        Statement(
            effect="Deny",
            actions=("s3:DeleteObject", "s3:DeleteObjectVersion"),
            resources=(release, manifests),
            principals={"*": "*"},
            conditions={"ArnEquals": writer},
        ),
    ]
