"""What going back means for the database, as far as the two bundles say it in their `release.yaml`."""

import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from operations.bundle.release import NAME, Migration, read_release
from operations.deployment.past import address
from operations.deployment.target import Target
from pipeline_job.job import S3Object

LARGEST = 256 * 1024
"""In bytes, of the file."""

MOST_BUNDLES = 10
"""Bundles that are read, the newest first."""

_CHUNK = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Migrations:
    """The migrations that the database has had and the release doesn't know.

    Args:
        ahead: those, in their order, as far as anybody can tell.
        unknown: why nobody can tell them all, empty where it can be told.
    """

    ahead: tuple[Migration, ...] = ()
    unknown: str = ""

    @property
    def irreversible(self) -> tuple[Migration, ...]:
        """Those that the release can't live with."""
        return tuple(one for one in self.ahead if not one.reversible)


def migrations_between(had: Sequence[S3Object | None], then: S3Object | None, target: Target) -> Migrations:
    """What the database may have had and the release that comes back doesn't know.

    Args:
        had: the bundles whose migrations those are, the newest first; None for one that nobody knows.
        then: the one that comes back.
        target: where they lie.
    """
    known = _listed(then, target)
    lists = [_listed(one, target) for one in [*dict.fromkeys(had)][:MOST_BUNDLES]]
    unknown = next((one.unknown for one in (*lists, known) if one.unknown), "")
    if known.migrations is None:
        return Migrations(unknown=unknown)
    ids = {one.id for one in known.migrations}
    # What the newest says of one counts.
    ahead = {one.id: one for listed in reversed(lists) for one in listed.migrations or () if one.id not in ids}
    return Migrations(ahead=tuple(ahead.values()), unknown=unknown)


@dataclass(frozen=True, kw_only=True)
class _Listed:
    """The migrations of a bundle, None where it lists none that can be read; and why not all can be told."""

    migrations: Sequence[Migration] | None = None
    unknown: str = ""


def _listed(bundle: S3Object | None, target: Target) -> _Listed:
    if bundle is None:
        return _Listed(unknown="not all releases have a bundle that can be read")
    s3 = target.stack.client("s3")
    try:
        body = s3.get_object(**bundle.asked_of_s3)["Body"]
    except s3.exceptions.ClientError as error:
        return _Listed(unknown=f"{address(bundle)} can't be read: {error}")
    with tempfile.TemporaryFile() as file:
        for chunk in body.iter_chunks(_CHUNK):
            file.write(chunk)
        try:
            with zipfile.ZipFile(file) as archive:
                if NAME not in archive.namelist():
                    return _Listed(unknown=f"{address(bundle)} has no {NAME}")
                if archive.getinfo(NAME).file_size > LARGEST:
                    return _Listed(unknown=f"{NAME} of {address(bundle)} is larger than {LARGEST} bytes")
                read = read_release(archive.read(NAME))
        except zipfile.BadZipFile as error:
            return _Listed(unknown=f"{address(bundle)} is no zip file: {error}")
    # What is wrong with one migration doesn't make another one reversible.
    unknown = f"{NAME} of {address(bundle)}: {read.findings[0]}" if read.findings else ""
    return _Listed(migrations=read.migrations, unknown=unknown)
