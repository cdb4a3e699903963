"""The artifact behind what a person named: where it lies, what it was made from, which executions had it."""

import hashlib
import json
from dataclasses import dataclass, field, replace

from operations.command import UnusableError
from operations.deployment.past import (
    Past,
    address,
    artifact_in,
    digest_in,
    manifest_of,
    manifests,
    past_executions,
    source_of,
    still_there,
    told_by,
    versions_on,
    with_revision,
)
from operations.deployment.target import Shelf, Target
from operations.deployment.wish import CommitWish, ImageWish, ObjectWish, TagWish, VersionWish, Wish
from pipeline_job.failures import RefusedError, error_code
from pipeline_job.job import ArtifactAccess, Job, S3Object
from release_ledger import Source
from release_manifest import Manifest
from release_manifest.executions import observe_execution
from services.bundle import TEMPLATE
from services.observe import observe_bundle, observe_image
from services.parameters import Parameters, RolloutParameters

MOST_BUNDLES = 20
"""Bundles that are opened to find the one of an image."""

CALLER = ArtifactAccess(access_key="caller", secret_key="", session_token="")
"""A pipeline hands over credentials for its artifact; here those of whoever calls read it."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is deployed.

    Args:
        said: what it is, for a person: `commit 3f2a…`.
        bundle: where it lies; None of a version of a function.
        version: of a Lambda function, else empty.
        executions: of the pipeline that had exactly these bytes, the newest first.
        source: what it was made from, as far as anybody knows.
        sha256: of its bytes, empty where nobody has computed it.
    """

    said: str
    bundle: S3Object | None = None
    version: str = ""
    executions: tuple[str, ...] = ()
    source: Source = field(default_factory=Source)
    sha256: str = ""


def find_revision(wish: Wish, target: Target) -> Found:
    """What is meant.

    Raises:
        UnusableError: nothing of the kind is known, or the artifact is gone.
        ClientError: AWS refuses a call.
    """
    match wish:
        case ObjectWish():
            return _object(wish, target)
        case VersionWish():
            return _version(wish, target)
        case ImageWish():
            return _image(wish, target)
        case CommitWish() | TagWish():
            return _promoted(wish, target.releases, target) if target.releases else _built(wish, target)


def bring(found: Found, target: Target) -> S3Object | None:
    """The artifact where those who deploy it may read it: a copy in the pipeline's bucket where it lies elsewhere.

    The same artifact is copied to the same place, so a copy that was cut short is made again, and another one never
    takes its place.
    """
    bundle, brought = found.bundle, _brought(found, target)
    if bundle is not None and brought is not None and bundle != brought:
        target.stack.client("s3").copy_object(Bucket=brought.bucket, Key=brought.key, CopySource=bundle.asked_of_s3)
    return brought


def began_with(found: Found, begun: Found | None, target: Target) -> None:
    """Make sure that what was begun is what it is said to be, as far as the deployment tells.

    Raises:
        UnusableError: it is something else.
    """
    brought = _brought(found, target)
    if begun is None or begun.bundle is None or brought is None:
        return
    if (begun.bundle.bucket, begun.bundle.key) != (brought.bucket, brought.key):
        raise UnusableError(f"what was begun is {begun.said}, and not {found.said}")


def _brought(found: Found, target: Target) -> S3Object | None:
    bundle = found.bundle
    if bundle is None or bundle.bucket == target.artifact_bucket:
        return bundle
    name = found.sha256 or _name(bundle, target)
    return S3Object(bucket=target.artifact_bucket, key=f"{target.pipeline}/ByHand/{name}.zip")


def _name(bundle: S3Object, target: Target) -> str:
    """A name of these bytes alone, where S3 has no digest of them."""
    tag = still_there(bundle, target)["ETag"]
    return hashlib.sha256(f"{address(bundle)} {tag}".encode()).hexdigest()


def _object(wish: ObjectWish, target: Target) -> Found:
    bundle = S3Object(bucket=wish.bucket, key=wish.key, version=wish.version)
    told = still_there(bundle, target)
    if wish.bucket != target.artifact_bucket:
        # Somebody may put other bytes there at any time; the pipeline writes each of its keys once.
        bundle = replace(bundle, version=wish.version or str(told.get("VersionId") or ""))
    found = Found(said=address(bundle), bundle=bundle, sha256=digest_in(told))
    shelf = target.releases
    if shelf and (wish.bucket, wish.key) == (shelf.bucket, shelf.key):
        executions = with_revision(bundle.version, target)
        return replace(found, executions=executions, source=told_by(manifest_of(found.sha256, shelf, target)))
    if wish.bucket != target.artifact_bucket:
        return found
    for past in past_executions(target):
        # The key of an artifact is one execution's own.
        if artifact_in(past.id, target) == replace(bundle, version=""):
            return replace(found, executions=(past.id,), source=source_of(past, target))
    return found


