"""`watch_machines`: CodeDeploy's list follows that of Systems Manager, and who is silent is counted."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipeline_job.failures import RefusedError
from repository_events.event import parse_event
from tests.unit.functions.fake_machines import APPLICATION, SESSIONS, TOLD, VISIT, FakeMachines
from watch_machines.decide import Parameters, changes
from watch_machines.handler import visit


@pytest.fixture
def aws() -> FakeMachines:
    return FakeMachines()


def look(aws: FakeMachines) -> str:
    return visit(parse_event(VISIT), parameters=Parameters.parse(TOLD), clients=aws.clients)


def test_a_machine_that_was_activated_is_registered_by_its_session_and_tagged(aws: FakeMachines) -> None:
    aws.pings["mi-0a"] = "Online"
    assert look(aws) == "registered: mi-0a"
    assert aws.sessions == {"mi-0a": f"{SESSIONS}/mi-0a"}
    assert aws.tags["mi-0a"] == {"Delivery": APPLICATION, "Site": "Delft"}


def test_a_second_visit_changes_nothing(aws: FakeMachines) -> None:
    aws.pings["mi-0a"] = "Online"
    look(aws)
    before = len(aws.calls)
    assert look(aws) == "nothing changed"
    assert {action.split(":")[1] for action, _ in aws.calls[before:]} == {
        "DescribeInstanceInformation",
        "ListOnPremisesInstances",
        "PutMetricData",
    }


def test_a_machine_that_systems_manager_no_longer_knows_is_deregistered(aws: FakeMachines) -> None:
    aws.pings.update({"mi-0a": "Online", "mi-0b": "Online"})
    look(aws)
    del aws.pings["mi-0a"]
    assert look(aws) == "deregistered: mi-0a"
    assert set(aws.sessions) == {"mi-0b"}


def test_a_machine_of_another_application_is_left_alone(aws: FakeMachines) -> None:
    aws.sessions["mi-99"] = "arn:aws:sts::111122223333:assumed-role/kiosks-dev-machine/mi-99"
    aws.tags["mi-99"] = {"Delivery": "kiosks-dev"}
    look(aws)
    assert set(aws.sessions) == {"mi-99"}


@pytest.mark.parametrize(("status", "missing"), [("Online", 0), ("ConnectionLost", 1), ("Inactive", 1)])
def test_who_does_not_answer_is_counted_and_stays_registered(aws: FakeMachines, status: str, missing: int) -> None:
    aws.pings.update({"mi-0a": "Online", "mi-0b": "Online"})
    look(aws)
    aws.pings["mi-0b"] = status
    look(aws)
    assert aws.counts[-1] == missing
    assert set(aws.sessions) == {"mi-0a", "mi-0b"}


def test_nobody_missing_is_counted_too_so_that_silence_means_a_silent_watch(aws: FakeMachines) -> None:
    look(aws)
    assert aws.counts == [0]


def test_a_machine_that_was_registered_and_not_tagged_is_tagged_by_the_next_visit(aws: FakeMachines) -> None:
    aws.pings["mi-0a"] = "Online"
    aws.refuse("AddTagsToOnPremisesInstances", "ThrottlingException")
    with pytest.raises(ClientError):
        look(aws)
    assert aws.tags == {}
    look(aws)
    assert aws.tags["mi-0a"]["Delivery"] == APPLICATION


def test_the_count_is_told_even_where_codedeploy_refuses_a_machine(aws: FakeMachines) -> None:
    aws.pings.update({"mi-0a": "ConnectionLost"})
    aws.refuse("RegisterOnPremisesInstance", "InvalidIamSessionArnException")
    with pytest.raises(ClientError):
        look(aws)
    assert aws.counts == [1]


def test_one_machine_that_codedeploy_refuses_keeps_no_other_from_coming_or_going(aws: FakeMachines) -> None:
    aws.pings["mi-0z"] = "Online"
    look(aws)
    aws.pings = {"mi-0a": "Online", "mi-0b": "Online"}
    aws.refuse("RegisterOnPremisesInstance", "InvalidIamSessionArnException")
    with pytest.raises(ClientError, match="InvalidIamSessionArnException"):
        look(aws)
    assert set(aws.sessions) == {"mi-0b"}


def test_where_codedeploy_is_busy_the_others_wait_for_the_next_visit(aws: FakeMachines) -> None:
    aws.pings.update({"mi-0a": "Online", "mi-0b": "Online"})
    aws.refuse("RegisterOnPremisesInstance", "ThrottlingException")
    with pytest.raises(ClientError, match="ThrottlingException"):
        look(aws)
    assert aws.sessions == {}


def test_a_machine_of_which_nobody_knows_whether_it_answers_is_counted_as_missing(aws: FakeMachines) -> None:
    aws.pings["mi-0a"] = ""
    look(aws)
    assert aws.counts == [1]


def test_many_machines_come_page_by_page(aws: FakeMachines) -> None:
    aws.page = 2
    names = [f"mi-{number:02}" for number in range(5)]
    aws.pings.update(dict.fromkeys(names, "Online"))
    look(aws)
    assert sorted(aws.sessions) == names
    assert look(aws) == "nothing changed"


def test_a_machine_that_comes_and_one_that_goes_are_told_apart() -> None:
    found = changes(known={"mi-0a": "Online", "mi-0b": "ConnectionLost"}, registered={"mi-0b", "mi-0c"})
    assert (found.new, found.gone, found.missing) == (("mi-0a",), ("mi-0c",), ("mi-0b",))


@pytest.mark.parametrize("wrong", [{"tags": ["Site"]}, {"tags": {"Site": 1}}, {"role": ""}, {"more": "x"}])
def test_parameters_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(RefusedError):
        Parameters.parse(json.dumps({**json.loads(TOLD), **wrong}))
