"""The record of a release survives its JSON, and nothing else is taken for one."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pipeline_job.failures import RefusedError
from release_ledger import FunctionArtifact, ImageArtifact, Kind, Outcome, Release
from tests.unit.functions.release_records import FULL, release

Values = dict[str, Any]


def changed(change: Callable[[Values], object]) -> str:
    """The JSON of a release in which something is changed."""
    values: Values = json.loads(FULL.to_json())
    change(values)
    return json.dumps(values)


@pytest.mark.parametrize(
    "artifact",
    [
        FULL.artifact,
        ImageArtifact(image="123456789012.dkr.ecr.eu-west-1.amazonaws.com/storefront@sha256:ab"),
        FunctionArtifact(function="storefront-prod", version="7"),
        None,
    ],
)
def test_a_record_is_read_as_it_was_written(artifact: Any) -> None:
    written = replace(FULL, artifact=artifact)
    assert Release.from_json(written.to_json()) == written


def test_a_record_is_read_by_people_without_a_tool() -> None:
    values = json.loads(FULL.to_json())
    assert values["outcome"] == "succeeded"
    assert values["kind"] == "hotfix"
    assert values["artifact"] == {
        "bucket": "releases",
        "key": "storefront/release.zip",
        "sha256": "ab" * 32,
        "version": "v1",
    }
    assert "Zoë" in FULL.to_json()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is not JSON"),
        ("[]", "a format that this code doesn't know"),
        (changed(lambda values: values.update(format=2)), "a format that this code doesn't know"),
        (changed(lambda values: values.pop("by")), r"missing or unknown: \['by'\]"),
        (changed(lambda values: values.update(colour="red")), r"missing or unknown: \['colour'\]"),
        (changed(lambda values: values.update(outcome="fine")), "`outcome` of the release must be one of succeeded, "),
        (changed(lambda values: values.update(kind=[])), "`kind` of the release must be one of deployment, "),
        (changed(lambda values: values.update(finished="noon")), "`finished` of the release is no time: 'noon'"),
        (changed(lambda values: values.update(begun="2026-11-25T21:08:16")), "`begun` of the release has no time zone"),
        (
            changed(lambda values: values["source"].update(committed="yesterday")),
            "`source.committed` of the release is no time: 'yesterday'",
        ),
        (changed(lambda values: values.update(reason=None)), "`reason` of the release must be a text; not None"),
        (changed(lambda values: values.update(approvals={})), "`approvals` of the release must be a list"),
        (
            changed(lambda values: values["approvals"][0].pop("at")),
            r"`approvals\[0\]` of the release must have exactly the keys .* missing or unknown: \['at'\]",
        ),
        (
            changed(lambda values: values["source"].update(authors=[1])),
            r"`source.authors\[0\]` .* must be a text; not 1",
        ),
        (
            changed(lambda values: values["infrastructure"].update(number=True)),
            "`infrastructure.number` .* whole number",
        ),
        (changed(lambda values: values["infrastructure"].update(dirty=1)), "`infrastructure.dirty` .* true or false"),
        (
            changed(lambda values: values.update(infrastructure="v1")),
            "`infrastructure` of the release must be an object",
        ),
        (changed(lambda values: values["artifact"].update(image="x")), "the keys of one kind of artifact"),
        (changed(lambda values: values.update(artifact="x")), "the keys of one kind of artifact"),
    ],
)
def test_what_is_no_record_is_refused_by_what_is_wrong(text: str, told: str) -> None:
    with pytest.raises(RefusedError, match=told):
        Release.from_json(text)


def test_ids_of_releases_sort_as_they_ended() -> None:
    ids = [release(minutes).release for minutes in (0, 1, 59, 60 * 24, 60 * 24 * 40)]
    assert ids == sorted(ids)
    assert ids[0] == "storefront-20261125T210816Z"


def test_a_release_without_execution_is_known_by_its_first_deployment() -> None:
    by_hand = release(kind=Kind.BY_HAND, deployments=("d-1", "d-2"))
    assert replace(by_hand, execution="").identity == "d-1"


def test_a_release_that_nothing_names_is_refused_before_it_is_written() -> None:
    with pytest.raises(RefusedError, match="neither an execution nor a deployment"):
        _ = replace(release(outcome=Outcome.FAILED), execution="").identity
