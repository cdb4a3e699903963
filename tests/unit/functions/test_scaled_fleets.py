"""Fleets that policies and schedules move, while they are swapped: blue serves, green is idle."""

from datetime import timedelta

import pytest

from retire_fleet.handler import visit as retire
from shift_traffic.handler import visit as shift
from tests.unit.functions.fake_aws import BLUE, GREEN, FakeAws, FakeFleet
from tests.unit.functions.pipeline_action import EXECUTION, PipelineAction, message, variables
from verify_release.handler import visit as verify

BOTH = ["AlarmNotification", "ScheduledActions"]


def action(aws: FakeAws, visit: object, scaled_by: list[str] = BOTH, **changes: object) -> PipelineAction:
    return PipelineAction(aws, visit, scaledBy=scaled_by, **changes)  # type: ignore[arg-type]


def deployed(aws: FakeAws, scaled_by: list[str] = BOTH) -> PipelineAction:
    """A release whose deployment has just ended well."""
    shifting = action(aws, shift, scaled_by)
    shifting.call()
    aws.pass_time(minutes=3)
    shifting.call()
    aws.succeed(list(aws.deployments)[-1])
    return shifting


def test_an_idle_fleet_that_could_fill_itself_is_held_before_it_is_filled() -> None:
    aws = FakeAws()
    action(aws, shift).call()
    assert aws.fleets[GREEN].suspended == set(BOTH)
    assert aws.changes()[:2] == ["SuspendProcesses", "UpdateAutoScalingGroup"]
    assert aws.fleets[BLUE].suspended == set()


def test_only_what_moves_the_fleet_is_held() -> None:
    aws = FakeAws()
    action(aws, shift, ["ScheduledActions"]).call()
    assert aws.fleets[GREEN].suspended == {"ScheduledActions"}


def test_a_fleet_that_nothing_moves_is_not_held() -> None:
    aws = FakeAws()
    action(aws, shift, []).call()
    assert aws.changes() == ["UpdateAutoScalingGroup"]


def test_the_minimum_that_a_schedule_has_given_is_the_new_fleets_too() -> None:
    aws = FakeAws()
    aws.fleets[BLUE].min = 3
    action(aws, shift).call()
    assert (aws.fleets[GREEN].min, aws.fleets[GREEN].desired, aws.fleets[GREEN].max) == (3, 3, 6)


def test_a_schedule_that_is_due_while_a_deployment_runs_reaches_the_fleet_that_serves_after_it() -> None:
    aws = FakeAws()
    shifting = deployed(aws)
    aws.fleets[BLUE].min = aws.fleets[BLUE].desired = 5
    shifting.call()
    assert (aws.fleets[GREEN].min, aws.fleets[GREEN].desired, aws.fleets[GREEN].max) == (5, 5, 6)


@pytest.mark.parametrize("least", [1, 9])
def test_a_minimum_outside_of_the_declared_size_is_not_taken_over(least: int) -> None:
    aws = FakeAws()
    aws.fleets[BLUE].min = least
    action(aws, shift).call()
    assert aws.fleets[GREEN].min == min(max(least, 2), 6)


def test_without_schedules_the_new_fleet_has_the_declared_minimum() -> None:
    aws = FakeAws()
    aws.fleets[BLUE].min = 3
    action(aws, shift, ["AlarmNotification"]).call()
    assert aws.fleets[GREEN].min == 2


def test_when_the_traffic_has_moved_schedules_move_the_new_fleet_and_nothing_moves_the_old_one() -> None:
    aws = FakeAws()
    shifting = deployed(aws)
    variables(shifting.call())
    assert aws.fleets[BLUE].suspended == set(BOTH)
    assert aws.fleets[GREEN].suspended == {"AlarmNotification"}


def test_policies_move_the_new_fleet_only_when_they_have_seen_it_with_its_traffic() -> None:
    aws = FakeAws()
    deployed(aws).call()
    watching = action(aws, verify)
    assert watching.call()["executionDetails"]["summary"].endswith("it is watched for 5 minutes more.")
    aws.pass_time(minutes=4, seconds=59)
    watching.call()
    assert watching.waits()
    assert aws.fleets[GREEN].suspended == {"AlarmNotification"}
    aws.pass_time(seconds=1)
    variables(watching.call())
    assert aws.fleets[GREEN].suspended == set()


def test_an_alarm_is_heard_while_policies_rest() -> None:
    aws = FakeAws()
    deployed(aws).call()
    aws.alarms["storefront-5xx"] = ("ALARM", "11 errors in a minute")
    assert "11 errors in a minute" in message(action(aws, verify).call())


def test_policies_rest_no_longer_than_they_must_when_the_watch_is_longer() -> None:
    aws = FakeAws()
    deployed(aws).call()
    watching = action(aws, verify, watchMinutes=30)
    aws.pass_time(minutes=6)
    watching.call()
    assert watching.waits()
    assert aws.fleets[GREEN].suspended == set()


def test_a_fleet_left_at_rest_by_a_release_that_broke_off_is_let_go_by_the_next_one() -> None:
    aws = FakeAws()
    aws.add_deployment("Succeeded", fleet=BLUE, description="execution=other attempt=1")
    aws.deployments["d-000000001"]["revision"] = {"revisionType": "S3", "s3Location": {"bucket": "b", "key": "k"}}
    aws.fleets[BLUE].suspended = {"AlarmNotification"}
    releasing = action(aws, shift)
    releasing.call()
    assert aws.fleets[BLUE].suspended == {"AlarmNotification"}, "its traffic came a moment ago"
    aws.pass_time(minutes=5)
    releasing.call()
    assert aws.fleets[BLUE].suspended == set()


def test_a_fleet_that_was_let_go_by_hand_is_held_again_before_it_is_emptied() -> None:
    aws = FakeAws()
    aws.fleets[GREEN] = FakeFleet.serving("i-g1", "i-g2", "i-g3")
    aws.succeed(aws.add_deployment("InProgress", description=f"execution={EXECUTION} attempt=1"))
    aws.now += timedelta(hours=1)
    variables(action(aws, retire).call())
    assert aws.fleets[BLUE].suspended == set(BOTH)
    assert aws.fleets[BLUE].desired == 0
    names = aws.changes()
    assert names.index("SuspendProcesses") < names.index("UpdateAutoScalingGroup")


def test_a_failed_fleet_is_held_when_it_is_emptied() -> None:
    aws = FakeAws()
    shifting = action(aws, shift)
    shifting.call()
    aws.pass_time(minutes=3)
    shifting.call()
    aws.fleets[GREEN].suspended.clear()
    aws.fail(list(aws.deployments)[-1], code="HEALTH_CONSTRAINTS", message="no")
    message(shifting.call())
    assert aws.fleets[GREEN].suspended == set(BOTH)
    assert aws.fleets[GREEN].desired == 0


def test_another_process_is_refused() -> None:
    assert "`scaledBy` can name AlarmNotification and ScheduledActions" in message(
        action(FakeAws(), shift, ["Launch"]).call()
    )
