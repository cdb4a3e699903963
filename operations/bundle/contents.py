"""The files of a bundle: a folder, or an archive of a type that CodeDeploy takes."""

import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from operations.command import UnusableError

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
"""https://docs.aws.amazon.com/codedeploy/latest/userguide/application-revisions-push.html"""

_BROKEN = (
    OSError,
    EOFError,
    KeyError,
    RuntimeError,
    ValueError,
    struct.error,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What Python raises of archives whose bytes aren't what they were."""


@dataclass(frozen=True, kw_only=True)
class File:
    """One file of a bundle.

    Args:
        content: its bytes.
        executable: whether its owner may run it; None where the archive doesn't say.
        link: where it points to, of a symbolic link.
    """

    content: bytes
    executable: bool | None
    link: str | None = None


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What CodeDeploy unpacks on a machine.

    Args:
        name: as the person gave it.
        files: by path, with `/` between folders.
    """

    name: str
    files: Mapping[str, File]

    def has(self, path: str) -> bool:
        """Whether there is a file or a folder of this name; `/` is all of it."""
        plain = normal(path)
        return plain == "." or plain in self.files or any(name.startswith(f"{plain}/") for name in self.files)


def normal(path: str) -> str:
    """A path inside the bundle, written one way: without `./` in front and `/` at the end."""
    return str(PurePosixPath(path.replace("\\", "/").lstrip("/") or "."))


def leaves(path: str) -> bool:
    """Whether a path leads out of the folder it starts in."""
    depth = 0
    for part in PurePosixPath(path.replace("\\", "/").lstrip("/")).parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return True
    return False


def open_bundle(path: Path) -> Bundle:
    """Read a folder or an archive.

    Raises:
        UnusableError: there is none, or it is of another type, or broken.
    """
    try:
        if path.is_dir():
            return Bundle(name=str(path), files=_of_folder(path))
        if path.name.endswith(".zip"):
            return Bundle(name=str(path), files=_of_zip(path))
        if path.name.endswith(ARCHIVES):
            return Bundle(name=str(path), files=_of_tar(path))
    except _BROKEN as error:
        raise UnusableError(f"{path} can't be read: {_reason(error)}") from error
    raise UnusableError(f"{path} is no bundle: give a folder, or a file that ends in {', '.join(ARCHIVES)}")


def _reason(error: Exception) -> str:
    # An archive that ends too early says nothing at all.
    said = str(error.args[0]) if isinstance(error, KeyError) else str(error)
    return next(iter(said.splitlines()), "it ends too early").rstrip(":")


def _of_folder(folder: Path) -> dict[str, File]:
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.startswith(".git/"):
            continue
        if path.is_symlink():
            found[name] = File(content=b"", executable=None, link=str(path.readlink()))
        elif path.is_file():
            mode = path.stat().st_mode
            found[name] = File(content=path.read_bytes(), executable=bool(mode & stat.S_IXUSR))
    return found


def _of_zip(path: Path) -> dict[str, File]:
    found = {}
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            mode = entry.external_attr >> 16
            content = archive.read(entry)
            if stat.S_ISLNK(mode):
                found[entry.filename] = File(content=b"", executable=None, link=content.decode(errors="replace"))
            else:
                # A zip that was written on Windows has no modes at all.
                found[entry.filename] = File(content=content, executable=bool(mode & stat.S_IXUSR) if mode else None)
    return found


def _of_tar(path: Path) -> dict[str, File]:
    found = {}
    with tarfile.open(path) as archive:
        for entry in archive:
            name = entry.name.removeprefix("./")
            if entry.issym():
                found[name] = File(content=b"", executable=None, link=entry.linkname)
            elif (entry.isfile() or entry.islnk()) and (stream := archive.extractfile(entry)):
                found[name] = File(content=stream.read(), executable=bool(entry.mode & stat.S_IXUSR))
    return found
