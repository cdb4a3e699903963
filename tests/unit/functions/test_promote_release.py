"""A tested artifact goes to the next environment once, after its manifest, and nothing else goes there."""

import json
from typing import Any

import pytest

from pipeline_job.run import answer_job
from promote_release.decide import LARGEST
from promote_release.handler import visit
from release_manifest import Person, Proof, manifest_key
from tests.unit.functions.fake_forge import commit
from tests.unit.functions.fake_release import (
    ARTIFACT,
    DIGEST,
    GIVEN,
    PIPELINE,
    RELEASE,
    START,
    TAG_RULE,
    FakeRelease,
    run_of,
)
from tests.unit.functions.pipeline_action import EXECUTION, job_event, message, variables

MANIFEST = manifest_key("storefront", DIGEST)
BRANCH = "release/1.2"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> FakeRelease:
    monkeypatch.setenv("PARAMETERS", json.dumps(GIVEN))
    return FakeRelease()


def promote(aws: FakeRelease, *, token: str | None = None) -> dict[str, Any]:
    return aws.call(visit, token=token, branch=BRANCH)


def test_the_manifest_comes_before_the_artifact_whose_event_starts_the_next_pipeline(aws: FakeRelease) -> None:
    answer = promote(aws)
    assert [put["Key"] for put in aws.asked("PutObject")] == [MANIFEST, RELEASE]
    assert aws.objects[RELEASE]["body"] == ARTIFACT
    assert variables(answer) == {"DIGEST": DIGEST, "MANIFEST": MANIFEST, "VERSION": "v1"}
    assert set(aws.regions) == {"eu-central-1"}


def test_the_artifact_says_what_it_is(aws: FakeRelease) -> None:
    promote(aws)
    assert aws.objects[RELEASE]["metadata"] == {"sha256": DIGEST, "commit": commit("new"), "execution": EXECUTION}


def test_the_manifest_says_what_was_tested_by_what_and_who_started_it(aws: FakeRelease) -> None:
    promote(aws)
    found = aws.manifest()
    assert (found.application, found.digest, found.commit) == ("storefront", DIGEST, commit("new"))
    assert (found.branch, found.tag) == (BRANCH, "")
    assert found.repository.endswith("/codesuite/codecommit/repositories/storefront/browse?region=eu-west-1")
    assert found.tests == (
        Proof(name="Build", status="Succeeded", report="https://console.aws.amazon.com/build/1"),
        Proof(name="e2e", status="Succeeded", report="https://console.aws.amazon.com/build/2"),
    )
    assert (found.pipeline, found.execution) == (PIPELINE, EXECUTION)
    assert (found.started_by, found.made_at) == (aws.trigger["triggerDetail"], START.isoformat())


def test_what_a_tag_started_has_the_tag_and_no_branch(aws: FakeRelease) -> None:
    aws.trigger = {"triggerType": "CloudWatchEvent", "triggerDetail": TAG_RULE}
    aws.call(visit, branch="v1.2.0")
    assert (aws.manifest().tag, aws.manifest().branch) == ("v1.2.0", "")


def test_a_retried_test_counts_by_its_last_attempt(aws: FakeRelease) -> None:
    aws.page = 2
    aws.runs.append(run_of("component", status="Succeeded", minutes=9))
    aws.runs.insert(0, run_of("component", status="Failed", minutes=3))
    promote(aws)
    assert [(one.name, one.status) for one in aws.manifest().tests] == [
        ("Build", "Succeeded"),
        ("component", "Succeeded"),
        ("e2e", "Succeeded"),
    ]


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (
            run_of("component", status="Failed"),
            "Only what passed every test is promoted; not passed: component (Failed).",
        ),
        (run_of("e2e", status="Abandoned", minutes=5), "not passed: e2e (Abandoned)."),
    ],
)
def test_what_failed_a_test_is_not_promoted(aws: FakeRelease, run: dict[str, Any], told: str) -> None:
    aws.runs.append(run)
    assert told in message(promote(aws))
    assert aws.objects == {}


