"""The artifact of a release, where it still lies, and whether it is the same bytes."""

from botocore.exceptions import ClientError

from operations.command import UnusableError
from operations.deployment.found import Found, find_revision, image_in
from operations.deployment.past import digest_in, still_there, versions_on
from operations.deployment.target import Target
from operations.deployment.wish import wish_of
from pipeline_job.failures import RefusedError, error_code
from pipeline_job.job import S3Object
from release_ledger import FunctionArtifact, ImageArtifact, Release, StoredArtifact

IMAGE_GONE = frozenset({"ImageNotFoundException", "RepositoryNotFoundException"})
"""https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html"""


def bundle_of(release: Release) -> S3Object | None:
    """Where the ledger says that the bundle lies; None of what is no bundle."""
    if not isinstance(release.artifact, StoredArtifact):
        return None
    return S3Object(bucket=release.artifact.bucket, key=release.artifact.key, version=release.artifact.version)


def found_of(release: Release, target: Target) -> Found:
    """What is deployed to come back to a release.

    Raises:
        UnusableError: it is gone, or other bytes lie in its place.
    """
    executions = (release.execution,) if release.pipeline and release.execution else ()
    said = " ".join(filter(None, (release.release, release.source.tag)))
    match release.artifact:
        case None:
            raise UnusableError(f"the ledger doesn't know what {release.release} deployed")
        case StoredArtifact() as stored:
            bundle = _stored(stored, release, target)
            if target.platform == "ecs":
                _has_its_image(bundle, release, target)
            return Found(said=said, bundle=bundle, executions=executions, source=release.source, sha256=stored.sha256)
        case FunctionArtifact() as function:
            found = find_revision(wish_of(function.version, platform=target.platform), target)
            return Found(said=said, version=found.version, executions=executions, source=release.source)
        case ImageArtifact() as image:
            found = find_revision(wish_of(image.image, platform=target.platform), target)
            return Found(said=said, bundle=found.bundle, executions=executions, source=release.source)


def _stored(stored: StoredArtifact, release: Release, target: Target) -> S3Object:
    """Its place in the ledger; where it has expired there, the release bucket, which keeps what was promoted."""
    bundle = S3Object(bucket=stored.bucket, key=stored.key, version=stored.version)
    try:
        told = still_there(bundle, target)
    except UnusableError as gone:
        if (kept := _kept(stored.sha256, target)) is None:
            raise UnusableError(f"{release.release} can't come back: {gone}") from gone
        return kept
    digest = digest_in(told)
    if digest and stored.sha256 and digest != stored.sha256:
        raise UnusableError(
            f"{release.release} can't come back: s3://{bundle.bucket}/{bundle.key} has the digest {digest}, and the "
            f"ledger says {stored.sha256}"
        )
    return bundle


def _has_its_image(bundle: S3Object, release: Release, target: Target) -> None:
    """Make sure of it: ECS would find out when its tasks don't start.

    Raises:
        UnusableError: it is gone.
    """
    try:
        image = image_in(bundle, target)
    except RefusedError as gone:
        raise UnusableError(f"{release.release} can't come back: {gone}") from gone
    place, _, digest = image.partition("@")
    registry, _, name = place.partition("/")
    wanted = {"registryId": registry.partition(".")[0], "repositoryName": name, "imageIds": [{"imageDigest": digest}]}
    try:
        target.clients.ecr.describe_images(**wanted)
    except ClientError as error:
        if error_code(error) not in IMAGE_GONE:
            raise
        raise UnusableError(f"{release.release} can't come back: the image {image} is gone") from error


def _kept(digest: str, target: Target) -> S3Object | None:
    if not digest or target.releases is None:
        return None
    for bundle in versions_on(target.releases, target):
        if digest_in(still_there(bundle, target)) == digest:
            return bundle
    return None
