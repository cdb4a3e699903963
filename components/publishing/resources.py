"""What a stack makes to publish to: a bucket by version, packages, and a repository for each image."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.artifact_repository import ArtifactRepository, ArtifactRepositoryArgs
from components.bucket import PrivateBucket, PrivateBucketArgs
from components.iam import Statement
from components.image_repository import ImageRepository, ImageRepositoryArgs
from components.packages import PackageRepository
from components.place import Place
from runtimes import PackageFormat


@dataclass(frozen=True, kw_only=True)
class StoresPlan:
    """What the stack's applications publish to and resolve from, as data.

    Args:
        bucket: whether anything is published by version to a bucket.
        formats: the ecosystems of the stack's own packages.
        repositories: those of the applications; none where the stack has no packages.
        images: the repositories of ECR, by name.
    """

    bucket: bool = False
    formats: Sequence[PackageFormat] = ()
    repositories: Sequence[PackageRepository] = ()
    images: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class PublishingStoresArgs:
    """Inputs of `PublishingStores`.

    Args:
        plan: which of them there are.
        place: the environment they belong to.
        key_arn: encrypts what is in them.
        retention_days: how long a published version is kept in the bucket.
        protect: whether Pulumi refuses to delete them.
        force_destroy: whether deleting bucket and images deletes what is in them.
    """

    plan: StoresPlan
    place: Place
    key_arn: pulumi.Input[str]
    retention_days: int
    protect: bool
    force_destroy: bool


class PublishingStores(pulumi.ComponentResource):
    """Everything that a stack publishes to, itself. Nothing in it can be overwritten."""

    outputs: dict[str, pulumi.Input[object]]

    def __init__(self, name: str, args: PublishingStoresArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:PublishingStores", name, None, opts)
        self.outputs = {}
        child = pulumi.ResourceOptions(parent=self)
        if args.plan.bucket:
            self.outputs["bucket"] = self._bucket(args, child).name
        if args.plan.repositories:
            packages = ArtifactRepository(
                "packages",
                ArtifactRepositoryArgs(
                    place=args.place,
                    key_arn=args.key_arn,
                    formats=args.plan.formats,
                    repositories=args.plan.repositories,
                    protect=args.protect,
                ),
                opts=child,
            )
            self.outputs["packageDomain"] = packages.domain
        images = {
            image: ImageRepository(
                f"images-{image.replace('/', '-')}",
                ImageRepositoryArgs(
                    repository_name=image,
                    key_arn=args.key_arn,
                    protect=args.protect,
                    force_destroy=args.force_destroy,
                ),
                opts=child,
            ).url
            for image in args.plan.images
        }
        if images:
            self.outputs["images"] = images
        self.register_outputs(self.outputs)

    @staticmethod
    def _bucket(args: PublishingStoresArgs, child: pulumi.ResourceOptions) -> PrivateBucket:
        return PrivateBucket(
            "published",
            PrivateBucketArgs(
                bucket_name=args.place.published_bucket,
                place=args.place,
                key_arn=args.key_arn,
                retention_days=args.retention_days,
                statements=[never_overwrite(args.place)],
                protect=args.protect,
                force_destroy=args.force_destroy,
            ),
            opts=child,
        )


def never_overwrite(place: Place) -> Statement:
    """Refuses a write that doesn't ask S3 to refuse it where something is, whoever it comes from; the parts of a large
    upload can't ask (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html)."""
    return Statement(
        effect="Deny",
        actions=("s3:PutObject",),
        resources=(f"{place.bucket_arn(place.published_bucket)}/*",),
        principals={"*": "*"},
        conditions={"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}},
    )