def test_what_nothing_has_tested_is_not_promoted(aws: FakeRelease) -> None:
    aws.runs = [run for run in aws.runs if run["actionName"] not in ("Build", "e2e")]
    assert "has built and tested nothing" in message(promote(aws))
    assert aws.objects == {}


def test_an_artifact_that_one_write_can_not_take_is_refused_before_it_is_read(aws: FakeRelease) -> None:
    aws.size = LARGEST + 1
    assert f"has {LARGEST + 1} bytes; {LARGEST} bytes (5 GiB) are the most" in message(promote(aws))
    assert aws.objects == {}


def test_bytes_that_changed_on_their_way_are_not_taken(aws: FakeRelease) -> None:
    aws.on_the_way = lambda body: body.replace(b"tested", b"forged")
    assert "BadDigest" in message(promote(aws))
    assert aws.promotions == 0


def test_a_call_that_is_repeated_promotes_once(aws: FakeRelease) -> None:
    first, second = promote(aws), promote(aws)
    assert aws.promotions == 1
    assert variables(first) == variables(second)


def test_two_calls_at_once_promote_once(aws: FakeRelease) -> None:
    aws.meanwhile = lambda: promote(aws)
    doubled = promote(aws)
    assert aws.promotions == 1
    assert "continuationToken" in doubled
    assert variables(promote(aws, token=doubled["continuationToken"]))["VERSION"] == "v1"
    assert aws.promotions == 1


def test_two_calls_at_once_over_an_older_release_promote_once(aws: FakeRelease) -> None:
    aws.put(RELEASE, b"older", sha256="ef" * 32, commit=commit("old"), execution="before")
    aws.meanwhile = lambda: promote(aws)
    promote(aws)
    assert aws.promotions == 2
    assert aws.objects[RELEASE]["body"] == ARTIFACT


def test_a_call_that_failed_between_manifest_and_artifact_is_finished_by_the_next(aws: FakeRelease) -> None:
    aws.on_the_way = lambda body: body if body.startswith(b"{") else b"half of it"
    promote(aws)
    assert list(aws.objects) == [MANIFEST]
    aws.on_the_way = bytes
    promote(aws)
    assert aws.promotions == 1


@pytest.mark.parametrize("status", ["Succeeded", "Failed", "Abandoned"])
def test_a_call_that_comes_late_does_not_put_its_release_over_a_newer_one(aws: FakeRelease, status: str) -> None:
    aws.put(RELEASE, b"newer", sha256="ef" * 32, execution="after")
    aws.runs[-1]["status"] = status
    answer = promote(aws)
    assert f"PromoteRelease of execution {EXECUTION} is {status}" in answer["executionDetails"]["summary"]
    assert aws.objects[RELEASE]["body"] == b"newer"
    aws.now = START.replace(hour=13)
    assert "so nothing was promoted" in message(promote(aws, token=answer["continuationToken"]))


def test_a_call_that_comes_before_codepipeline_shows_the_action_waits_for_it(aws: FakeRelease) -> None:
    shown = aws.runs.pop()
    answer = promote(aws)
    assert "is not begun; looking again" in answer["executionDetails"]["summary"]
    aws.runs.append(shown)
    promote(aws, token=answer["continuationToken"])
    assert aws.promotions == 1


def test_a_release_of_the_same_bytes_is_promoted_again_and_keeps_its_first_manifest(aws: FakeRelease) -> None:
    promote(aws)
    first = aws.objects[MANIFEST]
    aws.objects[RELEASE]["metadata"]["execution"] = "another"
    promote(aws)
    assert aws.promotions == 2
    assert aws.objects[MANIFEST] is first


