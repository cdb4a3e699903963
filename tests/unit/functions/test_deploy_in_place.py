"""`deploy_in_place` against an AWS in memory, from the first visit to the last answer."""

import json
from datetime import timedelta
from typing import Any

import pytest

from deploy_in_place.handler import visit
from tests.unit.functions.fake_aws import FakeAws
from tests.unit.functions.pipeline_action import EXECUTION, PipelineAction, message, variables

WORKERS = "storefront-reports"
ALARM = "storefront-reports-status"
TOLD = json.dumps(
    {
        "execution": EXECUTION,
        "pipeline": "storefront-prod",
        "application": "storefront",
        "deploymentGroup": WORKERS,
        "alarms": {WORKERS: [ALARM], "storefront-mails": []},
        "watchMinutes": 10,
    }
)


@pytest.fixture
def aws() -> FakeAws:
    aws = FakeAws()
    aws.alarms = {ALARM: ("OK", "")}
    return aws


def action_of(aws: FakeAws, *, execution: str = EXECUTION, **changes: Any) -> PipelineAction:
    """The action of one group; a second one of the same execution is a retried stage."""
    action = PipelineAction(aws, visit)
    action.parameters = json.dumps({**json.loads(TOLD), "execution": execution, **changes})
    return action


def started(aws: FakeAws, action: PipelineAction) -> str:
    """Up to the deployment; its id."""
    action.call()
    assert action.waits(), aws.answers[-1]
    return list(aws.deployments)[-1]


def end(aws: FakeAws, deployment: str, status: str = "Succeeded", **info: Any) -> None:
    aws.deployments[deployment].update(status=status, completeTime=aws.now, **info)


def revision(key: str) -> dict[str, Any]:
    return {"revisionType": "S3", "s3Location": {"bucket": "artifacts", "key": key, "bundleType": "zip"}}


def before(aws: FakeAws, key: str, status: str = "Succeeded", **info: Any) -> str:
    """A deployment to the same workers that is there already."""
    return aws.add_deployment(status, deploymentGroupName=WORKERS, revision=revision(key), **info)


def test_the_bundle_is_deployed_to_its_group_and_watched(aws: FakeAws) -> None:
    action = action_of(aws)
    deployment = started(aws, action)
    asked = aws.asked("CreateDeployment")[0]
    assert (asked["applicationName"], asked["deploymentGroupName"]) == ("storefront", WORKERS)
    assert asked["revision"] == revision("storefront/App/abc.zip")
    assert "targetInstances" not in asked
    aws.deployments[deployment].update(status="InProgress", deploymentOverview={"Succeeded": 1, "InProgress": 3})
    assert action.call()["executionDetails"]["percentComplete"] == 25
    end(aws, deployment)
    aws.now += timedelta(minutes=4)
    assert action.call()["executionDetails"]["summary"] == f"{WORKERS} is watched for 6 minutes more."
    aws.now += timedelta(minutes=6)
    assert variables(action.call()) == {"deploymentId": deployment}


def test_an_alarm_of_the_group_within_the_watch_refuses_the_release(aws: FakeAws) -> None:
    action = action_of(aws)
    deployment = started(aws, action)
    end(aws, deployment)
    action.call()
    assert action.waits()
    aws.alarms[ALARM] = ("ALARM", "2 of 8 fail")
    answer = action.call()
    assert message(answer) == f"The release is refused by an alarm. {ALARM}: 2 of 8 fail"
    assert answer["failureDetails"]["externalExecutionId"] == deployment


def test_the_way_back_goes_past_the_alarm_that_asked_for_it_and_is_not_watched(aws: FakeAws) -> None:
    before(aws, "storefront/App/new.zip")
    aws.alarms[ALARM] = ("ALARM", "2 of 8 fail")
    aws.rollbacks.add("back")
    action = action_of(aws, execution="back")
    deployment = started(aws, action)
    assert aws.asked("CreateDeployment")[0]["overrideAlarmConfiguration"] == {"enabled": False}
    end(aws, deployment)
    assert variables(action.call()) == {"deploymentId": deployment}


