"""`shift_traffic` against an AWS in memory, from the first visit to the last answer."""

import json

import pytest

from pipeline_job.memory import Memory
from shift_traffic.handler import visit
from tests.unit.functions.fake_aws import BLUE, GREEN, FakeAws, FakeFleet
from tests.unit.functions.pipeline_action import EXECUTION, PipelineAction, message, started, variables


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws()


def test_a_release_goes_from_the_idle_fleet_to_the_users(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    deployment = started(aws, action)
    assert action.waits()
    assert aws.deployments[deployment]["targetInstances"] == {"autoScalingGroups": [GREEN]}
    assert aws.deployments[deployment]["revision"] == {
        "revisionType": "S3",
        "s3Location": {"bucket": "artifacts", "key": "storefront/App/abc.zip", "bundleType": "zip"},
    }
    aws.deployments[deployment].update(status="InProgress", deploymentOverview={"Succeeded": 1, "InProgress": 3})
    assert action.call()["executionDetails"]["percentComplete"] == 25
    aws.succeed(deployment)
    assert variables(action.call()) == {"deploymentId": deployment, "servingFleet": GREEN, "retiringFleet": BLUE}
    assert aws.fleets[GREEN].attached
    assert not aws.fleets[BLUE].attached, "an instance that the old fleet starts later would take traffic"
    assert len(aws.fleets[BLUE].instances) == 3, "the old fleet is the way back until it retires"
    assert aws.changes() == [
        "UpdateAutoScalingGroup",
        "CreateDeployment",
        "AttachTrafficSources",
        "DetachTrafficSources",
    ]


def test_the_next_release_goes_the_other_way(aws: FakeAws) -> None:
    aws.bound = [GREEN]
    aws.fleets = {BLUE: FakeFleet(), GREEN: FakeFleet.serving("i-g1", "i-g2")}
    deployment = started(aws, PipelineAction(aws, visit))
    assert aws.deployments[deployment]["targetInstances"] == {"autoScalingGroups": [BLUE]}


def test_the_idle_fleet_is_taken_out_of_the_traffic_before_it_is_scaled_up(aws: FakeAws) -> None:
    aws.fleets[GREEN].attached = True
    PipelineAction(aws, visit).call()
    assert aws.changes() == ["DetachTrafficSources", "UpdateAutoScalingGroup"]


def test_a_target_group_that_was_not_attached_after_all_is_no_error(aws: FakeAws) -> None:
    aws.fleets[GREEN].attached = True
    aws.refuse("DetachTrafficSources", "ValidationError", message="not attached")
    action = PipelineAction(aws, visit)
    action.call()
    assert action.waits()


def test_the_new_fleet_is_as_large_as_the_serving_one_has_grown(aws: FakeAws) -> None:
    aws.fleets[BLUE].desired = 5
    PipelineAction(aws, visit).call()
    green = aws.fleets[GREEN]
    assert (green.min, green.desired, green.max) == (2, 5, 6)


def test_no_deployment_starts_before_every_instance_is_in_service(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    action.call()
    action.call()
    aws.pass_time(minutes=2)
    aws.fleets[GREEN].instances[0][2] = "Unhealthy"
    action.call()
    assert action.waits()
    assert not aws.deployments


def test_a_fleet_that_someone_stops_while_it_comes_up_is_scaled_again(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    action.call()
    aws.fleets[GREEN] = FakeFleet()
    action.call()
    assert aws.fleets[GREEN].desired == 3


def test_a_job_delivered_twice_starts_one_deployment_and_fails_once_more_with_the_same_error(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    action.call()
    aws.pass_time(minutes=3)
    token = action.token
    action.call()
    action.token = token
    action.call()
    assert len(aws.deployments) == 1
    aws.fail("d-000000001", code="TIMEOUT", message="slow")
    assert "d-000000001" in message(action.call())
    action.token = token
    assert "d-000000001" in message(action.call()), "the attempt of the token failed; a repeat must not deploy again"
    assert len(aws.deployments) == 1


def test_two_deliveries_at_the_same_moment_start_one_deployment(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    action.call()
    aws.pass_time(minutes=3)
    aws.refuse("CreateDeployment", "DeploymentLimitExceededException")
    action.call()
    assert action.waits()
    assert aws.fleets[GREEN].desired == 3, "the fleet is the other delivery's"


def test_a_retried_stage_follows_the_deployment_that_its_execution_has_running(aws: FakeAws) -> None:
    deployment = started(aws, PipelineAction(aws, visit))
    retried = PipelineAction(aws, visit)
    retried.call()
    assert json.loads(retried.token or "{}")["deployment"] == deployment
    assert len(aws.deployments) == 1


def test_a_retried_stage_whose_deployment_succeeded_ends_at_once(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    deployment = started(aws, action)
    aws.succeed(deployment)
    first = variables(action.call())
    before = len(aws.changes())
    assert variables(PipelineAction(aws, visit).call()) == first
    assert len(aws.changes()) == before


def test_a_retried_stage_whose_deployment_failed_deploys_again(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    aws.fail(started(aws, action), code="TIMEOUT", message="slow")
    action.call()
    aws.pass_time(minutes=1)
    assert started(aws, PipelineAction(aws, visit)) == "d-000000002"


def test_a_rolled_back_stage_has_another_execution_and_deploys_its_older_artifact(aws: FakeAws) -> None:
    aws.succeed(started(aws, PipelineAction(aws, visit)))
    aws.deployments["d-000000001"]["revision"]["s3Location"]["key"] = "storefront/newer.zip"
    rolled_back = PipelineAction(aws, visit, execution="99999999-2222-3333-4444-555555555555")
    rolled_back.call()
    rolled_back.call()
    assert aws.deployments["d-000000002"]["targetInstances"] == {"autoScalingGroups": [BLUE]}


def test_its_own_deployment_is_found_among_hundreds(aws: FakeAws) -> None:
    for _ in range(30):
        aws.add_deployment("Failed", description="by hand")
    mine = aws.add_deployment("InProgress", description=f"execution={EXECUTION} attempt=x")
    for _ in range(30):
        aws.add_deployment("Failed", description="by hand")
    aws.page = 7
    action = PipelineAction(aws, visit)
    action.call()
    assert Memory.from_token(action.token or "").deployment == mine


def test_a_roll_back_to_the_artifact_that_still_serves_deploys_nothing(aws: FakeAws) -> None:
    first = PipelineAction(aws, visit)
    deployment = started(aws, first)
    aws.succeed(deployment)
    first.call()
    before = len(aws.changes())
    rolled_back = PipelineAction(aws, visit, execution="22222222-2222-2222-2222-222222222222")
    assert variables(rolled_back.call()) == {
        "deploymentId": deployment,
        "servingFleet": GREEN,
        "retiringFleet": BLUE,
    }
    assert len(aws.changes()) == before


def test_a_group_that_codedeploy_leaves_bound_to_the_old_fleet_is_bound_to_the_new_one(aws: FakeAws) -> None:
    action = PipelineAction(aws, visit)
    deployment = started(aws, action)
    aws.succeed(deployment)
    aws.bound = [BLUE]
    action.call()
    assert aws.bound == [BLUE], "CodeDeploy may still move it"
    aws.pass_time(minutes=6)
    action.call()
    assert aws.bound == [GREEN]
    assert variables(action.call())["servingFleet"] == GREEN
