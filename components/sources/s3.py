"""S3: an object that somebody else puts into a bucket, source code or a bundle that was built already."""

from dataclasses import dataclass

import pulumi

from components.bucket import PrivateBucket, PrivateBucketArgs
from components.place import Place
from components.sources.detection import Detection, triggers
from components.sources.plan import NAMESPACE, SourcePlan, SourceResources, SourceSurroundings
from components.sources.s3_object import LATEST, new_object, object_action

VERSION_VARIABLE = "OBJECT_VERSION"
"""The pipeline variable with the version of the object."""


def s3_source(
    *,
    bucket: str,
    key: str,
    detection: Detection,
    place: Place,
    owned: bool = False,
    key_arn: str | None = None,
    is_built: bool = False,
) -> SourcePlan:
    """A new version of one object.

    Args:
        bucket: its bucket, in the region of `place`. One that isn't `owned` has to have versioning, and for events
            EventBridge switched on; neither can be seen from here.
        key: the object, a ZIP archive.
        detection: what starts the pipeline.
        place: where the pipeline runs.
        owned: whether this stack makes the bucket.
        key_arn: the KMS key of a bucket that isn't owned.
        is_built: whether the object is what is deployed; else it is built first.
    """
    written = new_object(
        bucket=bucket,
        key=key,
        variable=VERSION_VARIABLE,
        name="object",
        description=f"new version of s3://{bucket}/{key}",
    )
    return SourcePlan(
        action=object_action(bucket=bucket, key=key, detection=detection, place=place, key_arn=key_arn),
        triggers=triggers(detection, on_events=(written,), what=f"the newest s3://{bucket}/{key}"),
        variables={VERSION_VARIABLE: LATEST},
        revision=f"version #{{{NAMESPACE}.VersionId}} of s3://{bucket}/{key}",
        is_built=is_built,
        owned=SourceBucketPlan(bucket=bucket, place=place) if owned else None,
    )


@dataclass(frozen=True, kw_only=True)
class SourceBucketPlan:
    """The bucket, where this stack owns it, as data."""

    bucket: str
    place: Place

    def make(self, name: str, *, surroundings: SourceSurroundings, opts: pulumi.ResourceOptions) -> SourceResources:
        """The bucket as a resource."""
        return SourceBucket(f"{name}-source", plan=self, surroundings=surroundings, opts=opts)


class SourceBucket(SourceResources):
    """A private bucket that tells EventBridge of new objects. Who puts them there is for a policy of yours."""

    def __init__(
        self,
        name: str,
        *,
        plan: SourceBucketPlan,
        surroundings: SourceSurroundings,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("delivery:index:SourceBucket", name, None, opts)
        bucket = PrivateBucket(
            f"{name}-bucket",
            PrivateBucketArgs(
                bucket_name=plan.bucket,
                place=plan.place,
                key_arn=surroundings.key_arn,
                retention_days=surroundings.artifact_retention_days,
                # What runs may be older than any retention, and must be there to be deployed again.
                expires=False,
                events=True,
                protect=surroundings.protect,
                force_destroy=surroundings.force_destroy,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.outputs = {"sourceBucket": bucket.name}
        self.values = {}
        self.register_outputs({"bucket": bucket.name})
