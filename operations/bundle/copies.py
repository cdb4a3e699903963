"""Which file the agent copies where. It copies file by file, and refuses to bring two of them to one place.

https://github.com/aws/aws-codedeploy-agent/blob/master/lib/instance_agent/plugins/codedeploy/install_instruction.rb
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from operations.bundle.contents import Bundle, normal


@dataclass(frozen=True, kw_only=True)
class Copies:
    """What lies on a machine after the agent has copied.

    Args:
        files: by where each is copied to, which entry of `files` does that.
        folders: those of the destinations, with all below them.
    """

    files: Mapping[str, int]
    folders: frozenset[str]

    def below(self, folder: str, *, kinds: frozenset[str]) -> Iterator[str]:
        """The files and folders below a folder, as the agent is asked for them by `type`."""
        start = f"{folder.rstrip('/')}/"
        for kind, places in (("file", self.files), ("directory", self.folders)):
            if kind in kinds:
                yield from (place for place in places if place.startswith(start))


def placed(bundle: Bundle, source: str, destination: str) -> dict[str, str]:
    """The files that one entry copies: where each of them is copied to, and its path in the bundle."""
    folder, start = place(destination), normal(source)
    if start in bundle.files:
        return {f"{folder}/{PurePosixPath(start).name}": start}
    inner = "" if start == "." else f"{start}/"
    return {f"{folder}/{name.removeprefix(inner)}": name for name in bundle.files if name.startswith(inner)}


def place(path: str) -> str:
    """A path of the machine, written one way; empty for its root."""
    written = str(PurePosixPath(path.replace("\\", "/"))).rstrip("/")
    return f"/{written.lstrip('/')}" if written.startswith("/") else written


def folders(files: Mapping[str, int], destination: str) -> Iterator[str]:
    """The folders that copying makes at a destination and below it."""
    top = place(destination)
    yield top
    for file in files:
        yield from (str(folder) for folder in PurePosixPath(file).parents if str(folder).startswith(f"{top}/"))
