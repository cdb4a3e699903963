"""Where records of releases lie: one object each in the ledger of a stack, which nobody may change or delete."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pipeline_job.failures import RefusedError, error_code
from release_ledger.record import Release, compact

ENDING = ".json"


def record_key(release: Release) -> str:
    """The key of a release."""
    return key_of(release.application, ended=release.ended, identity=release.identity)


def key_of(application: str, *, ended: datetime, identity: str) -> str:
    """The key of a record: those of an application sort by the end of their deployments.

    Args:
        application: whose release it is.
        ended: when its deployment ended.
        identity: id of the execution that deployed it, or of the deployment.
    """
    return f"{application}/{compact(ended)}-{identity}{ENDING}"


def append(client: Any, bucket: str, release: Release) -> bool:
    """Write a release down; whether it was new. What the ledger has already stays as it is.

    The caller needs `s3:PutObject` and `kms:GenerateDataKey`. A bucket with Object Lock takes nothing without a
    checksum (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html).

    Args:
        client: of S3 in the region of the ledger.
        bucket: the ledger.
        release: what to write.

    Raises:
        ClientError: S3 refuses it; also when another writer of the same record is at it at this moment, then it is
            there, or will be on the next try.
    """
    try:
        client.put_object(
            Bucket=bucket,
            Key=record_key(release),
            Body=release.to_json().encode("utf-8"),
            ContentType="application/json",
            ChecksumAlgorithm="SHA256",
            IfNoneMatch="*",
        )
    except client.exceptions.ClientError as error:
        if error_code(error) != "PreconditionFailed":
            raise
        return False
    return True


def releases(
    client: Any,
    bucket: str,
    application: str,
    *,
    newest_first: bool = True,
    limit: int | None = None,
    since: datetime | None = None,
    unreadable: Callable[[str], object] | None = None,
) -> Iterator[Release]:
    """The releases of an application, in the order in which they ended.

    The caller needs `s3:ListBucket`, `s3:GetObject` and `kms:Decrypt`. Each record is read when it is asked for, so
    whoever stops early has read no more.

    Args:
        client: of S3 in the region of the ledger.
        bucket: the ledger.
        application: whose releases.
        newest_first: the other way round.
        limit: how many at most; all of them where it is None.
        since: only those that ended then or later.
        unreadable: hears of what is no record, which is passed by then.

    Raises:
        RefusedError: an object in the ledger is no record of a release, and nobody hears of it.
    """
    keys = record_keys(client, bucket, application, since=since)
    ordered = keys[::-1] if newest_first else keys
    yield from read_each(client, bucket, ordered[:limit], unreadable=unreadable)


def find(client: Any, bucket: str, application: str, release: str) -> Release:
    """The release of this id.

    Raises:
        RefusedError: the ledger has none, or an object of this id is no record.
    """
    ended = release.removeprefix(f"{application}-")
    keys = _listed(client, bucket, prefix=f"{application}/{ended}-") if ended and ended != release else []
    for found in (read(client, bucket, key) for key in keys):
        if found.release == release:
            return found
    raise RefusedError(f"The ledger {bucket} has no release {release} of {application}.")


def record_keys(client: Any, bucket: str, application: str, *, since: datetime | None = None) -> Sequence[str]:
    """The keys of an application's records, the oldest first."""
    after = f"{application}/{compact(since)}" if since else ""
    return list(_listed(client, bucket, prefix=f"{application}/", after=after))


def arrivals(client: Any, bucket: str, application: str) -> Mapping[str, datetime]:
    """When each record of an application came into the ledger, by its key; what ended first is first."""
    return _listed(client, bucket, prefix=f"{application}/")


def read(client: Any, bucket: str, key: str) -> Release:
    """One record.

    Raises:
        RefusedError: what lies there is no record of a release, or of one that belongs elsewhere.
    """
    body = client.get_object(Bucket=bucket, Key=key)["Body"].read()
    try:
        found = Release.from_json(body.decode("utf-8"))
        if (own := record_key(found)) != key:
            raise RefusedError(f"What it says belongs to {own}.")
    except (RefusedError, UnicodeDecodeError) as error:
        raise RefusedError(f"s3://{bucket}/{key} is no record of a release. {error}") from error
    return found


def read_each(
    client: Any, bucket: str, keys: Iterable[str], *, unreadable: Callable[[str], object] | None
) -> Iterator[Release]:
    """These records, each when it is asked for.

    Nobody can take an object out of the ledger for years. So whoever needs the others hears of one that is no record,
    and goes on.

    Raises:
        RefusedError: one is no record, and nobody hears of it.
    """
    for key in keys:
        try:
            found = read(client, bucket, key)
        except RefusedError as error:
            if unreadable is None:
                raise
            unreadable(str(error))
        else:
            yield found


def _listed(client: Any, bucket: str, *, prefix: str, after: str = "") -> dict[str, datetime]:
    """S3 lists keys in their order (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html)."""
    asked = {"Bucket": bucket, "Prefix": prefix, **({"StartAfter": after} if after else {})}
    pages = client.get_paginator("list_objects_v2").paginate(**asked)
    found = [one for page in pages for one in page.get("Contents", ()) if one["Key"].endswith(ENDING)]
    return {one["Key"]: one["LastModified"] for one in found}
