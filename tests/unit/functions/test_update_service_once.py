"""`update_service` starts one deployment, however often it is asked and whatever else is deployed to the service."""

import pytest

from tests.unit.functions.fake_ecs import SERVICE
from tests.unit.functions.fake_rollouts import FakeRollouts
from tests.unit.functions.pipeline_action import message, variables
from tests.unit.functions.rollout_action import action_of, started, summary


@pytest.fixture
def aws() -> FakeRollouts:
    return FakeRollouts()


def test_a_visit_that_is_repeated_starts_no_second_deployment(aws: FakeRollouts) -> None:
    action = action_of(aws)
    action.call()
    token = action.token
    for _ in range(3):
        action.token = token
        action.call()
        assert action.waits()
    assert (len(aws.rollouts), len(aws.asked("UpdateService"))) == (1, 1)


def test_two_visits_at_the_same_moment_start_one_deployment(aws: FakeRollouts) -> None:
    action = action_of(aws)
    action.call()
    token, aws.listed = action.token, False
    for _ in range(2):
        # Neither sees what the other has begun.
        action.token = token
        action.call()
        assert action.waits()
    assert (len(aws.asked("UpdateService")), len(aws.rollouts)) == (2, 1)


def test_a_visit_whose_answer_was_lost_goes_on_with_what_it_has_begun(aws: FakeRollouts) -> None:
    action = action_of(aws)
    started(aws, action)
    action.token = None
    action.call()
    assert action.waits()
    aws.arrived()
    assert variables(action.call())["taskDefinition"] == aws.arn(2)
    assert (len(aws.rollouts), len(aws.definitions)) == (1, 2)


def test_a_deployment_of_another_execution_is_left_alone(aws: FakeRollouts) -> None:
    started(aws, action_of(aws, execution="other"))
    before = len(aws.changes())
    said = message(action_of(aws).call())
    assert f"Service deployment r1 is PENDING, with 0 % of the traffic of {SERVICE}" in said
    assert "not of this execution but of other" in said
    assert len(aws.changes()) == before


def test_the_first_deployment_of_the_service_itself_is_waited_for(aws: FakeRollouts) -> None:
    aws.begun(1, status="IN_PROGRESS", lifecycleStage="BAKE_TIME")
    action = action_of(aws)
    assert "at BAKE_TIME" in summary(action.call())
    assert action.waits()
    assert aws.changes() == []
    aws.arrived()
    started(aws, action)
    assert len(aws.rollouts) == 2


def test_what_the_stack_deploys_anew_is_waited_for(aws: FakeRollouts) -> None:
    started(aws, action_of(aws, execution="earlier"))
    aws.arrived()
    # It has changed the network of the service.
    aws.begun(2, sourceServiceRevisions=[{"arn": aws.revision(2)}])
    aws.definitions[0] = {**aws.definitions[0], "memory": "1024"}
    action = action_of(aws)
    before = len(aws.changes())
    assert "it brings what the stack says, and is waited for" in summary(action.call())
    assert (action.waits(), len(aws.changes())) == (True, before)
    aws.arrived()
    started(aws, action)


def test_what_somebody_else_starts_meanwhile_ends_ours_and_is_said(aws: FakeRollouts) -> None:
    action = action_of(aws)
    started(aws, action)
    aws.definitions.append({**aws.definitions[0]})
    aws.clients.ecs.update_service(cluster=SERVICE, service=SERVICE, taskDefinition=aws.arn(3))
    assert "ended as STOPPED" in message(action.call())


def test_a_deployment_among_many_is_found(aws: FakeRollouts) -> None:
    action = action_of(aws)
    action.call()
    aws.page_size = 7
    for _ in range(30):
        aws.begun(1, status="STOPPED")
    aws.begun(2)
    aws.arrived()
    assert variables(action.call())["deploymentId"] == "r31"
    assert not aws.asked("UpdateService")


def test_a_service_with_tasks_of_two_revisions_is_deployed_to_whatever_one_of_them_was_made_of(
    aws: FakeRollouts,
) -> None:
    started(aws, action_of(aws))
    aws.arrived()
    aws.definitions.append({**aws.definitions[0]})
    aws.begun(3, status="STOPPED")
    started(aws, action_of(aws, execution="next"))
    assert len(aws.asked("UpdateService")) == 2