def _built(wish: CommitWish | TagWish, target: Target) -> Found:
    """The artifact that the stack's own pipeline made of a commit."""
    seen = 0
    for past in past_executions(target):
        seen += 1
        if not _meant(wish, past, target) or (bundle := artifact_in(past.id, target)) is None:
            continue
        told = still_there(bundle, target)
        source = source_of(past, target)
        if isinstance(wish, TagWish):
            source = replace(source, tag=wish.tag)
        return Found(said=str(wish), bundle=bundle, executions=(past.id,), source=source, sha256=digest_in(told))
    raise UnusableError(f"none of the last {seen} executions of {target.pipeline} has made an artifact of {wish}")


def _meant(wish: CommitWish | TagWish, past: Past, target: Target) -> bool:
    if isinstance(wish, CommitWish):
        return any(revision.startswith(wish.commit) for revision in past.revisions)
    execution = observe_execution(past.id, pipeline=target.pipeline, client=target.clients.codepipeline)
    return bool({wish.tag, f"refs/tags/{wish.tag}"} & set(execution.variables.values()))


def _promoted(wish: CommitWish | TagWish, shelf: Shelf, target: Target) -> Found:
    """The artifact that another environment promoted: its manifest tells the digest, and that the version."""
    meant = {one.digest: one for one in manifests(shelf, target) if _of(wish, one)}
    if not meant:
        raise UnusableError(f"no release of {target.application} from {wish} was promoted to s3://{shelf.bucket}")
    for bundle in versions_on(shelf, target):
        if manifest := meant.get(digest_in(still_there(bundle, target))):
            return Found(
                said=str(wish),
                bundle=bundle,
                executions=with_revision(bundle.version, target),
                source=told_by(manifest),
                sha256=manifest.digest,
            )
    raise UnusableError(f"{wish} was promoted, but its artifact is gone from s3://{shelf.bucket}/{shelf.key}")


def _of(wish: CommitWish | TagWish, manifest: Manifest) -> bool:
    if isinstance(wish, CommitWish):
        return manifest.commit.startswith(wish.commit)
    return manifest.tag == wish.tag


def _version(wish: VersionWish, target: Target) -> Found:
    function = str(target.parameters["function"])
    said = f"version {wish.version} of {function}"
    functions = target.clients.functions
    try:
        told = functions.get_function_configuration(FunctionName=function, Qualifier=wish.version)
    except functions.exceptions.ClientError as error:
        if error_code(error) == "ResourceNotFoundException":
            raise UnusableError(f"there is no {said}") from error
        raise
    # Whoever published it wrote down for which execution.
    words = dict(word.partition("=")[::2] for word in str(told.get("Description", "")).split())
    execution = words.get("execution", "")
    past = next((one for one in past_executions(target) if one.id == execution), None)
    return Found(
        said=said,
        version=wish.version,
        executions=(execution,) if execution else (),
        source=source_of(past, target) if past else Source(),
    )


def _image(wish: ImageWish, target: Target) -> Found:
    """The bundle whose image it is: a task definition is made of both."""
    opened = 0
    for past in past_executions(target):
        bundle = artifact_in(past.id, target)
        if bundle is None:
            continue
        opened += 1
        try:
            still_there(bundle, target)
            image = image_in(bundle, target)
        except (RefusedError, UnusableError):
            image = ""
        if image.endswith(f"@{wish.digest}"):
            return Found(said=str(wish), bundle=bundle, executions=(past.id,), source=source_of(past, target))
        if opened == MOST_BUNDLES:
            break
    raise UnusableError(f"none of the newest {opened} bundles of {target.pipeline} has the image {wish.digest}")


def image_in(bundle: S3Object, target: Target) -> str:
    """The image by digest that a bundle for ECS is deployed with.

    Raises:
        RefusedError: it names none, or none was built from it.
    """
    parameters = {**target.parameters, "execution": "found"}
    service = (RolloutParameters if target.moved_by_ecs else Parameters).parse(json.dumps(parameters))
    job = Job(id="found", user_parameters="{}", artifact=bundle, access=CALLER)
    return observe_image(
        observe_bundle(job, clients=target.clients, needed=(TEMPLATE,)), service, clients=target.clients
    )
