"""`retire_fleet` against an AWS in memory: blue is old, green serves since `START`."""

from typing import Any

import pytest

from retire_fleet.handler import visit
from tests.unit.functions.fake_aws import BLUE, GREEN, FakeAws, FakeFleet
from tests.unit.functions.pipeline_action import EXECUTION, PipelineAction, message, variables

LATER = "99999999-2222-3333-4444-555555555555"
OVERTAKEN = "Deployment {} came after this release, and the fleet that it replaced is left alone: its way back."


@pytest.fixture
def aws() -> FakeAws:
    aws = FakeAws()
    aws.fleets[GREEN] = FakeFleet.serving("i-g1", "i-g2", "i-g3")
    aws.succeed(deployed(aws, GREEN, execution=EXECUTION))
    return aws


def deployed(aws: FakeAws, fleet: str, *, execution: str = LATER) -> str:
    """A deployment of an execution that runs."""
    return aws.add_deployment("InProgress", fleet=fleet, description=f"execution={execution} attempt=1")


def overtaken(action: PipelineAction) -> str:
    """One visit that succeeds, and why it has nothing to do any more."""
    answer = action.call()
    assert variables(answer) == {}
    return str(answer["executionDetails"]["summary"])


def running(aws: FakeAws, fleet: str) -> int:
    return len([item for item in aws.fleets[fleet].instances if item[1] == "InService"])


