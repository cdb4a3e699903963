"""The functions that deliver to fleets, Lambda, ECS and machines make exactly the calls that they declare."""

import importlib
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from repository_events.event import parse_event
from tests.contract.functions import function, handler
from tests.unit.functions.fake_aws import BLUE, GREEN, FakeAws, FakeFleet
from tests.unit.functions.fake_ecs import TOLD as SERVED
from tests.unit.functions.fake_ecs import FakeEcs
from tests.unit.functions.fake_lambda import TOLD as DEPLOYED
from tests.unit.functions.fake_lambda import FakeLambda
from tests.unit.functions.fake_machines import TOLD as MACHINES
from tests.unit.functions.fake_machines import VISIT, FakeMachines
from tests.unit.functions.fake_rollouts import DEADLINE, FakeRollouts, told
from tests.unit.functions.pipeline_action import EXECUTION, PipelineAction
from tests.unit.functions.test_deploy_in_place import TOLD as WORKERS

SCALED_BY = ["AlarmNotification", "ScheduledActions"]


def shift(aws: FakeAws) -> None:
    """A failed release after which the stage is retried and succeeds: every branch that calls AWS."""
    for fails in (True, False):
        action = PipelineAction(aws, handler("shift_traffic").visit, scaledBy=SCALED_BY)
        aws.fleets[GREEN].attached = True
        action.call()
        aws.pass_time(minutes=3)
        action.call()
        deployment = list(aws.deployments)[-1]
        if fails:
            aws.failed_targets = [{"targetId": "i-new1", "lifecycleEvents": []}]
            aws.fail(deployment, code="TIMEOUT", message="slow")
            # It had let one of the new instances in, and taken the old ones out.
            aws.targets = {"i-new1": "healthy"}
            action.call()
            aws.targets = dict.fromkeys(aws.targets, "healthy")
            action.call()
        else:
            aws.succeed(deployment)
            aws.bound = [BLUE]
            aws.fleets[GREEN].instances.append(["i-late", "InService", "Healthy"])
            aws.pass_time(minutes=6)
            action.call()
            action.call()
        action.call()
        aws.pass_time(minutes=1)


def verify(aws: FakeAws) -> None:
    """A verified release, and one that an alarm refuses."""
    aws.add_deployment("Succeeded", fleet=BLUE, description=f"execution={EXECUTION} attempt=1")
    aws.add_deployment("Succeeded", fleet=BLUE, creator="autoscaling")
    aws.fleets[BLUE].suspended = set(SCALED_BY)
    aws.now += timedelta(minutes=6)
    PipelineAction(aws, handler("verify_release").visit, scaledBy=SCALED_BY).call()
    aws.alarms["storefront-5xx"] = ("ALARM", "errors")
    PipelineAction(aws, handler("verify_release").visit).call()


def retire(aws: FakeAws) -> None:
    """A bake that an alarm stops, and one that ends well."""
    aws.fleets[GREEN] = FakeFleet.serving("i-g1", "i-g2")
    aws.fleets[GREEN].suspended = set(SCALED_BY)
    aws.succeed(aws.add_deployment("InProgress", description=f"execution={EXECUTION} attempt=1"))
    aws.add_deployment("Succeeded", creator="autoscaling")
    aws.alarms["storefront-5xx"] = ("ALARM", "errors")
    PipelineAction(aws, handler("retire_fleet").visit, scaledBy=SCALED_BY).call()
    aws.alarms["storefront-5xx"] = ("OK", "")
    aws.now += timedelta(hours=1)
    PipelineAction(aws, handler("retire_fleet").visit, scaledBy=SCALED_BY).call()
    assert aws.fleets[BLUE].desired == 0


def deploy_to_workers(aws: FakeAws) -> None:
    """A release that fails, and one that is watched."""
    for execution, status in (("first", "Failed"), ("second", "Succeeded")):
        action = PipelineAction(aws, handler("deploy_in_place").visit)
        action.parameters = json.dumps({**json.loads(WORKERS), "execution": execution})
        action.call()
        # A visit whose answer was lost finds its deployment among the group's.
        action.token = None
        action.call()
        aws.failed_targets = [{"targetId": "i-1", "lifecycleEvents": []}]
        aws.deployments[list(aws.deployments)[-1]].update(status=status, completeTime=aws.now)
        action.call()


