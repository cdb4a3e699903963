"""Only bytes that the environment before has tested and promoted come in, and what is refused says why."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from admit_release.handler import visit
from pipeline_job.run import answer_job
from release_manifest import Manifest, Person, Proof, manifest_key
from tests.unit.functions.fake_release import ARTIFACT, DIGEST, PIPELINE, TAKEN, FakeRelease
from tests.unit.functions.pipeline_action import EXECUTION, job_event, message, variables

MANIFEST = Manifest(
    application="storefront",
    digest=DIGEST,
    commit="4f2c",
    branch="release/1.2",
    tag="v1.2.0",
    repository="https://example.com/storefront",
    authors=(Person(name="Jane Doe", email="jane@example.com"), Person(name="", email="kim@example.com")),
    authors_known=True,
    tests=(Proof(name="Build", status="Succeeded"), Proof(name="e2e", status="Succeeded")),
    pipeline=PIPELINE,
    execution="e-1",
    made_at="2026-11-25T12:00:00+00:00",
)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> FakeRelease:
    monkeypatch.setenv("PARAMETERS", json.dumps(TAKEN))
    return FakeRelease()


def admit(aws: FakeRelease, manifest: Manifest | None = MANIFEST) -> dict[str, Any]:
    if manifest:
        aws.put(manifest_key("storefront", DIGEST), manifest.to_json().encode())
    return aws.call(visit)


def test_a_release_that_was_promoted_comes_in_and_later_actions_know_what_it_is(aws: FakeRelease) -> None:
    assert variables(admit(aws)) == {
        "DIGEST": DIGEST,
        "COMMIT": "4f2c",
        "BRANCH": "release/1.2",
        "TAG": "v1.2.0",
        "AUTHORS": "Jane Doe, kim@example.com",
        "TESTS": "Build, e2e",
        "REPOSITORY": "https://example.com/storefront",
        "PROMOTED_AT": "2026-11-25T12:00:00+00:00",
    }


def test_bytes_that_were_changed_have_no_manifest(aws: FakeRelease) -> None:
    aws.artifact = ARTIFACT.replace(b"tested", b"forged")
    digest = hashlib.sha256(aws.artifact).hexdigest()
    told = message(admit(aws))
    assert f"No release of storefront with the digest {digest} was promoted" in told
    assert f"s3://{TAKEN['bucket']}/storefront/manifests/{digest}.json" in told


def test_a_release_of_another_application_does_not_come_in(aws: FakeRelease) -> None:
    told = message(admit(aws, replace(MANIFEST, application="warehouse")))
    assert "should be the manifest of storefront" in told
    assert "it is that of warehouse" in told


@pytest.mark.parametrize(
    ("found", "named"), [(PIPELINE.replace("staging", "dev"), PIPELINE.replace("staging", "dev")), ("", "no pipeline")]
)
def test_a_release_of_another_pipeline_does_not_come_in(aws: FakeRelease, found: str, named: str) -> None:
    told = message(admit(aws, replace(MANIFEST, pipeline=found)))
    assert f"has to come from {PIPELINE}; its manifest says that {named} promoted it" in told


@pytest.mark.parametrize(
    ("tests", "told"),
    [
        ((), "names no test"),
        ((*MANIFEST.tests, Proof(name="component", status="Failed")), "not: component (Failed)"),
    ],
)
def test_what_was_not_tested_or_failed_does_not_come_in(aws: FakeRelease, tests: tuple[Proof, ...], told: str) -> None:
    assert told in message(admit(aws, replace(MANIFEST, tests=tests)))


def test_a_manifest_that_can_not_be_read_lets_nothing_in(aws: FakeRelease) -> None:
    aws.put(manifest_key("storefront", DIGEST), b"{}")
    assert "can't be read" in message(admit(aws, None))


def test_many_authors_leave_room_for_the_rest_of_an_approvals_text(aws: FakeRelease) -> None:
    people = tuple(Person(name=f"Somebody Number {one}") for one in range(40))
    told = variables(admit(aws, replace(MANIFEST, authors=people, authors_known=False, branch="b" * 500)))
    assert told["AUTHORS"].startswith("Somebody Number 0, Somebody Number 1")
    assert told["AUTHORS"].endswith("more and perhaps others")
    assert all(0 < len(value) <= 120 for value in told.values())


def test_what_nobody_knows_is_said_and_not_left_empty(aws: FakeRelease) -> None:
    told = variables(admit(aws, replace(MANIFEST, authors=(), authors_known=False, tag="")))
    assert (told["AUTHORS"], told["TAG"]) == ("unknown", "none")
    assert variables(admit(aws, replace(MANIFEST, authors=())))["AUTHORS"] == "none"


def test_a_call_that_is_repeated_finds_the_same_and_changes_nothing(aws: FakeRelease) -> None:
    assert variables(admit(aws)) == variables(admit(aws, None))
    assert aws.asked("PutObject") == []


def test_without_an_artifact_there_is_nothing_to_admit(aws: FakeRelease) -> None:
    event = job_event(parameters=json.dumps({"execution": EXECUTION}), artifact=False)
    answer_job(event, visit=visit, clients=aws.clients)
    assert "needs one input artifact" in message(aws.answers[-1])
