"""The edge of the functions that events start: what is read, what is raised, what is announced."""

import importlib
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from pipeline_job.announcement import Announcement, publish
from pipeline_job.failures import RefusedError
from repository_events.event import parse_event, pull_request_change, reference_change
from repository_events.run import answer_event
from tests.unit.functions.fake_forge import TOPIC, FakeForge, commit
from tests.unit.functions.repository_event import FIXED, build_event, pull_request_event, reference_event

KEYS = [(name, key) for name, values in FIXED.items() for key in values]


@pytest.fixture
def forge() -> FakeForge:
    return FakeForge()


def parsed(name: str, values: object) -> object:
    text = values if isinstance(values, str) else json.dumps(values)
    return importlib.import_module(f"{name}.decide").Parameters.parse(text)


@pytest.mark.parametrize("name", FIXED)
def test_the_parameters_of_each_function_are_read(name: str) -> None:
    assert parsed(name, FIXED[name])


@pytest.mark.parametrize(("name", "key"), KEYS)
def test_a_missing_parameter_is_refused_by_its_name(name: str, key: str) -> None:
    with pytest.raises(
        RefusedError, match=rf"PARAMETERS must have exactly the keys .* missing or unknown: \['{key}'\]"
    ):
        parsed(name, {one: value for one, value in FIXED[name].items() if one != key})


@pytest.mark.parametrize("name", FIXED)
def test_an_unknown_parameter_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(RefusedError, match=r"missing or unknown: \['surprise'\]"):
        parsed(name, {**FIXED[name], "surprise": 1})


@pytest.mark.parametrize(("name", "key"), KEYS)
def test_a_parameter_of_another_type_is_refused_by_its_name(name: str, key: str) -> None:
    with pytest.raises(RefusedError, match=f"Parameter `{key}` must be"):
        parsed(name, {**FIXED[name], key: 7})


@pytest.mark.parametrize("name", FIXED)
@pytest.mark.parametrize("text", ["", "no json", "[]"])
def test_parameters_that_are_no_json_object_are_refused(name: str, text: str) -> None:
    with pytest.raises(RefusedError, match="PARAMETERS"):
        parsed(name, text)


@pytest.mark.parametrize("key", ["release", "hotfix"])
def test_a_branch_pattern_with_another_wildcard_is_refused(key: str) -> None:
    with pytest.raises(RefusedError, match=f"`{key}` must be a branch or a prefix"):
        parsed("tag_release", {**FIXED["tag_release"], key: "rel*se/*"})


@pytest.mark.parametrize("event", [None, "text", {}, {"detail": 1}, {**build_event("FAILED"), "time": "yesterday"}])
def test_what_is_no_event_is_refused(event: Any) -> None:
    with pytest.raises(RefusedError, match="event"):
        parse_event(event)


@pytest.mark.parametrize("key", ["detail-type", "account", "region", "time"])
def test_an_event_without_what_all_have_is_refused_by_the_name_of_the_key(key: str) -> None:
    event = build_event("FAILED")
    del event[key]
    with pytest.raises(RefusedError, match=f"`{key}`"):
        parse_event(event)


def test_a_reference_is_read_from_each_of_its_events() -> None:
    new, old = commit("new"), commit("old")
    created = reference_change(parse_event(reference_event("release/1.2", new=new)))
    updated = reference_change(parse_event(reference_event("release/1.2", new=new, old=old)))
    deleted = reference_change(parse_event(reference_event("release/1.2", old=old)))
    assert created
    assert updated
    assert deleted
    assert (created.commit, created.old_commit, created.deleted) == (new, "", False)
    assert (updated.commit, updated.old_commit, updated.deleted) == (new, old, False)
    assert (deleted.commit, deleted.old_commit, deleted.deleted) == ("", old, True)


def test_a_pull_request_names_its_branches_without_refs_heads() -> None:
    change = pull_request_change(parse_event(pull_request_event("MergeStatusUpdated", source="release/1.2")))
    assert change
    assert (change.source, change.destination, change.merged) == ("release/1.2", "develop", True)


def answered(forge: FakeForge, outcome: str | Exception, *, topic: str = TOPIC) -> None:
    def act(_: Any) -> str:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    answer_event(pull_request_event("Created"), name="a_function", visit=act, clients=forge.clients, topic=topic)


def client_error(code: str, status: int = 400) -> ClientError:
    answer = {"Error": {"Code": code, "Message": f"told {code}"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "GetBranch")


def test_what_was_done_is_logged_in_one_line(forge: FakeForge, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        answered(forge, "all is well")
    assert [record.getMessage() for record in caplog.records] == ["a_function: all is well"]
    assert forge.messages == []


@pytest.mark.parametrize(
    "error", [RefusedError("this makes no sense"), client_error("AccessDeniedException"), client_error("NoSuchThing")]
)
def test_what_no_retry_can_help_is_announced_with_the_event(forge: FakeForge, error: Exception) -> None:
    answered(forge, error)
    (message,) = forge.messages
    assert str(error) in message["Message"]
    assert "pullRequestId: 1" in message["Message"]


@pytest.mark.parametrize("error", [RefusedError("no"), client_error("AccessDeniedException")])
def test_without_a_topic_it_is_raised_for_the_on_failure_destination(forge: FakeForge, error: Exception) -> None:
    with pytest.raises(type(error)):
        answered(forge, error, topic="")
    assert forge.calls == []


@pytest.mark.parametrize(
    "error",
    [
        client_error("ThrottlingException"),
        client_error("Whatever", 503),
        EndpointConnectionError(endpoint_url="https://x"),
        TimeoutError("slow"),
        ZeroDivisionError("our own mistake"),
    ],
)
def test_what_a_retry_may_help_is_raised(forge: FakeForge, error: Exception) -> None:
    with pytest.raises(type(error)):
        answered(forge, error)
    assert forge.messages == []


def test_an_announcement_that_fails_is_raised_so_that_nothing_is_lost(forge: FakeForge) -> None:
    forge.refuse("Publish", "AuthorizationError")
    with pytest.raises(ClientError, match="AuthorizationError"):
        answered(forge, RefusedError("no"))


def test_a_subject_is_made_to_fit_an_email(forge: FakeForge) -> None:
    long = Announcement(subject=f"größer\nals {'x' * 200}", message="y" * 300_000)
    publish(long, topic=TOPIC, client=forge.clients.sns)
    (message,) = forge.messages
    assert message["Subject"].startswith("gr??er als xxx")
    assert len(message["Subject"]) == 100
    assert len(message["Message"].encode()) < 256 * 1024
