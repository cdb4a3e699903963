"""An annotated tag as Git stores it, and the pack that carries it."""

import hashlib
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime

_TAG = 4
"""The number of the object type in a pack."""


@dataclass(frozen=True, kw_only=True)
class Tag:
    """An annotated tag. The same values are the same object, so a tag that is made twice is recognised by its id.

    Args:
        name: its short name, such as `v1.2.0`.
        commit: id of the commit, 40 of 0-9 a-f.
        tagger: who makes it, such as `Some One <some.one@example.org>`.
        time: when, in whole seconds, with its zone.
        message: what for.
    """

    name: str
    commit: str
    tagger: str
    time: datetime
    message: str

    @property
    def reference(self) -> str:
        """Its name in full."""
        return f"refs/tags/{self.name}"

    @property
    def content(self) -> bytes:
        """The object without its header; a line break in the first lines would be another field, so there is none."""
        lines = [
            f"object {self.commit}",
            "type commit",
            f"tag {self.name}",
            f"tagger {self.tagger} {int(self.time.timestamp())} +0000",
        ]
        head = "\n".join(" ".join(line.splitlines()) for line in lines)
        return f"{head}\n\n{self.message.rstrip()}\n".encode()

    @property
    def id(self) -> str:
        """The object's id."""
        # Git names its objects by SHA-1; nothing is kept secret by it.
        return hashlib.sha1(b"tag %d\x00%b" % (len(self.content), self.content), usedforsecurity=False).hexdigest()


def pack(tag: Tag) -> bytes:
    """A pack of version 2 that holds this one object."""
    content = tag.content
    body = b"PACK" + struct.pack(">LL", 2, 1) + _head(_TAG, len(content)) + zlib.compress(content)
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def _head(kind: int, size: int) -> bytes:
    """Type and size of an object: 4 bits of the size beside the type, then 7 in each byte, the lowest first."""
    head = [kind << 4 | size & 0x0F]
    size >>= 4
    while size:
        head[-1] |= 0x80
        head.append(size & 0x7F)
        size >>= 7
    return bytes(head)
