"""`deploy_function` against an AWS in memory, from the first visit to the last answer."""

import json
from datetime import timedelta
from typing import Any

import pytest

from deploy_function.handler import visit
from tests.unit.functions.fake_lambda import BUNDLE, FUNCTION, HOOK, TOLD, FakeLambda, digest
from tests.unit.functions.pipeline_action import EXECUTION, PipelineAction, message, variables


@pytest.fixture
def aws() -> FakeLambda:
    return FakeLambda()


def action_of(aws: FakeLambda, *, execution: str = EXECUTION) -> PipelineAction:
    """The Deploy action of one execution; a second one of the same execution is a retried stage."""
    action = PipelineAction(aws, visit)
    action.parameters = TOLD.replace(EXECUTION, execution)
    return action


def waits(action: PipelineAction) -> bool:
    """One visit, and whether it asks for another."""
    action.call()
    return action.waits()


def published(aws: FakeLambda, action: PipelineAction) -> None:
    """Up to the version: uploaded, taken in, published."""
    assert waits(action)
    aws.take_in()
    assert waits(action)


def started(aws: FakeLambda, action: PipelineAction) -> str:
    """Up to the deployment; its id."""
    published(aws, action)
    assert waits(action)
    return list(aws.deployments)[-1]


def specification(aws: FakeLambda, deployment: str) -> Any:
    return json.loads(aws.deployments[deployment]["revision"]["appSpecContent"]["content"])


def test_a_bundle_becomes_a_version_and_codedeploy_shifts_the_alias_to_it(aws: FakeLambda) -> None:
    action = action_of(aws)
    deployment = started(aws, action)
    assert aws.code == {FUNCTION: digest(BUNDLE), HOOK: digest(BUNDLE)}
    assert specification(aws, deployment) == {
        "version": 0.0,
        "Resources": [
            {
                FUNCTION: {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {"Name": FUNCTION, "Alias": "live", "CurrentVersion": "7", "TargetVersion": "8"},
                }
            }
        ],
        "Hooks": [{"BeforeAllowTraffic": HOOK}],
    }
    assert waits(action)
    aws.shifted(deployment)
    assert variables(action.call()) == {"version": "8", "function": FUNCTION, "deploymentId": deployment}


def test_nothing_serves_before_the_first_deployment_so_the_alias_is_pointed_at_once(aws: FakeLambda) -> None:
    aws.alias, aws.versions = "$LATEST", {}
    action = action_of(aws)
    published(aws, action)
    assert variables(action.call()) == {"version": "1", "function": FUNCTION}
    assert (aws.alias, aws.deployments) == ("1", {})


def test_the_same_bundle_again_is_no_deployment(aws: FakeLambda) -> None:
    aws.code = dict.fromkeys(aws.code, digest(BUNDLE))
    aws.versions["8"], aws.memories["8"], aws.alias = digest(BUNDLE), 256, "8"
    assert variables(action_of(aws).call())["version"] == "8"
    assert aws.changes() == []


def test_a_difference_that_lambda_counts_for_nothing_is_no_deployment(aws: FakeLambda) -> None:
    aws.code = dict.fromkeys(aws.code, digest(BUNDLE))
    aws.versions["8"], aws.memories["8"], aws.alias = digest(BUNDLE), 256, "8"
    aws.patched = "arn:aws:lambda:eu-west-1::runtime:0cdcfbdefbc5e7d3"
    action = action_of(aws)
    assert waits(action)
    assert variables(action.call())["version"] == "8"
    assert aws.changes() == ["PublishVersion"]


def test_the_same_bundle_with_other_settings_is_deployed(aws: FakeLambda) -> None:
    aws.code = dict.fromkeys(aws.code, digest(BUNDLE))
    aws.versions["8"], aws.memories["8"], aws.alias = digest(BUNDLE), 256, "8"
    aws.memory = 512
    action = action_of(aws)
    assert waits(action)
    assert waits(action)
    (deployment,) = aws.deployments
    assert specification(aws, deployment)["Resources"][0][FUNCTION]["Properties"]["TargetVersion"] == "9"


