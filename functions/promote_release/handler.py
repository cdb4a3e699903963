"""Lambda `promote_release`: looks, decides, writes, answers. The decisions are in `decide`."""

import base64
import os
import tempfile
from datetime import datetime
from typing import IO, Any

from pipeline_job.answer import Answer, Continue
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.failures import RefusedError, error_code
from pipeline_job.job import ArtifactAccess, Job, S3Object
from pipeline_job.memory import Memory
from pipeline_job.run import answer_job
from pipeline_job.values import VARIABLE
from promote_release.decide import (
    Parameters,
    Promoted,
    author_told,
    done,
    is_there,
    manifest_of,
    refusal,
    revision,
    too_early_or_late,
)
from promote_release.tested import Tested, observe_tested
from release_manifest import Manifest, manifest_key
from release_manifest.digest import digest_of
from release_manifest.history import Authors, authors_since, codecommit_history

_OTHERS_WROTE = frozenset({"ConditionalRequestConflict", "NoSuchKey", "PreconditionFailed"})
"""S3's answers where what was seen in the bucket isn't there any more
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html)."""


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one visit of CodePipeline."""
    answer_job(event, visit=visit, clients=runtime_clients())


def visit(*, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:
    """One visit with the given clients; what it raises fails the action."""
    parameters = Parameters.parse(job.user_parameters, fixed=os.environ.get(VARIABLE, ""))
    if job.artifact is None or job.access is None:
        raise RefusedError("The action needs one input artifact and its credentials.")
    pipelines = clients.codepipeline
    tested = observe_tested(parameters.execution, pipeline=parameters.pipeline, client=pipelines)
    if waiting := too_early_or_late(tested, parameters=parameters, memory=memory, now=now):
        return waiting
    with tempfile.TemporaryFile() as kept:
        size, body = _open(job.artifact, access=job.access, clients=clients)
        if refused := refusal(tested, size=size):
            return refused
        digest = digest_of(body, into=kept)
        receiver = clients.s3_in(parameters.region)
        before = newest(receiver, parameters=parameters)
        if before and is_there(before, execution=parameters.execution, digest=digest):
            return done(parameters=parameters, digest=digest, version=before.version)
        manifest = manifest_of(
            tested,
            parameters=parameters,
            digest=digest,
            authors=authors(tested, before, clients=clients),
            previous=before,
            region=pipelines.meta.region_name,
            now=now,
        )
        try:
            _write_manifest(receiver, manifest, parameters=parameters)
            version = _write_release(receiver, kept, manifest, before=before, parameters=parameters)
        except receiver.exceptions.ClientError as error:
            if error_code(error) not in _OTHERS_WROTE:
                raise
            return Continue(memory=memory, summary="The release bucket has changed meanwhile; looking again.")
        return done(parameters=parameters, digest=digest, version=version)


def newest(receiver: Any, *, parameters: Parameters) -> Promoted | None:
    """What was promoted last, None before the first time.

    It is listed first: without the permission to list the whole bucket, S3 says "access denied" of an object that isn't
    there.
    """
    place = {"Bucket": parameters.bucket, "ExpectedBucketOwner": parameters.account}
    listed = receiver.list_objects_v2(**place, Prefix=parameters.release, MaxKeys=1)
    if parameters.release not in [one["Key"] for one in listed.get("Contents", ())]:
        return None
    found = receiver.head_object(**place, Key=parameters.release)
    told = found["Metadata"]
    return Promoted(
        etag=found["ETag"],
        version=found.get("VersionId", ""),
        digest=told.get("sha256", ""),
        commit=told.get("commit", ""),
        execution=told.get("execution", ""),
    )


def authors(tested: Tested, before: Promoted | None, *, clients: Clients) -> Authors:
    """Everyone whose change is in this release and was not in the one before, as far as the source tells."""
    source, built = tested.source, revision(tested)
    if source is None or source.provider != "CodeCommit" or not built:
        return author_told(tested)
    history = codecommit_history(clients.codecommit, repository=source.variables["RepositoryName"])
    return authors_since(before.commit if before else "", built, fetch=history)


def _open(artifact: S3Object, *, access: ArtifactAccess, clients: Clients) -> tuple[int, Any]:
    found = clients.artifacts(access).get_object(Bucket=artifact.bucket, Key=artifact.key)
    return int(found["ContentLength"]), found["Body"]


def _write_manifest(receiver: Any, manifest: Manifest, *, parameters: Parameters) -> None:
    """Create it. Where these bytes have one already, that one stays: it says by what they were tested first."""
    try:
        receiver.put_object(
            Bucket=parameters.bucket,
            Key=manifest_key(manifest.application, manifest.digest),
            Body=manifest.to_json().encode("utf-8"),
            ContentType="application/json",
            ExpectedBucketOwner=parameters.account,
            IfNoneMatch="*",
        )
    except receiver.exceptions.ClientError as error:
        if error_code(error) != "PreconditionFailed":
            raise


def _write_release(
    receiver: Any, kept: IO[bytes], manifest: Manifest, *, before: Promoted | None, parameters: Parameters
) -> str:
    """Put the artifact in the place of what was seen there; its version. S3 computes the digest once more."""
    kept.seek(0)
    told = {"sha256": manifest.digest, "commit": manifest.commit, "execution": manifest.execution}
    answer = receiver.put_object(
        Bucket=parameters.bucket,
        Key=parameters.release,
        Body=kept,
        ContentType="application/zip",
        ChecksumAlgorithm="SHA256",
        ChecksumSHA256=base64.b64encode(bytes.fromhex(manifest.digest)).decode("ascii"),
        Metadata={key: value for key, value in told.items() if value},
        ExpectedBucketOwner=parameters.account,
        **({"IfMatch": before.etag} if before else {"IfNoneMatch": "*"}),
    )
    return str(answer.get("VersionId", ""))
