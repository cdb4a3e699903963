"""The digest is that of every byte, however many there are, and takes no longer than a function lives."""

import hashlib
import io

import pytest

from pipeline_job.failures import RefusedError
from release_manifest.digest import CHUNK, LONGEST, digest_of


@pytest.mark.parametrize("size", [0, 1, CHUNK, 2 * CHUNK + 1])
def test_the_digest_is_that_of_every_byte_and_the_same_bytes_are_kept(size: int) -> None:
    content, kept = bytes(range(256)) * (size // 256 + 1), io.BytesIO()
    content = content[:size]
    assert digest_of(io.BytesIO(content), into=kept) == hashlib.sha256(content).hexdigest()
    assert kept.getvalue() == content


def test_what_takes_too_long_is_refused_with_a_sentence_before_lambda_ends_the_function() -> None:
    times = iter([0.0, LONGEST.total_seconds(), LONGEST.total_seconds() + 1])
    with pytest.raises(RefusedError, match=f"After 10 minutes only {2 * CHUNK} bytes of the artifact were read"):
        digest_of(io.BytesIO(bytes(3 * CHUNK)), clock=lambda: next(times))
