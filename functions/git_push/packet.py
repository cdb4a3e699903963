"""The lines of Git's protocol: what a server says it has, what a push asks for, what the server says to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from git_push.tag import Tag, pack

SERVICE = "git-receive-pack"
FETCH = "git-upload-pack"
NOTHING = "0" * 40
"""The id that stands for a reference that doesn't exist."""

FLUSH = b"0000"


class ProtocolError(Exception):
    """The server said something that a Git server doesn't say, or that it won't take the push."""


@dataclass(frozen=True, kw_only=True)
class Advertisement:
    """What the server has: ids by the full names of references, and the capabilities it offers."""

    references: Mapping[str, str]
    capabilities: frozenset[str]


def line(content: bytes) -> bytes:
    """A packet: four digits of its length, which count themselves, and the content."""
    return b"%04x%b" % (len(content) + 4, content)


def lines(data: bytes) -> Iterator[bytes]:
    """The contents of the packets, without the line break at their end; an empty one stands for a flush.

    Raises:
        ProtocolError: the data is cut off, or is none of Git's.
    """
    position = 0
    while position < len(data):
        try:
            length = int(data[position : position + 4], 16)
        except ValueError as error:
            raise ProtocolError(f"No packet of Git begins with {data[position : position + 4]!r}.") from error
        if length in range(1, 4) or position + max(length, 4) > len(data):
            raise ProtocolError("The answer of the Git server is cut off.")
        yield data[position + 4 : position + length].removesuffix(b"\n") if length else b""
        position += max(length, 4)


def advertisement(data: bytes, *, service: str = SERVICE) -> Advertisement:
    """Read the answer to `info/refs`.

    Args:
        data: the answer.
        service: the one that was asked; that for fetching names a tag's commit too, as `refs/tags/v1^{}`.

    Raises:
        ProtocolError: it isn't one.
    """
    said = list(lines(data))
    if said[:2] != [f"# service={service}".encode(), b""]:
        raise ProtocolError(f"The server did not answer as {service}.")
    references: dict[str, str] = {}
    capabilities: frozenset[str] = frozenset()
    for number, content in enumerate(one for one in said[2:] if one):
        shown, _, offered = content.partition(b"\x00")
        if number == 0:
            capabilities = frozenset(offered.decode().split())
        identity, _, name = shown.decode().partition(" ")
        if name.startswith("refs/"):
            references[name] = identity
    return Advertisement(references=references, capabilities=capabilities)


def creation(tag: Tag) -> bytes:
    """The push that creates this tag. The server refuses it where the name is taken, so no tag is ever moved."""
    wanted = f"{NOTHING} {tag.id} {tag.reference}\x00 report-status"
    return line(wanted.encode()) + FLUSH + pack(tag)


def refusal(data: bytes, tag: Tag) -> str:
    """Why the server did not take the push, empty where it did.

    Raises:
        ProtocolError: the answer says neither.
    """
    said = [content.decode(errors="replace") for content in lines(data) if content]
    unpacked, *about = said or [""]
    if not unpacked.startswith("unpack "):
        raise ProtocolError("The server did not say whether it took the push.")
    if unpacked != "unpack ok":
        return unpacked
    for answer in about:
        if answer == f"ok {tag.reference}":
            return ""
        if answer.startswith(f"ng {tag.reference} "):
            return answer.removeprefix(f"ng {tag.reference} ")
    raise ProtocolError(f"The server did not say what became of {tag.reference}.")
