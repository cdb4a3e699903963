"""What the pipeline has made and what was promoted to it: executions with their artifacts, releases with manifests."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from operations.command import UnusableError
from operations.deployment.target import Shelf, Target
from pipeline_job.failures import RefusedError, error_code
from pipeline_job.job import S3Object
from release_ledger import Source
from release_ledger.source import digest_told, source_of_manifest, source_told
from release_manifest import Manifest, manifest_key
from release_manifest.executions import Execution, actions_of

MOST_EXECUTIONS = 200
"""Executions of the pipeline that are looked at, the newest first."""

GONE = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NoSuchBucket", "405", "MethodNotAllowed"})
"""What S3 says of an object that isn't there any more; a version that became a mark of deletion is "not allowed"."""


@dataclass(frozen=True, kw_only=True)
class Past:
    """An execution of the pipeline, and the revisions of the source that it took in."""

    id: str
    revisions: tuple[str, ...]


def past_executions(target: Target) -> Iterator[Past]:
    """The executions of the pipeline, the newest first."""
    pages = target.clients.codepipeline.get_paginator("list_pipeline_executions").paginate(
        pipelineName=target.pipeline, PaginationConfig={"MaxItems": MOST_EXECUTIONS}
    )
    for page in pages:
        for one in page.get("pipelineExecutionSummaries", ()):
            revisions = tuple(str(each.get("revisionId", "")) for each in one.get("sourceRevisions", ()))
            yield Past(id=str(one["pipelineExecutionId"]), revisions=revisions)


def with_revision(revision: str, target: Target) -> tuple[str, ...]:
    """Ids of the executions that took this revision in."""
    return tuple(past.id for past in past_executions(target) if revision and revision in past.revisions)


def artifact_in(execution: str, target: Target) -> S3Object | None:
    """Where the pipeline put the artifact that is deployed, None where the execution didn't come so far."""
    pages = target.clients.codepipeline.get_paginator("list_action_executions").paginate(
        pipelineName=target.pipeline, filter={"pipelineExecutionId": execution}
    )
    for page in pages:
        for action in page.get("actionExecutionDetails", ()):
            for one in action.get("output", {}).get("outputArtifacts", ()):
                place = one.get("s3location") or {}
                if one.get("name") == target.artifact and place.get("bucket") and place.get("key"):
                    return S3Object(bucket=str(place["bucket"]), key=str(place["key"]))
    return None


def source_of(past: Past, target: Target) -> Source:
    """What an execution took in: a commit with what its source action tells, or a promoted release by its manifest."""
    runs = actions_of(past.id, pipeline=target.pipeline, client=target.clients.codepipeline)
    if target.releases is None:
        execution = Execution(id=past.id, status="", revision=next(iter(past.revisions), ""))
        # The branch that the action tells is the one it was set up with, not that of a commit which an event brought.
        return replace(source_told(execution, runs, variable=""), branch="")
    return told_by(manifest_of(digest_told(runs), target.releases, target))


def manifests(shelf: Shelf, target: Target) -> Iterator[Manifest]:
    """The manifests of everything that was promoted."""
    s3 = target.stack.client("s3")
    prefix = manifest_key(target.application, "").removesuffix(".json")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=shelf.bucket, Prefix=prefix)
    for key in [one["Key"] for page in pages for one in page.get("Contents", ())]:
        try:
            yield Manifest.from_json(s3.get_object(Bucket=shelf.bucket, Key=key)["Body"].read().decode("utf-8"))
        except (RefusedError, UnicodeDecodeError):
            # Of a format that this program doesn't know: it names no commit that could be compared.
            continue


def manifest_of(digest: str, shelf: Shelf, target: Target) -> Manifest | None:
    """The manifest of these bytes, None where there is none."""
    return next((one for one in manifests(shelf, target) if digest and one.digest == digest), None)


def told_by(manifest: Manifest | None) -> Source:
    """What a manifest tells of the source, as the ledger has it."""
    return source_of_manifest(manifest) if manifest else Source()


def versions_on(shelf: Shelf, target: Target) -> Iterator[S3Object]:
    """Every version of the promoted artifact that is still there, the newest first."""
    pages = target.stack.client("s3").get_paginator("list_object_versions")
    for page in pages.paginate(Bucket=shelf.bucket, Prefix=shelf.key):
        for one in page.get("Versions", ()):
            if one["Key"] == shelf.key:
                yield S3Object(bucket=shelf.bucket, key=shelf.key, version=str(one["VersionId"]))


def still_there(bundle: S3Object, target: Target) -> Mapping[str, Any]:
    """What S3 says of an artifact.

    Raises:
        UnusableError: it is gone.
    """
    s3 = target.stack.client("s3")
    try:
        return dict(s3.head_object(**bundle.asked_of_s3, ChecksumMode="ENABLED"))
    except s3.exceptions.ClientError as error:
        if error_code(error) in GONE:
            raise UnusableError(f"{address(bundle)} is gone: it has expired, or somebody deleted it") from error
        raise


def digest_in(told: Mapping[str, Any]) -> str:
    """SHA-256 of an object in hexadecimal digits, empty where S3 has none of all its bytes."""
    text = str(told.get("ChecksumSHA256") or "")
    # That of an upload in parts ends in their number, and is no digest of the bytes.
    return base64.b64decode(text).hex() if text and "-" not in text else ""


def address(bundle: S3Object) -> str:
    """As a person writes it after `--revision`."""
    return f"s3://{bundle.bucket}/{bundle.key}{f'?versionId={bundle.version}' if bundle.version else ''}"
