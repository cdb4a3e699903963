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

_CHUNK = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Migrations:
    """The migrations that the database has had and the release doesn't know.

    Args:
        ahead: those, in their order.
        unknown: why nobody can tell, empty where it can be told.
    """

    ahead: tuple[Migration, ...] = ()
    unknown: str = ""

    @property
    def irreversible(self) -> tuple[Migration, ...]:
        """Those that the release can't live with."""
        return tuple(one for one in self.ahead if not one.reversible)


def migrations_between(now: S3Object | None, then: S3Object | None, target: Target) -> Migrations:
    """What the bundle that runs has and the other hasn't.

    Args:
        now: the bundle that runs, None where nobody knows it.
        then: the one that comes back.
        target: where they lie.
    """
    found = []
    for bundle in (now, then):
        if bundle is None:
            return Migrations(unknown="not both releases have a bundle that can be read")
        listed = _listed(bundle, target)
        if isinstance(listed, str):
            return Migrations(unknown=listed)
        found.append(listed)
    known = {one.id for one in found[1]}
    return Migrations(ahead=tuple(one for one in found[0] if one.id not in known))


def _listed(bundle: S3Object, target: Target) -> Sequence[Migration] | str:
    """The migrations of a bundle, or why they can't be read."""
    s3 = target.stack.client("s3")
    try:
        body = s3.get_object(**bundle.asked_of_s3)["Body"]
    except s3.exceptions.ClientError as error:
        return f"{address(bundle)} can't be read: {error}"
    with tempfile.TemporaryFile() as file:
        for chunk in body.iter_chunks(_CHUNK):
            file.write(chunk)
        try:
            with zipfile.ZipFile(file) as archive:
                if NAME not in archive.namelist():
                    return f"{address(bundle)} has no {NAME}"
                if archive.getinfo(NAME).file_size > LARGEST:
                    return f"{NAME} of {address(bundle)} is larger than {LARGEST} bytes"
                read = read_release(archive.read(NAME))
        except zipfile.BadZipFile as error:
            return f"{address(bundle)} is no zip file: {error}"
    return f"{NAME} of {address(bundle)}: {read.findings[0]}" if read.findings else read.migrations