def test_the_authors_are_those_since_the_release_before_which_the_manifest_names(aws: FakeRelease) -> None:
    aws.put(RELEASE, b"older", sha256="ef" * 32, commit=commit("old"), execution="before")
    aws.add_commit("oldest", author="Zoe", time=10)
    aws.add_commit("old", "oldest", author="Yan", time=20)
    aws.add_commit("middle", "old", author="Kim", committer="Lee", time=30)
    aws.add_commit("new", "middle", author="Jane", time=40)
    promote(aws)
    found = aws.manifest()
    assert [person.name for person in found.authors] == ["Jane", "Kim", "Lee"]
    assert found.authors_known
    assert found.previous == "ef" * 32


def test_a_connection_tells_one_author_and_there_may_be_others(aws: FakeRelease) -> None:
    told = {
        "CommitId": "4f2c",
        "BranchName": "main",
        "FullRepositoryName": "acme/storefront",
        "ProviderType": "GitHub",
        "AuthorDisplayName": "Jane Doe",
        "AuthorEmail": "jane@example.com",
    }
    aws.runs[0] = run_of("Source", "Source", provider="CodeStarSourceConnection", variables=told)
    aws.call(visit)
    found = aws.manifest()
    assert found.authors == (Person(name="Jane Doe", email="jane@example.com"),)
    assert not found.authors_known
    assert (found.commit, found.branch) == ("4f2c", "main")
    assert found.repository == "https://github.com/acme/storefront"


@pytest.mark.parametrize(
    ("provider", "told", "revision"),
    [
        ("S3", {"VersionId": "v7", "ETag": "e"}, "v7"),
        ("ECR", {"ImageDigest": "sha256:4f", "ImageTag": "1"}, "sha256:4f"),
    ],
)
def test_what_has_no_commit_is_named_by_its_version_and_has_no_author_that_is_known(
    aws: FakeRelease, provider: str, told: dict[str, str], revision: str
) -> None:
    aws.runs[0] = run_of("Source", "Source", provider=provider, variables=told)
    aws.call(visit)
    found = aws.manifest()
    assert (found.commit, found.authors, found.authors_known) == (revision, (), False)


def test_a_release_that_was_promoted_here_goes_on_with_what_its_manifest_said(aws: FakeRelease) -> None:
    told = {"COMMIT": "4f2c", "BRANCH": "release/1", "TAG": "v1", "REPOSITORY": "https://example.com/x"}
    aws.runs[0] = run_of("Source", "Source", provider="S3", variables={"VersionId": "v7"})
    aws.runs.append(run_of("AdmitRelease", "Invoke", provider="Lambda", variables=told))
    aws.call(visit)
    found = aws.manifest()
    assert (found.commit, found.branch, found.tag) == ("4f2c", "release/1", "v1")
    assert found.repository == "https://example.com/x"


def test_a_stage_that_is_rolled_back_promotes_what_the_execution_before_has_tested(aws: FakeRelease) -> None:
    aws.rolled_back_to = "before"
    for run in aws.runs[:-1]:
        run["pipelineExecutionId"] = "before"
    promote(aws)
    assert [one.name for one in aws.manifest().tests] == ["Build", "e2e"]
    assert aws.manifest().commit == commit("new")


def test_aws_asking_for_patience_costs_a_visit_and_no_release(aws: FakeRelease) -> None:
    aws.refuse("PutObject", "SlowDown", status=503)
    answer = promote(aws)
    assert "AWS asks for patience" in answer["executionDetails"]["summary"]
    promote(aws, token=answer["continuationToken"])
    assert aws.promotions == 1


def test_a_bucket_that_may_not_be_written_fails_the_action_as_a_matter_of_permission(aws: FakeRelease) -> None:
    aws.refuse("PutObject", "AccessDenied", status=403)
    assert promote(aws)["failureDetails"]["type"] == "PermissionError"
    assert aws.objects == {}


def test_without_an_artifact_there_is_nothing_to_promote(aws: FakeRelease) -> None:
    event = job_event(parameters=json.dumps({"execution": EXECUTION}), artifact=False)
    answer_job(event, visit=visit, clients=aws.clients)
    assert "needs one input artifact" in message(aws.answers[-1])
