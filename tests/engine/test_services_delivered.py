"""Applications that are services of ECS, on the real engine: created, delivered to again and again, destroyed.

A deployment brings task definitions and moves listeners; the program has everything else. Neither undoes the other.
Production is as strict as its policy packs: both judge each preview and each `up`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.engine.harness import Document, Engine, EngineFactory, Outcome
from tests.engine.lifecycle import named
from tests.unit.every_service import services

SERVICE, LISTENER = "aws:ecs/service:Service", "aws:lb/listener:Listener"
TASK, GROUP = "aws:ecs/taskDefinition:TaskDefinition", "aws:lb/targetGroup:TargetGroup"
APPLICATIONS = ("shop", "ticker", "ledger")
DEPLOYMENTS = 20


def delivered(document: Document) -> None:
    services(document["config"])


def deploy(dev: Engine, number: int) -> None:
    """What a deployment leaves behind, as AWS would tell it: other tasks behind the other target group."""
    state = dev.export()
    for application in APPLICATIONS:
        colour = ("blue", "green")[number % 2]
        group = named(state, name=f"{application}-front-{colour}", type_token=GROUP)["outputs"]["arn"]
        for who in ("users", "testers"):
            listener = named(state, name=f"{application}-front-{who}", type_token=LISTENER)["outputs"]
            listener["defaultActions"] = [{"type": "forward", "targetGroupArn": group, "order": 1}]
        service = named(state, name=f"{application}-service", type_token=SERVICE)["outputs"]
        front: dict[str, Any] = service["loadBalancers"][0]
        service["loadBalancers"] = [{**front, "targetGroupArn": group}]
        service["taskDefinition"] = f"{service['taskDefinition'].rpartition(':')[0]}:{number + 1}"
        service["desiredCount"] = number % 5 + 1
        service["platformVersion"] = "1.4.0"
    dev.import_state(state)


@dataclass(frozen=True)
class Life:
    """What each call came to, in this order; between `again` and `refreshed` it is deployed to."""

    created: Outcome
    again: Outcome
    refreshed: Outcome
    preview: Outcome
    changed: Outcome
    destroyed: Outcome


@pytest.fixture(scope="module")
def life(module_engine: EngineFactory) -> Life:
    """The development stack with a service for each strategy: made, deployed to many times, changed, destroyed."""
    dev = module_engine(stack="dev", edit=delivered)
    created, again = dev.up(), dev.up()
    for number in range(1, DEPLOYMENTS + 1):
        deploy(dev, number)
    refreshed, preview = dev.refresh(), dev.preview()
    dev.configure(larger)
    changed = dev.up()
    dev.unprotect()
    return Life(created, again, refreshed, preview, changed, dev.destroy())


def larger(document: Document) -> None:
    document["config"]["delivery:applications"]["shop"]["deploy"]["service"]["memoryMb"] = 4096


def test_services_are_created_with_their_fronts_and_the_groups_that_move_them(life: Life) -> None:
    assert life.created.rc == 0, life.created.text
    made = {each["inputs"]["name"] for each in life.created.resources if each["type"] == SERVICE}
    assert made == {f"{application}-dev" for application in APPLICATIONS}


def test_a_second_up_changes_nothing(life: Life) -> None:
    assert (life.again.rc, life.again.changed, life.again.touched) == (0, {}, []), life.again.text


def test_after_any_number_of_deployments_refresh_and_preview_find_no_change(life: Life) -> None:
    assert life.refreshed.rc == 0, life.refreshed.text
    assert (life.preview.rc, life.preview.changed, life.preview.touched) == (0, {}, []), life.preview.text
    assert revision(life.refreshed) == str(DEPLOYMENTS + 1)


def revision(outcome: Outcome) -> str:
    """Which task definition serves."""
    service = named(outcome.state, name="shop-service", type_token=SERVICE)["outputs"]
    return str(service["taskDefinition"]).rpartition(":")[2]


def test_a_changed_setting_makes_another_task_definition_and_leaves_the_tasks_that_serve(life: Life) -> None:
    assert (life.changed.rc, life.changed.changed) == (0, {"replace": 1}), life.changed.text
    assert named(life.changed.state, name="shop-service-task", type_token=TASK)["outputs"]["memory"] == "4096"
    assert revision(life.changed) == str(DEPLOYMENTS + 1)


def test_destroy_leaves_nothing(life: Life) -> None:
    assert life.destroyed.rc == 0, life.destroyed.text
    assert life.destroyed.resources == []
