"""`update_service` against an AWS in memory, from the first visit to the last answer."""

import json
from typing import Any

import pytest

from services.rollout import STAGES
from services.sight import EXECUTION as LABEL
from tests.unit.functions.fake_ecs import IMAGE, SERVICE
from tests.unit.functions.fake_rollouts import DEADLINE, FakeRollouts
from tests.unit.functions.pipeline_action import EXECUTION, message, variables
from tests.unit.functions.rollout_action import action_of, started, summary


@pytest.fixture
def aws() -> FakeRollouts:
    return FakeRollouts()


def app(aws: FakeRollouts, revision: int) -> dict[str, Any]:
    return dict(aws.definitions[revision - 1]["containerDefinitions"][0])


def test_a_bundle_becomes_a_task_definition_and_ecs_brings_the_traffic_there(aws: FakeRollouts) -> None:
    action = action_of(aws)
    started(aws, action)
    assert (app(aws, 2)["image"], app(aws, 2)["dockerLabels"][LABEL]) == (IMAGE, EXECUTION)
    assert [one["taskDefinition"] for one in aws.asked("UpdateService")] == [aws.arn(2)]
    aws.arrived()
    assert variables(action.call()) == {"deploymentId": "r1", "taskDefinition": aws.arn(2)}


def test_each_stage_is_told_with_how_far_it_is_and_with_the_traffic_that_the_new_tasks_have(aws: FakeRollouts) -> None:
    action = action_of(aws)
    started(aws, action)
    said = []
    for stage in STAGES:
        aws.at(stage, weight=10.0)
        answer = action.call()
        assert f"Service deployment r1 is IN_PROGRESS, at {stage}, with 10 % of the traffic." == summary(answer)
        said.append(answer["executionDetails"]["percentComplete"])
    assert said == sorted(set(said)), "it goes on"
    assert said[-1] == 90


def test_a_bundle_needs_no_specification_and_one_that_it_has_is_not_read(aws: FakeRollouts) -> None:
    aws.specification = "anything"
    started(aws, action_of(aws))
    aws.arrived()
    aws.specification = "anything else"
    assert variables(action_of(aws, execution="next").call()) == {"image": IMAGE}, "the same bundle to ECS"
    assert (len(aws.definitions), len(aws.rollouts)) == (2, 1)


def test_the_same_image_with_other_settings_is_deployed(aws: FakeRollouts) -> None:
    started(aws, action_of(aws))
    aws.arrived()
    aws.definitions[0] = {**aws.definitions[0], "memory": "1024"}
    started(aws, action_of(aws, execution="next"))
    assert len(aws.rollouts) == 2


def test_what_went_back_is_deployed_again_when_somebody_asks_for_it(aws: FakeRollouts) -> None:
    started(aws, action_of(aws))
    aws.gone_back()
    started(aws, action_of(aws))
    assert len(aws.rollouts) == 2


@pytest.mark.parametrize("stage", STAGES)
def test_a_failure_at_any_stage_is_followed_on_its_way_back_and_told_with_its_reasons(
    aws: FakeRollouts, stage: str
) -> None:
    action = action_of(aws)
    deployment = started(aws, action)
    aws.at(stage)
    action.call()
    hook = {"hookId": "h", "targetArn": "arn:aws:lambda:eu-west-1:111122223333:function:smoke", "status": "FAILED"}
    deployment |= {"status": "ROLLBACK_IN_PROGRESS", "lifecycleHookDetails": [hook]}
    assert "is ROLLBACK_IN_PROGRESS" in summary(action.call())
    assert action.waits()
    aws.events = ["(service shop-prod) (port 8080) is unhealthy"]
    task = {"taskArn": "arn:aws:ecs:eu-west-1:111122223333:task/shop-prod/abc", "stoppedReason": "Essential exited"}
    aws.tasks = [
        {**task, "taskDefinitionArn": aws.arn(2), "containers": []},
        {**task, "taskArn": f"{task['taskArn']}d", "taskDefinitionArn": aws.arn(1), "containers": []},
    ]
    aws.gone_back(statusReason="A hook said no.")
    answer = action.call()
    said = message(answer)
    assert f"r1 of {SERVICE} ended as ROLLBACK_SUCCESSFUL: hook smoke FAILED; A hook said no." in said
    assert "Task abc stopped: Essential exited" in said
    assert "abcd" not in said, "a task of another revision"
    assert "(port 8080) is unhealthy" in said
    assert answer["failureDetails"]["externalExecutionId"] == "r1"
    assert not aws.asked("StopServiceDeployment"), "ECS goes back by itself"