def test_the_old_fleet_stays_for_the_bake_and_is_stopped_after_it(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    aws.pass_time(minutes=15)
    answer = action.call()
    assert answer["executionDetails"] == {
        "summary": "The release bakes until 12:30 UTC; storefront-blue is kept for the way back.",
        "percentComplete": 50,
    }
    aws.pass_time(minutes=14, seconds=59)
    action.call()
    assert aws.changes() == []
    aws.pass_time(seconds=1)
    assert variables(action.call()) == {"retiredFleet": BLUE, "servingFleet": GREEN}
    assert aws.changes() == ["DetachTrafficSources", "UpdateAutoScalingGroup"]
    assert (aws.fleets[BLUE].min, aws.fleets[BLUE].desired, aws.fleets[BLUE].max) == (0, 0, 0)
    assert not aws.fleets[BLUE].attached


def test_the_serving_fleet_is_never_touched(aws: FakeAws) -> None:
    aws.pass_time(minutes=30)
    PipelineAction(aws, visit).call()
    touched = {params["AutoScalingGroupName"] for _, params in aws.calls if "AutoScalingGroupName" in params}
    assert touched == {BLUE}
    assert running(aws, GREEN) == 3


def test_an_alarm_during_the_bake_fails_the_action_and_leaves_the_old_fleet_running(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    action.call()
    aws.alarms["storefront-5xx"] = ("ALARM", "11 errors in a minute")
    told = message(action.call())
    assert "storefront-blue is left running" in told
    assert "storefront-5xx: 11 errors in a minute" in told
    assert running(aws, BLUE) == 3
    assert aws.changes() == []


def test_an_alarm_at_the_very_end_of_the_bake_still_counts(aws: FakeAws) -> None:
    aws.pass_time(minutes=31)
    aws.alarms["storefront-5xx"] = ("ALARM", "late")
    assert "late" in message(PipelineAction(aws, visit).call())
    assert running(aws, BLUE) == 3


def test_a_fleet_that_is_stopped_already_is_a_success_and_nothing_is_changed(aws: FakeAws) -> None:
    aws.fleets[BLUE] = FakeFleet()
    assert variables(PipelineAction(aws, visit).call()) == {"retiredFleet": BLUE, "servingFleet": GREEN}
    assert aws.changes() == []


def test_running_twice_stops_the_fleet_once(aws: FakeAws) -> None:
    aws.pass_time(minutes=30)
    first = variables(PipelineAction(aws, visit).call())
    changes = aws.changes()
    assert variables(PipelineAction(aws, visit).call()) == first
    assert aws.changes() == changes


def test_no_bake_time_retires_at_the_first_visit(aws: FakeAws) -> None:
    assert variables(PipelineAction(aws, visit, bakeMinutes=0).call())["retiredFleet"] == BLUE


def test_the_old_fleet_is_not_touched_while_another_deployment_uses_it(aws: FakeAws) -> None:
    aws.pass_time(minutes=40)
    other = aws.add_deployment("InProgress", fleet=BLUE)
    action = PipelineAction(aws, visit)
    assert f"Deployment {other} is running" in action.call()["executionDetails"]["summary"]
    assert action.waits()
    assert aws.changes() == []


def test_the_old_fleet_is_not_touched_while_it_is_scaled_up_for_the_next_release(aws: FakeAws) -> None:
    aws.pass_time(minutes=40)
    aws.fleets[BLUE].instances.append(["i-b4", "Pending", "Healthy"])
    action = PipelineAction(aws, visit)
    assert "starting i-b4" in action.call()["executionDetails"]["summary"]
    assert aws.changes() == []


@pytest.mark.parametrize("minutes", [0, 40])
def test_a_release_that_another_one_overtakes_leaves_it_its_way_back(aws: FakeAws, minutes: int) -> None:
    action = PipelineAction(aws, visit, bakeMinutes=0)
    later = deployed(aws, BLUE)
    action.call()
    assert action.waits()
    aws.succeed(later)
    aws.pass_time(minutes=minutes)
    assert OVERTAKEN.format(later) == overtaken(action)
    assert (running(aws, BLUE), running(aws, GREEN)) == (3, 3)
    assert aws.changes() == []


def test_a_release_by_hand_that_is_the_way_back_leaves_a_later_one_its_own(aws: FakeAws) -> None:
    later = deployed(aws, BLUE)
    aws.succeed(later)
    assert overtaken(PipelineAction(aws, visit, bakeMinutes=0, wayBack=True)) == OVERTAKEN.format(later)
    assert aws.changes() == []


def test_an_alarm_that_another_release_raises_does_not_fail_the_one_that_it_overtakes(aws: FakeAws) -> None:
    later = deployed(aws, BLUE)
    aws.alarms["storefront-5xx"] = ("ALARM", "11 errors in a minute")
    action = PipelineAction(aws, visit)
    assert f"Deployment {later} is running" in action.call()["executionDetails"]["summary"]
    aws.succeed(later)
    assert overtaken(action) == OVERTAKEN.format(later)


def test_an_alarm_that_still_rings_when_the_other_deployment_has_failed_fails_the_action(aws: FakeAws) -> None:
    later = deployed(aws, BLUE)
    aws.alarms["storefront-5xx"] = ("ALARM", "11 errors in a minute")
    action = PipelineAction(aws, visit)
    action.call()
    aws.fail(later, code="ALARM_ACTIVE", message="errors")
    assert "11 errors in a minute" in message(action.call())


def test_an_event_that_comes_again_when_its_execution_has_ended_stops_nothing(aws: FakeAws) -> None:
    aws.pass_time(minutes=40)
    aws.ended[EXECUTION] = "Failed"
    assert "has ended as Failed" in message(PipelineAction(aws, visit).call())
    assert aws.changes() == []


def test_a_deployment_that_begins_while_it_looks_keeps_its_fleet(aws: FakeAws) -> None:
    aws.pass_time(minutes=40)
    health = aws._elbv2_DescribeTargetHealth

    def meanwhile(params: dict[str, Any]) -> dict[str, Any]:
        deployed(aws, BLUE)
        return health(params)

    aws._elbv2_DescribeTargetHealth = meanwhile  # type: ignore[method-assign]
    action = PipelineAction(aws, visit)
    assert "is running; storefront-blue is not touched" in action.call()["executionDetails"]["summary"]
    assert action.waits()
    assert aws.changes() == []


def test_a_release_so_old_that_codedeploy_names_only_what_repeated_it_is_refused(aws: FakeAws) -> None:
    aws.pass_time(days=15)
    repeated = aws.add_deployment("Succeeded", creator="autoscaling")
    told = message(PipelineAction(aws, visit).call())
    assert f"{repeated}, is of an instance that started later" in told
    assert f"{BLUE} is left running" in told
    assert aws.changes() == []


def test_the_old_fleet_stays_while_the_serving_one_cannot_stand_alone(aws: FakeAws) -> None:
    aws.targets = {"i-g1": "healthy", "i-g2": "unhealthy", "i-g3": "initial"}
    aws.pass_time(minutes=31)
    action = PipelineAction(aws, visit)
    action.call()
    assert action.waits()
    aws.pass_time(minutes=15)
    action.call()
    assert action.waits()
    aws.pass_time(seconds=1)
    told = message(action.call())
    assert (
        told == "1 instances of storefront-green are healthy, at least 2 are needed; storefront-blue is left running."
    )
    assert running(aws, BLUE) == 3


def test_a_group_without_successful_deployment_is_refused(aws: FakeAws) -> None:
    aws.deployments.clear()
    assert "no successful deployment" in message(PipelineAction(aws, visit).call())
    assert aws.changes() == []


@pytest.mark.parametrize("bound", [[], [BLUE, GREEN], ["CodeDeploy_storefront_d-1"]])
def test_a_group_that_leaves_doubt_about_the_old_fleet_is_refused(aws: FakeAws, bound: list[str]) -> None:
    aws.bound = bound
    aws.pass_time(minutes=31)
    assert "must be bound to exactly one" in message(PipelineAction(aws, visit).call())
    assert aws.changes() == []


def test_throttling_costs_a_visit_and_the_next_one_ends_the_work(aws: FakeAws) -> None:
    aws.pass_time(minutes=31)
    aws.refuse("UpdateAutoScalingGroup", "Throttling", message="slow down")
    action = PipelineAction(aws, visit)
    action.call()
    assert action.waits()
    assert variables(action.call())["retiredFleet"] == BLUE


HOTFIX = {"skipBakeFor": ["hotfix/*", "emergency"], "branch": "hotfix/login"}


def test_a_hotfix_retires_the_old_fleet_without_a_bake_and_says_so(aws: FakeAws) -> None:
    answer = PipelineAction(aws, visit, **HOTFIX).call()
    assert variables(answer) == {"retiredFleet": BLUE, "servingFleet": GREEN}
    assert answer["executionDetails"]["summary"] == (
        "storefront-blue is stopped, storefront-green serves alone. "
        "The bake was skipped for the hotfix branch hotfix/login."
    )


def test_an_alarm_stops_a_hotfix_as_it_stops_every_release(aws: FakeAws) -> None:
    aws.alarms["storefront-5xx"] = ("ALARM", "11 errors in a minute")
    assert "storefront-blue is left running" in message(PipelineAction(aws, visit, **HOTFIX).call())
    assert aws.changes() == []


def test_a_hotfix_waits_for_a_serving_fleet_that_cannot_stand_alone_as_every_release_does(aws: FakeAws) -> None:
    aws.targets = {"i-g1": "healthy", "i-g2": "unhealthy", "i-g3": "initial"}
    action = PipelineAction(aws, visit, **HOTFIX)
    assert action.call()["executionDetails"]["summary"].endswith("skipped for the hotfix branch hotfix/login.")
    assert action.waits()
    aws.pass_time(minutes=15, seconds=1)
    assert "at least 2 are needed" in message(action.call())
    assert aws.changes() == []


def test_a_hotfix_does_not_touch_a_fleet_that_another_deployment_uses(aws: FakeAws) -> None:
    aws.add_deployment("InProgress", fleet=BLUE)
    action = PipelineAction(aws, visit, **HOTFIX)
    action.call()
    assert action.waits()


@pytest.mark.parametrize("branch", ["release/1.2", "hotfix", "hotfix/", "emergency/x", "develop"])
def test_any_other_branch_bakes_as_before(aws: FakeAws, branch: str) -> None:
    answer = PipelineAction(aws, visit, **{**HOTFIX, "branch": branch}).call()
    assert answer["executionDetails"]["summary"].startswith("The release bakes until 12:30 UTC")
    assert aws.changes() == []
