"""`verify_release` against an AWS in memory."""

import pytest

from tests.unit.functions.fake_aws import BLUE, GREEN, FakeAws
from tests.unit.functions.pipeline_action import EXECUTION, PipelineAction, message, variables
from verify_release.handler import visit


@pytest.fixture
def aws() -> FakeAws:
    """A release of this execution serves."""
    aws = FakeAws()
    release(aws)
    return aws


def release(aws: FakeAws, execution: str = EXECUTION) -> str:
    """A deployment that ended well."""
    return aws.add_deployment("Succeeded", fleet=aws.bound[0], description=f"execution={execution} attempt=1")


def test_a_healthy_fleet_without_alarm_is_verified_at_once(aws: FakeAws) -> None:
    assert variables(PipelineAction(aws, visit).call()) == {"servingFleet": BLUE, "healthyInstances": "3"}


def test_it_changes_nothing(aws: FakeAws) -> None:
    PipelineAction(aws, visit).call()
    assert aws.changes() == []


@pytest.mark.parametrize("state", ["initial", "unhealthy", "draining", "unused", "unavailable"])
def test_an_instance_in_any_other_state_is_waited_for(aws: FakeAws, state: str) -> None:
    aws.targets["i-b2"] = state
    action = PipelineAction(aws, visit)
    assert f"i-b2 {state}" in action.call()["executionDetails"]["summary"]
    assert action.waits()
    aws.targets["i-b2"] = "healthy"
    assert variables(action.call())["healthyInstances"] == "3"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "i-b2 unhealthy."),
        ({"Reason": "Target.Timeout"}, "i-b2 unhealthy (Target.Timeout)."),
        ({"Reason": "Target.Timeout", "Description": "Request timed out"}, "i-b2 unhealthy (Request timed out)."),
    ],
)
def test_an_unhealthy_instance_is_told_with_the_balancers_reason(aws: FakeAws, said: dict[str, str], told: str) -> None:
    aws.targets["i-b2"] = "unhealthy"
    aws.said["i-b2"] = said
    assert PipelineAction(aws, visit).call()["executionDetails"]["summary"].endswith(told)


def test_an_instance_in_service_that_is_no_target_is_waited_for(aws: FakeAws) -> None:
    del aws.targets["i-b3"]
    assert "i-b3 not registered" in PipelineAction(aws, visit).call()["executionDetails"]["summary"]


def test_an_instance_that_comes_or_goes_is_not_waited_for(aws: FakeAws) -> None:
    aws.fleets[BLUE].instances[2][1] = "Terminating"
    aws.targets["i-b3"] = "draining"
    assert variables(PipelineAction(aws, visit).call())["healthyInstances"] == "2"


def test_targets_of_the_old_fleet_count_for_no_health(aws: FakeAws) -> None:
    aws.bound = [GREEN]
    aws.fleets[GREEN].instances = [["i-g1", "InService", "Healthy"]]
    aws.targets = {"i-g1": "healthy", "i-b1": "draining"}
    answer = PipelineAction(aws, visit).call()
    assert answer["executionDetails"]["summary"] == (
        "1 instances of storefront-green are healthy, at least 2 are needed."
    )


@pytest.mark.parametrize("way_back", [True, False])
@pytest.mark.parametrize("state", ["initial", "healthy", "unhealthy"])
def test_a_release_is_not_verified_while_the_other_fleet_takes_traffic_too(
    aws: FakeAws, state: str, way_back: bool
) -> None:
    aws.rollbacks |= {EXECUTION} if way_back else set()
    aws.fleets[GREEN].instances = [["i-g1", "InService", "Healthy"]]
    aws.targets["i-g1"] = state
    action = PipelineAction(aws, visit)
    assert "i-g1 of storefront-green take traffic, too" in action.call()["executionDetails"]["summary"]
    aws.targets["i-g1"] = "draining"
    assert variables(action.call())["healthyInstances"] == "3"