def test_the_way_back_from_a_version_that_failed_brings_its_code_and_moves_nothing(aws: FakeLambda) -> None:
    deployment = started(aws, action_of(aws))
    aws.fail(deployment, code="ALARM_ACTIVE", message="errors")
    aws.bundle = b"old"
    back = action_of(aws, execution="99999999-2222-3333-4444-555555555555")
    assert waits(back)
    aws.take_in()
    assert variables(back.call()) == {"version": "7", "function": FUNCTION}
    assert aws.code == dict.fromkeys((FUNCTION, HOOK), digest(b"old"))
    assert (list(aws.deployments), max(aws.versions)) == ([deployment], "8")


def test_a_visit_that_is_repeated_starts_no_second_deployment(aws: FakeLambda) -> None:
    action = action_of(aws)
    published(aws, action)
    token = action.token
    assert waits(action)
    action.token = token
    assert waits(action)
    assert len(aws.deployments) == 1


def test_a_visit_that_is_lost_uploads_nothing_twice(aws: FakeLambda) -> None:
    action = action_of(aws)
    assert waits(action)
    action.token = None
    assert waits(action)
    assert aws.changes() == ["UpdateFunctionCode"] * 2


@pytest.mark.parametrize("status", ["Failed", "Stopped"])
def test_a_shift_that_fails_tells_which_event_failed_and_where_the_alias_is(aws: FakeLambda, status: str) -> None:
    action = action_of(aws)
    deployment = started(aws, action)
    event = {
        "lifecycleEventName": "BeforeAllowTraffic",
        "status": "Failed",
        "diagnostics": {"message": "the new version answers 500"},
    }
    aws.failed_targets = [{"targetId": FUNCTION, "lifecycleEvents": [event]}]
    aws.fail(deployment, code="HEALTH_CONSTRAINTS", message="a hook failed")
    aws.deployments[deployment]["status"] = status
    said = message(action.call())
    assert f"Deployment {deployment} of {FUNCTION} ended as {status}: HEALTH_CONSTRAINTS: a hook failed" in said
    assert f"{FUNCTION}:live is at version 7." in said
    assert "BeforeAllowTraffic | the new version answers 500" in said


def test_the_failure_waits_for_the_rollback_that_codedeploy_makes(aws: FakeLambda) -> None:
    action = action_of(aws)
    deployment = started(aws, action)
    aws.fail(deployment, code="ALARM_ACTIVE", message="errors", autoRollbackConfiguration={"enabled": True})
    assert "a rollback may follow" in action.call()["executionDetails"]["summary"]
    rollback = aws.add_deployment("InProgress")
    aws.deployments[deployment]["rollbackInfo"] = {"rollbackDeploymentId": rollback}
    assert waits(action)
    aws.deployments[rollback].update(status="Succeeded", completeTime=aws.now)
    assert f"Its rollback {rollback} ended as Succeeded." in message(action.call())


def test_a_retried_stage_deploys_again_after_a_failure(aws: FakeLambda) -> None:
    first = started(aws, action_of(aws))
    aws.fail(first, code="X", message="y")
    again = action_of(aws)
    assert waits(again)
    assert waits(again)
    second = list(aws.deployments)[-1]
    assert second != first
    assert specification(aws, second)["Resources"][0][FUNCTION]["Properties"]["TargetVersion"] == "8"


def test_a_deployment_of_somebody_else_is_left_alone(aws: FakeLambda) -> None:
    foreign = aws.add_deployment("InProgress", description="by hand")
    said = message(action_of(aws).call())
    assert f"Deployment {foreign} of {FUNCTION} is running and is not of this execution" in said
    assert aws.changes() == []


def test_an_alias_that_a_person_has_split_is_left_alone(aws: FakeLambda) -> None:
    aws.weights = {"6": 0.5}
    action = action_of(aws)
    published(aws, action)
    assert "shares its invocations between versions" in message(action.call())
    assert aws.deployments == {}


def test_code_that_lambda_refuses_fails_with_its_reason(aws: FakeLambda) -> None:
    action = action_of(aws)
    assert waits(action)
    aws.updates[HOOK] = "Failed"
    assert f"{HOOK}: no reason given. The alias is as it was." in message(action.call())


