"""Applications on machines on premises, on the real engine: created, delivered to again and again, destroyed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.engine.harness import Document, Engine, EngineFactory, Outcome
from tests.engine.lifecycle import named
from tests.unit.every_machine import machines

GROUP, ALARM = "aws:codedeploy/deploymentGroup:DeploymentGroup", "aws:cloudwatch/metricAlarm:MetricAlarm"
DEPLOYMENTS = 20


def on_premises(document: Document) -> None:
    machines(document["config"])


def more(document: Document) -> None:
    """Another system and another threshold, as a stack file changes over time."""
    deploy = document["config"]["delivery:applications"]["tills"]["deploy"]
    deploy["alarms"]["missing"] = 3
    deploy["registration"]["machines"] = 40


def deploy(dev: Engine, number: int) -> None:
    """What a deployment leaves behind: CodeDeploy remembers its last one in the group, and nothing else changes."""
    state = dev.export()
    for application in ("tills", "kiosks"):
        group = named(state, name=f"{application}-deployment-group", type_token=GROUP)
        group["outputs"]["terminationHookEnabled"] = False
        group["outputs"]["lastSuccessfulDeployment"] = {"deploymentId": f"d-{number:09}"}
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
    """The development stack with two applications: made, deployed to many times, changed, destroyed."""
    dev = module_engine(stack="dev", edit=on_premises)
    created, again = dev.up(), dev.up()
    for number in range(1, DEPLOYMENTS + 1):
        deploy(dev, number)
    refreshed, preview = dev.refresh(), dev.preview()
    dev.configure(more)
    changed = dev.up()
    dev.unprotect()
    return Life(created, again, refreshed, preview, changed, dev.destroy())


def test_machines_have_a_role_a_group_and_a_watch_and_no_network_of_aws(life: Life) -> None:
    assert life.created.rc == 0, life.created.text
    types = [each["type"] for each in life.created.resources]
    assert types.count(GROUP) == 2
    assert not any(one.startswith(("aws:lb/", "aws:autoscaling/")) for one in types)
    assert not any("access-logs" in each["urn"] for each in life.created.resources)


def test_the_state_has_no_activation(life: Life) -> None:
    assert "activation" not in str(life.created.state).lower()


def test_a_second_up_changes_nothing(life: Life) -> None:
    assert (life.again.rc, life.again.changed, life.again.touched) == (0, {}, []), life.again.text


def test_after_any_number_of_deployments_refresh_and_preview_find_no_change(life: Life) -> None:
    assert life.refreshed.rc == 0, life.refreshed.text
    assert (life.preview.rc, life.preview.changed, life.preview.touched) == (0, {}, []), life.preview.text


def test_a_changed_threshold_touches_the_alarm_alone_and_a_registration_nothing(life: Life) -> None:
    assert (life.changed.rc, life.changed.changed) == (0, {"update": 1}), life.changed.text
    alarm = named(life.changed.state, name="tills-deployment-missing", type_token=ALARM)
    assert alarm["outputs"]["threshold"] == 3


def test_destroy_leaves_nothing(life: Life) -> None:
    assert life.destroyed.rc == 0, life.destroyed.text
    assert life.destroyed.resources == []
