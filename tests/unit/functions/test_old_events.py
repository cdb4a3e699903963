"""Lambda may deliver an event again long after it was answered: what has ended deploys nothing any more."""

from collections.abc import Callable

import pytest

from deploy_function.handler import visit as deploy_function
from deploy_in_place.handler import visit as deploy_in_place
from deploy_service.handler import visit as deploy_service
from pipeline_job.run import Visit
from shift_traffic.handler import visit as shift_traffic
from tests.unit.functions import fake_ecs, fake_lambda, fake_rollouts, test_deploy_in_place
from tests.unit.functions.fake_aws import FakeAws
from tests.unit.functions.fake_ecs import FakeEcs
from tests.unit.functions.fake_lambda import FakeLambda
from tests.unit.functions.fake_rollouts import FakeRollouts
from tests.unit.functions.pipeline_action import EXECUTION, PipelineAction, message, user_parameters
from update_service.handler import visit as update_service

Deployer = tuple[Callable[[], FakeAws], Visit, str]

DEPLOYERS: dict[str, Deployer] = {
    "to fleets": (FakeAws, shift_traffic, user_parameters()),
    "in place": (FakeAws, deploy_in_place, test_deploy_in_place.TOLD),
    "to Lambda": (FakeLambda, deploy_function, fake_lambda.TOLD),
    "to ECS by CodeDeploy": (FakeEcs, deploy_service, fake_ecs.TOLD),
    "to ECS by itself": (FakeRollouts, update_service, fake_rollouts.told()),
}


@pytest.fixture(params=list(DEPLOYERS))
def action(request: pytest.FixtureRequest) -> PipelineAction:
    """The Deploy action of one execution."""
    world, visit, told = DEPLOYERS[request.param]
    action = PipelineAction(world(), visit)
    action.parameters = told
    return action


@pytest.mark.parametrize("status", ["Cancelled", "Failed", "Stopped", "Succeeded", "Superseded"])
def test_an_execution_that_has_ended_deploys_nothing(action: PipelineAction, status: str) -> None:
    action.aws.ended[EXECUTION] = status
    assert f"has ended as {status}; nobody waits for what it deploys" in message(action.call())
    assert action.aws.changes() == []


# In place the first visit deploys, and the others follow.
@pytest.mark.parametrize("action", [one for one in DEPLOYERS if one != "in place"], indirect=True)
def test_nor_does_it_when_it_ended_between_two_visits(action: PipelineAction) -> None:
    action.call()
    assert action.waits()
    changed = action.aws.changes()
    action.aws.ended[EXECUTION] = "Stopped"
    assert "nothing was changed" in message(action.call())
    assert action.aws.changes() == changed


def test_one_that_stops_after_its_actions_goes_on(action: PipelineAction) -> None:
    action.aws.ended[EXECUTION] = "Stopping"
    action.call()
    assert action.waits()
    assert action.aws.changes()