def test_a_fleet_that_stays_unhealthy_fails_after_fifteen_minutes(aws: FakeAws) -> None:
    aws.targets["i-b2"] = "unhealthy"
    action = PipelineAction(aws, visit)
    action.call()
    aws.pass_time(minutes=15)
    action.call()
    assert action.waits()
    aws.pass_time(seconds=1)
    assert "After 15 minutes 2 instances of storefront-blue are healthy" in message(action.call())


def test_an_alarm_fails_the_release_at_once_with_name_and_reason(aws: FakeAws) -> None:
    aws.alarms["storefront-5xx"] = ("ALARM", "11 errors in a minute")
    aws.targets["i-b2"] = "initial"
    assert "storefront-5xx: 11 errors in a minute" in message(PipelineAction(aws, visit).call())


def test_an_alarm_without_data_does_not_stop_a_release(aws: FakeAws) -> None:
    aws.alarms["storefront-5xx"] = ("INSUFFICIENT_DATA", "")
    assert variables(PipelineAction(aws, visit).call())


def test_an_alarm_that_does_not_exist_fails_the_release(aws: FakeAws) -> None:
    answer = PipelineAction(aws, visit, alarms=["storefront-5xx", "gone"]).call()
    assert "no alarm named gone" in message(answer)
    assert answer["failureDetails"]["type"] == "ConfigurationError"


def test_a_release_without_alarms_asks_cloudwatch_nothing(aws: FakeAws) -> None:
    PipelineAction(aws, visit, alarms=[]).call()
    assert "cloudwatch:DescribeAlarms" not in aws.actions


def test_a_group_that_leaves_doubt_about_the_serving_fleet_is_refused(aws: FakeAws) -> None:
    aws.bound = [BLUE, GREEN]
    assert "must be bound to exactly one" in message(PipelineAction(aws, visit).call())


def test_a_release_is_watched_before_it_is_verified(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit, watchMinutes=10)
    said = action.call()["executionDetails"]
    assert said["summary"] == "3 instances of storefront-blue are healthy; it is watched for 10 minutes more."
    aws.pass_time(minutes=9, seconds=59)
    assert "for 1 minutes more" in action.call()["executionDetails"]["summary"]
    aws.pass_time(seconds=1)
    assert variables(action.call())["healthyInstances"] == "3"


def test_an_alarm_during_the_watch_fails_the_release(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit, watchMinutes=10)
    action.call()
    aws.pass_time(minutes=5)
    aws.alarms["storefront-5xx"] = ("ALARM", "11 errors in a minute")
    assert "storefront-5xx: 11 errors in a minute" in message(action.call())


def test_an_instance_that_is_replaced_late_in_the_watch_has_its_fifteen_minutes(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit, watchMinutes=60)
    action.call()
    aws.pass_time(minutes=59)
    aws.targets["i-b2"] = "initial"
    action.call()
    aws.pass_time(minutes=16)
    action.call()
    assert action.waits()
    aws.pass_time(seconds=1)
    assert "After 75 minutes 2 instances of storefront-blue are healthy" in message(action.call())


@pytest.mark.parametrize("other", ["", "99999999-2222-3333-4444-555555555555"])
def test_what_isnt_of_this_execution_is_not_verified_for_it(other: str) -> None:
    aws = FakeAws()
    last = f"deployment {release(aws, other)}" if other else "nothing that was deployed"
    assert message(PipelineAction(aws, visit).call()).startswith(f"What serves isn't this release but {last};")


def test_the_way_back_asks_for_health_and_neither_for_alarms_nor_for_time(aws: FakeAws) -> None:
    aws.rollbacks.add(EXECUTION)
    aws.alarms["storefront-5xx"] = ("ALARM", "11 errors in a minute")
    aws.targets["i-b2"] = "initial"
    action = PipelineAction(aws, visit, watchMinutes=10)
    assert "not healthy: i-b2 initial" in action.call()["executionDetails"]["summary"]
    aws.targets["i-b2"] = "healthy"
    answer = action.call()
    assert variables(answer)["healthyInstances"] == "3"
    assert "weren't asked on the way back" in answer["executionDetails"]["summary"]
    assert "cloudwatch:DescribeAlarms" not in aws.actions
