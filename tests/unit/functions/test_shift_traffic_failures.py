"""`shift_traffic` against an AWS in memory, where it fails and where it refuses."""

from datetime import timedelta

import pytest

from shift_traffic.handler import visit
from tests.unit.functions.fake_aws import BLUE, GREEN, FakeAws
from tests.unit.functions.pipeline_action import EXECUTION, PipelineAction, message, started

FAILED_TARGET = {
    "targetId": "i-new1",
    "status": "Failed",
    "lifecycleEvents": [
        {"lifecycleEventName": "BeforeInstall", "status": "Succeeded"},
        {
            "lifecycleEventName": "ApplicationStart",
            "status": "Failed",
            "diagnostics": {
                "errorCode": "ScriptFailed",
                "scriptName": "hooks/start.sh",
                "message": "Script failed with exit code 1",
                "logTail": "port 8080 is taken",
            },
        },
    ],
}


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws()


def test_a_fleet_that_never_comes_up_fails_the_action_and_is_stopped(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    action.call()
    aws.now = aws.now.replace(minute=31)
    told = message(action.call())
    assert "After 30 minutes 0 of 3 instances of storefront-green are in service" in told
    assert (aws.fleets[GREEN].min, aws.fleets[GREEN].desired, aws.fleets[GREEN].max) == (0, 0, 0)
    assert not aws.deployments


def test_a_fleet_that_stays_in_the_traffic_is_told_as_the_reason(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    action.call()
    aws.fleets[GREEN].attached = True
    aws.pass_time(minutes=31)
    assert "it is still attached to the target group" in message(action.call())


def test_a_failed_deployment_fails_the_action_with_its_own_error(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    deployment = started(aws, action)
    aws.failed_targets = [FAILED_TARGET]
    aws.fail(deployment, code="HEALTH_CONSTRAINTS", message="Too few healthy instances.")
    answer = action.call()
    told = message(answer)
    assert f"Deployment {deployment} of storefront ended as Failed: HEALTH_CONSTRAINTS: Too few healthy" in told
    assert "i-new1: ApplicationStart | ScriptFailed | hooks/start.sh | Script failed with exit code 1" in told
    assert "port 8080 is taken" in told
    assert "Fleet storefront-green is stopped; storefront-blue serves as before." in told
    assert answer["failureDetails"]["externalExecutionId"] == deployment
    assert aws.fleets[GREEN].desired == 0, "a failed fleet is not left running"
    assert len([item for item in aws.fleets[BLUE].instances if item[1] == "InService"]) == 3


def test_a_failure_waits_for_the_rollback_to_end(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    deployment = started(aws, action)
    aws.fail(deployment, code="ALARM_ACTIVE", message="alarm", autoRollbackConfiguration={"enabled": True})
    action.call()
    assert action.waits(), "the rollback may still show up"
    rollback = aws.add_deployment("InProgress", fleet=BLUE)
    aws.deployments[deployment]["rollbackInfo"] = {"rollbackDeploymentId": rollback}
    aws.deployments[rollback]["deploymentOverview"] = {"Succeeded": 1, "Pending": 1}
    assert action.call()["executionDetails"]["percentComplete"] == 50
    assert action.waits(), "the rollback runs"
    aws.deployments[rollback]["status"] = "Succeeded"
    told = message(action.call())
    assert "ALARM_ACTIVE" in told
    assert f"rollback {rollback} ended as Succeeded" in told
    assert aws.fleets[GREEN].desired == 0


def test_a_rollback_that_never_shows_up_is_not_waited_for_longer_than_a_minute(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    deployment = started(aws, action)
    aws.fail(deployment, code="TIMEOUT", message="slow", autoRollbackConfiguration={"enabled": True})
    aws.pass_time(seconds=60)
    action.call()
    assert action.waits()
    aws.pass_time(seconds=1)
    assert "TIMEOUT" in message(action.call())


def test_a_failed_fleet_that_the_group_is_bound_to_is_not_stopped(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    deployment = started(aws, action)
    aws.bound = [GREEN]
    aws.fail(deployment, code="INTERNAL_ERROR", message="late")
    assert "not bound to storefront-blue" in message(action.call())
    assert aws.fleets[GREEN].desired == 3


def test_its_own_running_deployment_is_found_even_where_the_list_by_time_lags_behind(aws: FakeAws) -> None:
    mine = aws.add_deployment("InProgress", description=f"execution={EXECUTION} attempt=x")
    aws.deployments[mine]["createTime"] = aws.now - timedelta(days=15)
    action = PipelineAction(aws, visit)
    action.call()
    assert action.waits()


def test_another_running_deployment_of_the_group_is_not_disturbed(aws: FakeAws) -> None:
    other = aws.add_deployment("InProgress", description="by hand")
    answer = PipelineAction(aws, visit).call()
    assert f"Deployment {other} of storefront is running" in message(answer)
    assert answer["failureDetails"]["type"] == "ConfigurationError"
    assert aws.changes() == []


@pytest.mark.parametrize("bound", [[], [BLUE, GREEN], ["CodeDeploy_storefront_d-1"]])
def test_a_group_that_leaves_doubt_about_the_serving_fleet_is_refused(aws: FakeAws, bound: list[str]) -> None:
    aws.bound = bound
    told = message(PipelineAction(aws, visit).call())
    assert f"is bound to {', '.join(bound) or 'no Auto Scaling group'}; it must be bound to exactly one of" in told
    assert aws.changes() == []


def test_a_fleet_that_does_not_exist_is_refused(aws: FakeAws) -> None:
    del aws.fleets[GREEN]
    assert "no Auto Scaling group named storefront-green" in message(PipelineAction(aws, visit).call())


def test_a_deployment_that_aws_refuses_stops_the_fleet_and_fails_with_aws_error(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    action.call()
    aws.pass_time(minutes=3)
    aws.refuse("CreateDeployment", "RevisionDoesNotExistException", message="no such object")
    assert "no such object" in message(action.call())
    assert aws.fleets[GREEN].desired == 0


def test_a_group_bound_late_is_waited_for_and_one_that_another_moved_is_told(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    deployment = started(aws, action)
    aws.succeed(deployment)
    aws.add_deployment("Succeeded", fleet=BLUE, description="by hand")
    aws.bound = [BLUE]
    action.call()
    assert action.waits()
    aws.pass_time(minutes=5)
    action.call()
    assert action.waits()
    aws.pass_time(seconds=1)
    answer = action.call()
    assert "is bound to storefront-blue: something else has moved it since" in message(answer)
    assert answer["failureDetails"]["externalExecutionId"] == deployment
    assert "AttachTrafficSources" not in aws.changes()
    assert aws.bound == [BLUE]


def test_a_failure_whose_instances_cannot_be_read_still_tells_the_error(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    aws.fail(started(aws, action), code="NO_INSTANCES", message="none")
    aws.refuse("ListDeploymentTargets", "AccessDeniedException", message="may not list")
    told = message(action.call())
    assert "NO_INSTANCES" in told
    assert "may not list" in told


def test_a_failed_fleet_that_may_not_be_stopped_does_not_hide_why_the_deployment_failed(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    aws.fail(started(aws, action), code="TIMEOUT", message="slow")
    aws.refuse("UpdateAutoScalingGroup", "AccessDenied", message="may not update")
    told = message(action.call())
    assert "may not update" in told
    assert "TIMEOUT: slow" in told


def test_a_failure_quotes_three_instances_and_the_end_of_their_logs(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    deployment = started(aws, action)
    diagnostics = {"errorCode": "ScriptFailed", "logTail": "first words\n" + "x" * 890 + " last words"}
    event = {"lifecycleEventName": "ApplicationStart", "status": "Failed", "diagnostics": diagnostics}
    aws.failed_targets = [{"targetId": f"i-{n}", "lifecycleEvents": [event]} for n in range(9)]
    aws.fail(deployment, code="HEALTH_CONSTRAINTS", message="too few")
    told = message(action.call())
    assert [f"i-{n}:" in told for n in range(9)] == [True] * 3 + [False] * 6
    assert told.count("last words") == 3
    assert "first words" not in told


def test_a_long_failure_is_cut_to_what_codepipeline_takes(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    deployment = started(aws, action)
    diagnostics = {"errorCode": "ScriptFailed", "message": "m" * 2000, "logTail": "l" * 4000}
    event = {"lifecycleEventName": "ApplicationStart", "status": "Failed", "diagnostics": diagnostics}
    aws.failed_targets = [{"targetId": f"i-{n}", "lifecycleEvents": [event]} for n in range(9)]
    aws.fail(deployment, code="HEALTH_CONSTRAINTS", message="e" * 900)
    told = message(action.call())
    assert len(told) == 5000
    assert told.startswith(f"Deployment {deployment}")
