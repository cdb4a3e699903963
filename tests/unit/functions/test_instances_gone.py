"""Instances that are gone before Auto Scaling knows, while `shift_traffic` puts the traffic right."""

from typing import Any

import pytest

from shift_traffic.handler import visit
from tests.unit.functions.fake_aws import BLUE, GREEN, FakeAws
from tests.unit.functions.pipeline_action import PipelineAction, message, started, variables


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws()


def broken(aws: FakeAws) -> PipelineAction:
    """A deployment that failed when it had let the new instances in, and taken all the old ones out."""
    action = PipelineAction(aws, visit)
    deployment = started(aws, action)
    aws.targets = {item[0]: "healthy" for item in aws.fleets[GREEN].instances}
    aws.fail(deployment, code="HEALTH_CONSTRAINTS", message="An original instance could not be deregistered.")
    return action


def test_the_others_are_put_back_when_one_is_gone(aws: FakeAws) -> None:
    action = broken(aws)
    aws.gone = {"i-b2"}
    action.call()
    assert action.waits()
    assert {identity for identity, state in aws.targets.items() if state == "initial"} == {"i-b1", "i-b3"}
    aws.targets.update(dict.fromkeys(("i-b1", "i-b3"), "healthy"))
    # Auto Scaling learns of it.
    aws.fleets[BLUE].instances = [item for item in aws.fleets[BLUE].instances if item[0] != "i-b2"]
    action.call()
    assert action.waits(), "the new instances answer their last requests"
    assert "storefront-green is stopped; storefront-blue serves as before" in message(action.call())


def test_the_next_visit_looks_again_when_all_are_gone(aws: FakeAws) -> None:
    action = broken(aws)
    aws.gone = {"i-b1", "i-b2", "i-b3"}
    action.call()
    assert action.waits()
    aws.gone = set()
    action.call()
    assert {"i-b1", "i-b2", "i-b3"} <= set(aws.targets)


def test_one_that_is_gone_is_told_to_the_load_balancer_once_alone(aws: FakeAws) -> None:
    action = broken(aws)
    aws.fleets[BLUE].instances = aws.fleets[BLUE].instances[:1]
    aws.gone = {"i-b1"}
    action.call()
    assert len(aws.asked("RegisterTargets")) == 1


def test_any_other_refusal_of_the_load_balancer_fails_the_action(aws: FakeAws) -> None:
    action = broken(aws)
    aws.refuse("RegisterTargets", "TargetGroupNotFound")
    assert "TargetGroupNotFound" in message(action.call())


def test_a_load_balancer_that_asks_for_patience_between_the_others_costs_a_visit(aws: FakeAws) -> None:
    action = broken(aws)
    aws.refuse("RegisterTargets", "InvalidTarget")
    aws.refuse("RegisterTargets", "Throttling")
    assert "AWS asks for patience" in action.call()["executionDetails"]["summary"]
    action.call()
    assert {"i-b1", "i-b2", "i-b3"} <= set(aws.targets)


def test_a_late_instance_that_is_gone_when_it_shall_be_replaced_fails_no_release(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    aws.succeed(started(aws, action))
    fleet = aws.fleets[GREEN]
    fleet.instances.append(["i-late", "InService", "Healthy"])
    aws.pass_time(minutes=6)
    health = aws._elbv2_DescribeTargetHealth

    def meanwhile(params: dict[str, Any]) -> dict[str, Any]:
        fleet.instances = [item for item in fleet.instances if item[0] != "i-late"]
        return health(params)

    aws._elbv2_DescribeTargetHealth = meanwhile  # type: ignore[method-assign]
    action.call()
    assert action.waits()
    assert variables(action.call())["servingFleet"] == GREEN
