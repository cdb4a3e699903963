"""Policies and schedules: on every fleet that may serve, and left alone by Pulumi in what they move."""

import json

import pytest

from tests.unit.every_fleet import every_fleet
from tests.unit.planning import planned
from tests.unit.planning_mocks import Resource
from tests.unit.roles import roles_of

GROUP = "aws:autoscaling/group:Group"
POLICY = "aws:autoscaling/policy:Policy"
SCHEDULE = "aws:autoscaling/schedule:Schedule"
FUNCTION = "aws:lambda/function:Function"
FLEETS = ("shop-dev-blue", "shop-dev-green", "web-dev")


def group(name: str) -> Resource:
    return every_fleet().one(GROUP, name=name)


@pytest.mark.parametrize("fleet", FLEETS)
def test_each_fleet_that_may_serve_is_kept_at_its_measures(fleet: str) -> None:
    policies = every_fleet().of(POLICY, autoscalingGroupName=fleet)
    tracked = {one.inputs["name"].rpartition("-")[2]: one.inputs["targetTrackingConfiguration"] for one in policies}
    assert {one.inputs["policyType"] for one in policies} == {"TargetTrackingScaling"}
    assert tracked["cpu"] == {
        "predefinedMetricSpecification": {"predefinedMetricType": "ASGAverageCPUUtilization"},
        "targetValue": 50,
    }
    assert tracked["requests"]["targetValue"] == 600
    assert group(fleet).inputs["defaultInstanceWarmup"] == 90


@pytest.mark.parametrize("fleet", FLEETS)
def test_requests_are_those_of_the_fleets_own_target_group_whether_it_is_attached_or_not(fleet: str) -> None:
    plan = every_fleet()
    (policy,) = plan.of(POLICY, autoscalingGroupName=fleet, name=f"{fleet}-requests")
    measured = policy.inputs["targetTrackingConfiguration"]["customizedMetricSpecification"]
    targets = plan.one("aws:lb/targetGroup:TargetGroup", name=f"{fleet.split('-')[0]}-dev")
    assert measured == {
        "namespace": "AWS/ApplicationELB",
        "metricName": "RequestCountPerTarget",
        "metricDimensions": [{"name": "TargetGroup", "value": targets.outputs["arnSuffix"]}],
        "statistic": "Sum",
    }


@pytest.mark.parametrize("fleet", FLEETS)
def test_a_schedule_moves_the_minimum_and_nothing_that_would_fill_an_emptied_fleet(fleet: str) -> None:
    schedules = every_fleet().of(SCHEDULE, autoscalingGroupName=fleet)
    said = {
        one.inputs["scheduledActionName"].rpartition("-")[2]: [
            one.inputs[key] for key in ("recurrence", "timeZone", "minSize", "desiredCapacity", "maxSize")
        ]
        for one in schedules
    }
    # -1 is what the provider doesn't send.
    assert said == {
        "office": ["0 7 * * MON-FRI", "Europe/Berlin", 4, -1, -1],
        "night": ["30 19 * * *", "Europe/Berlin", 2, -1, -1],
    }


def test_without_policies_a_schedule_says_how_many_instances_there_are_then() -> None:
    schedules = every_fleet().of(SCHEDULE, autoscalingGroupName="kiosk-dev")
    sizes = {one.name.rpartition("-")[2]: (one.inputs["minSize"], one.inputs["desiredCapacity"]) for one in schedules}
    assert sizes == {"day": (2, 3), "night": (1, 1)}


def test_of_two_fleets_the_idle_one_is_moved_by_nothing() -> None:
    assert "suspendedProcesses" not in group("shop-dev-blue").inputs
    assert group("shop-dev-green").inputs["suspendedProcesses"] == ["AlarmNotification", "ScheduledActions"]


def test_pulumi_leaves_alone_what_scaling_moves_and_no_more() -> None:
    assert group("web-dev").ignore_changes == ("desiredCapacity", "minSize")
    assert "suspendedProcesses" in group("shop-dev-blue").ignore_changes
    assert planned("dev").one(GROUP).ignore_changes == ()


def test_the_functions_know_what_moves_the_fleets() -> None:
    for function in every_fleet().of(FUNCTION):
        if function.inputs["name"].startswith("shop-dev-") and "deployment" in function.name:
            told = json.loads(function.inputs["environment"]["variables"]["PARAMETERS"])
            assert told["scaledBy"] == ["AlarmNotification", "ScheduledActions"]


def test_a_fleet_without_scaling_has_neither_policies_nor_anything_suspended() -> None:
    prod = planned("prod")
    assert [*prod.of(POLICY), *prod.of(SCHEDULE)] == []
    assert all("suspendedProcesses" not in one.inputs for one in prod.of(GROUP))
    assert all("defaultInstanceWarmup" not in one.inputs for one in prod.of(GROUP))


@pytest.mark.parametrize(
    ("function", "may"),
    [("shift-traffic", {"Resume", "Suspend"}), ("verify-release", {"Resume"}), ("retire-fleet", {"Resume", "Suspend"})],
)
def test_a_function_holds_and_lets_go_only_the_declared_fleets(function: str, may: set[str]) -> None:
    role = roles_of(planned("prod"))[f"storefront-prod-{function}"]
    for verb in ("Resume", "Suspend"):
        wanted = {
            f"arn:aws:autoscaling:eu-west-1:444455556666:autoScalingGroup:*:autoScalingGroupName/storefront-prod-{one}"
            for one in ("blue", "green")
        }
        assert role.resources_of(f"autoscaling:{verb}Processes") == (wanted if verb in may else set())