def test_a_release_is_stopped_by_an_alarm(aws: FakeAws) -> None:
    started(aws, action_of(aws))
    assert "overrideAlarmConfiguration" not in aws.asked("CreateDeployment")[0]


def test_the_way_back_waits_until_codedeploy_has_brought_the_old_bundle_back_itself(aws: FakeAws) -> None:
    rollback = before(aws, "storefront/App/abc.zip", "InProgress", creator="codeDeployRollback")
    aws.rollbacks.add("back")
    action = action_of(aws, execution="back")
    assert action.call()["executionDetails"]["summary"] == f"{rollback} of {WORKERS} is waited for."
    end(aws, rollback)
    assert variables(action.call()) == {"deploymentId": rollback}
    assert aws.asked("CreateDeployment") == []


def test_another_group_of_the_application_keeps_nobody_waiting(aws: FakeAws) -> None:
    aws.add_deployment("InProgress", deploymentGroupName="storefront")
    started(aws, action_of(aws))


def test_one_that_never_ends_is_not_waited_for_longer_than_an_hour(aws: FakeAws) -> None:
    other = before(aws, "other.zip", "InProgress")
    action = action_of(aws)
    action.call()
    aws.now += timedelta(minutes=60)
    action.call()
    assert action.waits()
    aws.now += timedelta(seconds=1)
    assert f"Deployment {other} of {WORKERS} is running and is not of this execution" in message(action.call())
    assert aws.asked("CreateDeployment") == []


@pytest.mark.parametrize("status", ["Failed", "Stopped"])
def test_on_the_way_back_from_one_that_failed_the_old_bundle_is_deployed_again(aws: FakeAws, status: str) -> None:
    """Some machines may have the other version by now."""
    before(aws, "storefront/App/abc.zip")
    aws.now += timedelta(minutes=1)
    before(aws, "storefront/App/new.zip", status)
    aws.rollbacks.add("back")
    started(aws, action_of(aws, execution="back"))


def test_an_instance_that_came_later_is_no_release(aws: FakeAws) -> None:
    release = before(aws, "storefront/App/abc.zip")
    aws.now += timedelta(minutes=1)
    before(aws, "storefront/App/abc.zip", "Failed", creator="autoscaling")
    aws.rollbacks.add("back")
    assert variables(action_of(aws, execution="back").call()) == {"deploymentId": release}


def test_a_failure_waits_for_the_rollback_and_says_which_machine_failed(aws: FakeAws) -> None:
    action = action_of(aws)
    deployment = started(aws, action)
    aws.failed_targets = [
        {"targetId": "i-1", "lifecycleEvents": [{"lifecycleEventName": "ApplicationStart", "status": "Failed"}]}
    ]
    error = {"code": "HEALTH_CONSTRAINTS", "message": "too many failed"}
    rollback = before(aws, "storefront/App/old.zip", "InProgress", creator="codeDeployRollback")
    end(aws, deployment, "Failed", errorInformation=error, rollbackInfo={"rollbackDeploymentId": rollback})
    action.call()
    assert action.waits()
    end(aws, rollback)
    said = message(action.call())
    assert f"Deployment {deployment} of {WORKERS} ended as Failed: HEALTH_CONSTRAINTS: too many failed" in said
    assert f"Its rollback {rollback} ended as Succeeded." in said
    assert "i-1: ApplicationStart" in said


def test_a_visit_that_is_repeated_starts_no_second_deployment(aws: FakeAws) -> None:
    action = action_of(aws)
    started(aws, action)
    action.token = None
    action.call()
    assert action.waits()
    assert len(aws.deployments) == 1


def test_a_retried_stage_deploys_again_after_a_failure(aws: FakeAws) -> None:
    end(aws, started(aws, action_of(aws)), "Failed")
    started(aws, action_of(aws))
    assert len(aws.deployments) == 2


def test_a_group_without_alarms_of_its_own_name_is_refused(aws: FakeAws) -> None:
    action = action_of(aws, deploymentGroup="storefront-others")
    assert message(action.call()) == "Parameter `alarms` must have those of storefront-others, by its name."
