"""The digest of an artifact, of all its bytes and in one go."""

import hashlib
import time
from collections.abc import Callable
from datetime import timedelta
from typing import IO, Protocol

from pipeline_job.failures import RefusedError

CHUNK = 8 * 1024 * 1024
"""How many bytes are held at once."""

LONGEST = timedelta(minutes=10)
"""How long reading may take: a function lives for 15 minutes, and the rest is for what comes after
(https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)."""


class Body(Protocol):
    """What S3 answers a GetObject with."""

    def read(self, amt: int) -> bytes:
        """The next bytes, none at the end."""
        ...


def digest_of(body: Body, *, into: IO[bytes] | None = None, clock: Callable[[], float] = time.monotonic) -> str:
    """The SHA-256 of what is read, as 64 hexadecimal digits.

    A digest that was begun can't be carried over to another visit, so one that takes too long is refused with a
    sentence before Lambda ends the function without one.

    Args:
        body: what is read, to its end.
        into: where the same bytes are kept, if anywhere.
        clock: in seconds.

    Raises:
        RefusedError: it takes longer than `LONGEST`.
    """
    digest, count, begun = hashlib.sha256(), 0, clock()
    while chunk := body.read(CHUNK):
        digest.update(chunk)
        if into:
            into.write(chunk)
        count += len(chunk)
        if clock() - begun > LONGEST.total_seconds():
            minutes = LONGEST // timedelta(minutes=1)
            raise RefusedError(
                f"After {minutes} minutes only {count} bytes of the artifact were read; it is too large."
            )
    return digest.hexdigest()