@pytest.mark.parametrize(
    ("name", "play"),
    [
        ("shift_traffic", shift),
        ("verify_release", verify),
        ("retire_fleet", retire),
        ("deploy_in_place", deploy_to_workers),
    ],
)
def test_the_declared_actions_of_a_delivery_are_exactly_the_calls_made(
    name: str, play: Callable[[FakeAws], None]
) -> None:
    aws = FakeAws()
    play(aws)
    assert sorted(aws.actions) == list(function(name).API_ACTIONS)


def deploy(aws: FakeLambda) -> None:
    """A first version, and a second one whose deployment fails."""
    aws.alias, aws.versions = "$LATEST", {}
    for bundle in (b"first", b"second"):
        aws.bundle = bundle
        action = PipelineAction(aws, handler("deploy_function").visit)
        action.parameters = DEPLOYED
        action.call()
        aws.take_in()
        action.call()
        action.call()
    (deployment,) = aws.deployments
    aws.failed_targets = [{"targetId": "storefront-prod", "lifecycleEvents": []}]
    # A visit whose answer was lost finds its deployment among the group's.
    action.token = None
    action.call()
    aws.fail(deployment, code="HOOK", message="no")
    action.call()
    # A third one that is watched.
    aws.bundle = b"third"
    action = PipelineAction(aws, handler("deploy_function").visit)
    watched = {"pipeline": "storefront-prod", "alarms": ["storefront-5xx"], "watchMinutes": 5, "execution": "third"}
    action.parameters = json.dumps({**json.loads(DEPLOYED), **watched})
    action.call()
    aws.take_in()
    action.call()
    action.call()
    aws.shifted(list(aws.deployments)[-1])
    action.call()


def test_the_declared_actions_of_a_function_that_is_delivered_are_exactly_the_calls_made() -> None:
    aws = FakeLambda()
    deploy(aws)
    # The bundle is read with the credentials of the job, and belongs to no role.
    assert sorted(aws.actions - {"s3:GetObject"}) == list(function("deploy_function").API_ACTIONS)


def test_the_declared_actions_of_a_service_that_is_delivered_are_exactly_the_calls_made() -> None:
    aws = FakeEcs()
    action = PipelineAction(aws, handler("deploy_service").visit)
    action.parameters = SERVED
    action.call()
    action.call()
    (deployment,) = aws.deployments
    aws.failed_targets = [{"targetId": "shop-prod", "lifecycleEvents": []}]
    aws.tasks = [{"taskArn": "arn:aws:ecs:eu-west-1:111122223333:task/shop-prod/abc"}]
    # A visit whose answer was lost finds its deployment among the group's.
    action.token = None
    action.call()
    aws.fail(deployment, code="HOOK", message="no")
    action.call()
    # The bundle is read with the credentials of the job, and belongs to no role.
    assert sorted(aws.actions - {"s3:GetObject"}) == list(function("deploy_service").API_ACTIONS)


def test_the_declared_actions_of_a_service_that_ecs_delivers_to_are_exactly_the_calls_made() -> None:
    aws = FakeRollouts()
    action = PipelineAction(aws, handler("update_service").visit)
    action.parameters = told()
    action.call()
    action.call()
    aws.tasks = [{"taskArn": "arn:aws:ecs:eu-west-1:111122223333:task/shop-prod/abc"}]
    aws.pass_time(minutes=DEADLINE + 1)
    action.call()
    aws.gone_back()
    action.call()
    # The bundle is read with the credentials of the job, and belongs to no role.
    assert sorted(aws.actions - {"s3:GetObject"}) == list(function("update_service").API_ACTIONS)


def test_the_declared_actions_of_the_watch_over_machines_are_exactly_the_calls_made() -> None:
    aws = FakeMachines()
    aws.pings["mi-0a"] = "Online"
    parameters = importlib.import_module("watch_machines.decide").Parameters.parse(MACHINES)
    handler("watch_machines").visit(parse_event(VISIT), parameters=parameters, clients=aws.clients)
    aws.pings.clear()
    handler("watch_machines").visit(parse_event(VISIT), parameters=parameters, clients=aws.clients)
    assert sorted(aws.actions) == list(function("watch_machines").API_ACTIONS)
