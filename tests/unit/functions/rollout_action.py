"""The Deploy action of a service whose traffic ECS moves itself, as a test plays it."""

from typing import Any

from tests.unit.functions.fake_rollouts import FakeRollouts, told
from tests.unit.functions.pipeline_action import EXECUTION, PipelineAction
from update_service.handler import visit


def action_of(aws: FakeRollouts, *, execution: str = EXECUTION) -> PipelineAction:
    """The Deploy action of one execution; a second one of the same execution is a retried stage."""
    action = PipelineAction(aws, visit)
    action.parameters = told(execution=execution)
    return action


def started(aws: FakeRollouts, action: PipelineAction) -> dict[str, Any]:
    """Up to the deployment."""
    for _ in range(2):
        action.call()
        assert action.waits(), aws.answers[-1]
    return aws.rollouts[-1]


def summary(answer: dict[str, Any]) -> str:
    return str(answer["executionDetails"]["summary"])
