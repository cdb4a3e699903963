"""Reads a bundle: the files that ECS is told, and what an image of the whole is tagged with."""

import hashlib
import stat
import struct
import zipfile
import zlib
from collections.abc import Collection
from typing import IO

from pipeline_job.failures import RefusedError
from services.sight import Bundle

TEMPLATE, SPECIFICATION, DETAIL = "taskdef.json", "appspec.yaml", "imageDetail.json"
LARGEST = 256 * 1024
"""Of each of them, in bytes: a task definition has 64 KB at most."""

_CHUNK = 1024 * 1024
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError)
"""What Python raises of archives whose bytes aren't what they were, or of an age or a cipher that it doesn't know."""


def read_bundle(file: IO[bytes], *, needed: Collection[str] = (TEMPLATE, SPECIFICATION)) -> Bundle:
    """The bundle in a zip file.

    Args:
        file: the zip.
        needed: the files it can't be without; a specification that isn't needed isn't read.

    Raises:
        RefusedError: it is no zip, or lacks one of these files, or has a name that nobody can tag.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = {one.filename: one for one in archive.infolist() if _is_file(one)}
            missing = [name for name in needed if name not in entries]
            if missing:
                raise RefusedError(f"The bundle has no {' and no '.join(missing)} at its root.")
            return Bundle(
                template=_text(archive, entries[TEMPLATE]),
                specification=_text(archive, entries[SPECIFICATION]) if SPECIFICATION in needed else "",
                tag=_tag(archive, entries),
                detail=_text(archive, entries[DETAIL]) if DETAIL in entries else None,
            )
    except _BROKEN as error:
        raise RefusedError(f"The bundle is no zip file: {str(error) or 'it ends too early'}.") from error


def _is_file(entry: zipfile.ZipInfo) -> bool:
    return not entry.is_dir() and not stat.S_ISLNK(entry.external_attr >> 16)


def _text(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    if entry.file_size > LARGEST:
        raise RefusedError(f"{entry.filename} has {entry.file_size} bytes; allowed: at most {LARGEST}.")
    try:
        return archive.read(entry).decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError(f"{entry.filename} isn't written in UTF-8.") from error


def _tag(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> str:
    """The tag that publishing gives an image of the bundle: the digest of a list of all files with theirs, in the
    words and the order of sha256sum."""
    listed = hashlib.sha256()
    for name in sorted(entries, key=lambda name: f"./{name}".encode()):
        if any(character in name for character in "\\\n\r"):
            raise RefusedError(f"The bundle has a file {name!r}; allowed: names without \\ and line ends.")
        digest = hashlib.sha256()
        with archive.open(entries[name]) as content:
            while block := content.read(_CHUNK):
                digest.update(block)
        listed.update(f"{digest.hexdigest()}  ./{name}\n".encode())
    return f"bundle-{listed.hexdigest()}"
