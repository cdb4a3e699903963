"""Promotion: what one environment tested becomes the source of the next, byte for byte.

The last action of the giving pipeline puts the tested artifact into the release bucket of the receiving environment;
the receiving pipeline starts from that object, by version. Nothing is built twice.
"""

from components.place import Place
from components.sources.detection import Detection, triggers
from components.sources.plan import SourcePlan
from components.sources.s3_object import LATEST, new_object, object_action

RELEASE_VARIABLE = "RELEASE"
"""The pipeline variable with the version of the promoted object."""

RELEASE = "Release"
"""The namespace of what the manifest says of the release, once it is admitted."""


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
        revision=(
            f"commit #{{{RELEASE}.COMMIT}} of #{{{RELEASE}.BRANCH}}, tag #{{{RELEASE}.TAG}}, "
            f"by #{{{RELEASE}.AUTHORS}}, tested and promoted by {origin}"
        ),
        is_built=True,
    )