def test_code_that_is_never_taken_in_fails_after_its_time(aws: FakeLambda) -> None:
    action = action_of(aws)
    assert waits(action)
    aws.pass_time(minutes=15)
    assert waits(action)
    aws.pass_time(minutes=1)
    assert "After 15 minutes" in message(action.call())


def test_code_that_somebody_changes_between_upload_and_version_is_not_published(aws: FakeLambda) -> None:
    action = action_of(aws)
    assert waits(action)
    aws.take_in()
    aws.refuse("PublishVersion", "InvalidParameterValueException", message="CodeSHA256 is different")
    assert "CodeSHA256 is different" in message(action.call())
    assert aws.alias == "7"


def test_a_function_that_is_gone_is_said(aws: FakeLambda) -> None:
    del aws.code[HOOK]
    assert f"There is no function {HOOK}; run `pulumi up`" in message(action_of(aws).call())


def test_throttling_asks_again(aws: FakeLambda) -> None:
    aws.refuse("ListDeployments", "ThrottlingException", times=1)
    action = action_of(aws)
    assert "AWS asks for patience" in action.call()["executionDetails"]["summary"]
    assert waits(action)


def watched(aws: FakeLambda, *, execution: str = EXECUTION, minutes: int = 15, **told: Any) -> PipelineAction:
    """An action that watches what it has deployed."""
    action = action_of(aws, execution=execution)
    more = {"alarms": ["storefront-5xx"], "watchMinutes": minutes, **told}
    action.parameters = json.dumps({**json.loads(action.parameters), **more})
    return action


def moved(aws: FakeLambda, action: PipelineAction) -> str:
    """Up to the last invocation that moves; the deployment's id."""
    deployment = started(aws, action)
    assert waits(action)
    aws.shifted(deployment)
    return deployment


def test_a_release_is_watched_after_all_invocations_have_moved(aws: FakeLambda) -> None:
    action = watched(aws)
    deployment = moved(aws, action)
    assert waits(action)
    aws.now += timedelta(minutes=14)
    assert waits(action)
    aws.now += timedelta(minutes=1)
    assert variables(action.call())["deploymentId"] == deployment


def test_an_alarm_within_the_watch_fails_the_action_at_once_and_names_itself(aws: FakeLambda) -> None:
    action = watched(aws)
    moved(aws, action)
    assert waits(action)
    aws.alarms["storefront-5xx"] = ("ALARM", "37 errors")
    assert message(action.call()) == "The release is refused by an alarm. storefront-5xx: 37 errors"


def test_an_alarm_after_the_watch_is_nothing_of_the_release(aws: FakeLambda) -> None:
    action = watched(aws)
    moved(aws, action)
    aws.now += timedelta(minutes=15)
    aws.alarms["storefront-5xx"] = ("ALARM", "37 errors")
    assert "deploymentId" in variables(action.call())


def test_the_way_back_is_deployed_though_the_alarm_rings_that_asked_for_it_and_is_not_watched(aws: FakeLambda) -> None:
    refused = watched(aws)
    moved(aws, refused)
    aws.alarms["storefront-5xx"] = ("ALARM", "37 errors")
    refused.call()
    aws.rollbacks.add("back")
    aws.bundle = b"old"
    back = watched(aws, execution="back")
    deployment = started(aws, back)
    assert aws.deployments[deployment]["overrideAlarmConfiguration"] == {"enabled": False}
    assert waits(back)
    aws.shifted(deployment)
    assert variables(back.call())["deploymentId"] == deployment


def test_a_release_that_is_no_way_back_is_stopped_by_alarms(aws: FakeLambda) -> None:
    deployment = started(aws, watched(aws))
    assert "overrideAlarmConfiguration" not in aws.deployments[deployment]


def test_by_hand_nobody_asks_a_pipeline_whether_it_is_the_way_back(aws: FakeLambda) -> None:
    action = watched(aws, wayBack=True)
    deployment = moved(aws, action)
    assert variables(action.call())["deploymentId"] == deployment
    assert "codepipeline:GetPipelineExecution" not in aws.actions


def test_an_alarm_that_is_gone_watches_nothing_and_says_so(aws: FakeLambda) -> None:
    action = watched(aws, alarms=["gone"])
    moved(aws, action)
    assert "CloudWatch has no alarm named gone" in message(action.call())
