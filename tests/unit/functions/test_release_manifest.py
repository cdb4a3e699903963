"""The manifest of a release survives its JSON, and nothing else is taken for one."""

import json

import pytest

from pipeline_job.failures import RefusedError
from release_manifest import Manifest, Person, Proof

MANIFEST = Manifest(
    application="storefront",
    digest="ab" * 32,
    commit="4f2c",
    branch="release/1.2",
    tag="v1.2.0",
    authors=(Person(name="Jane Doe", email="jane@example.com"), Person(name="Kim")),
    authors_known=True,
    previous="ef" * 32,
    tests=(Proof(name="e2e", status="Succeeded", report="https://example.com/report"),),
    execution="e-1",
)


def test_a_manifest_is_read_as_it_was_written() -> None:
    assert Manifest.from_json(MANIFEST.to_json()) == MANIFEST


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{}", '{"version": 1}', MANIFEST.to_json().replace('"email"', '"mail"')],
)
def test_what_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="can't be read"):
        Manifest.from_json(text)


def test_a_manifest_of_another_version_is_refused() -> None:
    later = json.dumps(json.loads(MANIFEST.to_json()) | {"version": 2})
    with pytest.raises(RefusedError, match="a version that this function doesn't know"):
        Manifest.from_json(later)