REASONS: dict[str, tuple[dict[str, Any], str]] = {
    "an alarm": (
        {"alarms": {"status": "TRIGGERED", "triggeredAlarmNames": ["shop-prod-http-5xx"]}},
        "alarms that ring: shop-prod-http-5xx",
    ),
    "the circuit breaker": (
        {"deploymentCircuitBreaker": {"status": "TRIGGERED", "failureCount": 3, "threshold": 3}},
        "3 tasks failed, and the circuit breaker allows 3",
    ),
    "a hook that takes too long": (
        {"lifecycleHookDetails": [{"targetArn": "arn:x:smoke", "status": "TIMED_OUT"}]},
        "hook smoke TIMED_OUT",
    ),
    "a person": ({"rollback": {"reason": "Stopped by a person."}}, "Stopped by a person."),
    "nothing": ({}, "ECS gave no reason"),
}


@pytest.mark.parametrize("case", REASONS)
@pytest.mark.parametrize("status", ["ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "STOPPED"])
def test_every_bad_end_fails_the_action_with_what_brought_it_about(aws: FakeRollouts, case: str, status: str) -> None:
    more, said = REASONS[case]
    action = action_of(aws)
    started(aws, action)
    aws.gone_back(status=status, **more)
    assert f"ended as {status}: {said}" in message(action.call())


def test_a_deployment_that_does_not_end_is_rolled_back_after_its_time(aws: FakeRollouts) -> None:
    action = action_of(aws)
    started(aws, action)
    aws.pass_time(minutes=DEADLINE)
    action.call()
    assert not aws.asked("StopServiceDeployment")
    aws.pass_time(minutes=1)
    assert f"after {DEADLINE} minutes; it is rolled back" in summary(action.call())
    assert aws.rollouts[-1]["status"] == "ROLLBACK_REQUESTED"
    action.call()
    assert len(aws.asked("StopServiceDeployment")) == 1
    aws.pass_time(minutes=25)
    assert "nobody waits for its way back any more" in message(action.call())


def test_one_that_ends_while_it_is_being_rolled_back_is_seen_at_the_next_visit(aws: FakeRollouts) -> None:
    action = action_of(aws)
    started(aws, action)
    aws.pass_time(minutes=DEADLINE + 1)
    aws.refuse("StopServiceDeployment", "ConflictException")
    action.call()
    assert action.waits()
    aws.arrived()
    assert variables(action.call())["deploymentId"] == "r1"


@pytest.mark.parametrize("operation", ["ListServiceDeployments", "RegisterTaskDefinition", "UpdateService"])
def test_throttling_asks_again(aws: FakeRollouts, operation: str) -> None:
    aws.refuse(operation, "ThrottlingException")
    action = action_of(aws)
    for _ in range(3):
        action.call()
        assert action.waits(), aws.answers[-1]
    assert any("AWS asks for patience" in summary(one) for one in aws.answers)
    assert (len(aws.definitions), len(aws.rollouts)) == (2, 1)


def test_what_can_not_be_read_of_its_tasks_does_not_hide_the_failure(aws: FakeRollouts) -> None:
    action = action_of(aws)
    started(aws, action)
    aws.refuse("ListTasks", "AccessDeniedException")
    aws.gone_back(statusReason="errors")
    said = message(action.call())
    assert "ended as ROLLBACK_SUCCESSFUL: errors" in said
    assert "What its tasks say could not be read" in said


def test_an_image_by_tag_is_refused_before_anything_is_changed(aws: FakeRollouts) -> None:
    aws.files["imageDetail.json"] = json.dumps({"ImageURI": "shop:latest"}).encode()
    assert "names the image shop:latest" in message(action_of(aws).call())
    assert aws.changes() == []


def test_a_service_that_is_gone_is_said(aws: FakeRollouts) -> None:
    aws.exists = False
    assert f"There is no service {SERVICE}; run `pulumi up`" in message(action_of(aws).call())


def test_a_deployment_that_ecs_has_forgotten_fails_the_action(aws: FakeRollouts) -> None:
    action = action_of(aws)
    started(aws, action)
    action.call()
    aws.rollouts.clear()
    assert "nobody can tell how it ended" in message(action.call())
