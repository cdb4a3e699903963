"""What a deployment moves belongs to the deployment; everything else is drift and put right.

Blue/green, CodeDeploy binds its group to the fleet that serves, and our functions resize the fleets, move the load
balancer's target group from one to the other, and suspend what would scale the one that doesn't serve.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from tests.engine.harness import Document, Engine, EngineFactory
from tests.engine.lifecycle import deleted_too_late, named
from tests.unit.every_fleet import SCALED

FLEET = "aws:autoscaling/group:Group"
GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"
PIPELINE = "aws:codepipeline/pipeline:Pipeline"
FUNCTION = "aws:lambda/function:Function"
BLUE, GREEN, BOUND = "storefront-fleet-blue", "storefront-fleet-green", "storefront-deployment-group"

DEPLOYMENTS = 20
SUSPENDED = ["AlarmNotification", "ScheduledActions"]
SIZES = ("minSize", "desiredCapacity", "maxSize")
BEFORE = [
    pair
    for fleet in ("fleet-blue Group", "fleet-green Group")
    for pair in (
        ("pipeline Pipeline", fleet),
        ("deployment-group DeploymentGroup", fleet),
        (fleet, "fleet-template LaunchTemplate"),
        (fleet, "fleet-targets TargetGroup"),
    )
]
"""What of a swapped pair of fleets has to be gone before what: nobody deploys to what goes, and a fleet doesn't outlive
what it starts instances by."""
Moves = Mapping[tuple[str, str], Document]
"""By logical name and type: what has moved, property by property."""


def scaled(document: Document) -> None:
    """Production with policies and schedules on its fleets."""
    document["config"]["delivery:applications"]["storefront"]["deploy"]["fleet"].update(SCALED)


@pytest.fixture(scope="module")
def created(module_engine: EngineFactory) -> Document:
    """The state of prod, up and never deployed to."""
    prod = module_engine(stack="prod", edit=scaled)
    outcome = prod.up()
    assert outcome.rc == 0, outcome.text
    return prod.export()


@pytest.fixture
def state(created: Document) -> Document:
    """A copy of that state, to be changed."""
    return copy.deepcopy(created)


def swap(state: Document, *, serving: str = BLUE, idle: str = GREEN, minimum: int = 4) -> Moves:
    """What a deployment to the idle fleet moves, and the retiring of the old one after it."""
    old = named(state, name=serving, type_token=FLEET)["outputs"]
    new = named(state, name=idle, type_token=FLEET)["outputs"]
    assert old["desiredCapacity"] >= old["minSize"] > 0
    assert [new[key] for key in SIZES] == [0, 0, 0]
    arns = old["targetGroupArns"]
    sources = [{"identifier": arn, "type": "elbv2"} for arn in arns]
    assert new["suspendedProcesses"] == SUSPENDED
    # A schedule has given it another smallest size, and a policy another one.
    sizes = {"minSize": minimum, "desiredCapacity": minimum + 1, "maxSize": 6}
    return {
        (serving, FLEET): {
            **dict.fromkeys(SIZES, 0),
            "suspendedProcesses": SUSPENDED,
            "targetGroupArns": [],
            "trafficSources": [],
        },
        (idle, FLEET): {**sizes, "suspendedProcesses": [], "targetGroupArns": arns, "trafficSources": sources},
        (BOUND, GROUP): {"autoscalingGroups": [new["name"]]},
    }


def moved(state: Document, moves: Moves, *parts: str) -> Document:
    """The state with these moves in `parts` of its resources ("inputs", "outputs")."""
    for (name, token), values in moves.items():
        for part in parts:
            named(state, name=name, type_token=token)[part].update(copy.deepcopy(values))
    return state


def standing(engine: Engine, moves: Moves, part: str) -> dict[tuple[str, str], dict[str, Any]]:
    """What the state says now about everything that moved."""
    state = engine.export()
    return {
        (name, token): {key: named(state, name=name, type_token=token)[part].get(key) for key in values}
        for (name, token), values in moves.items()
    }


def test_after_any_number_of_swaps_refresh_and_preview_find_no_change_and_destroy_leaves_nothing(
    engine: EngineFactory, state: Document
) -> None:
    prod = engine(stack="prod", edit=scaled)
    for number in range(DEPLOYMENTS):
        serving, idle = (BLUE, GREEN) if number % 2 == 0 else (GREEN, BLUE)
        state = moved(state, swap(state, serving=serving, idle=idle, minimum=2 + number % 4), "inputs", "outputs")
    prod.import_state(state)

    refreshed = prod.refresh()
    preview = prod.preview()
    prod.unprotect()
    destroyed = prod.destroy()

    assert (refreshed.rc, refreshed.changed) == (0, {}), refreshed.text
    assert (preview.rc, preview.changed, preview.touched) == (0, {}, []), preview.text
    assert (destroyed.rc, destroyed.resources) == (0, []), destroyed.text
    assert deleted_too_late(refreshed.state, BEFORE, of="storefront") == []


def test_a_swap_that_only_refresh_sees_is_taken_over_and_up_does_not_move_it_back(
    engine: EngineFactory, state: Document
) -> None:
    prod = engine(stack="prod", edit=scaled)
    moves = swap(state)
    prod.import_state(moved(state, moves, "outputs"))

    refreshed = prod.refresh()
    preview = prod.preview()
    up = prod.up()

    assert (refreshed.rc, refreshed.changed) == (0, {"update": 3}), refreshed.text
    assert (preview.rc, preview.changed, preview.touched) == (0, {}, []), preview.text
    assert (up.rc, up.changed, up.touched) == (0, {}, []), up.text
    assert standing(prod, moves, "outputs") == moves
    inputs = standing(prod, moves, "inputs")
    assert inputs[BOUND, GROUP] == moves[BOUND, GROUP]
    assert {key: inputs[GREEN, FLEET][key] for key in SIZES} == {key: moves[GREEN, FLEET][key] for key in SIZES}


def test_what_no_deployment_moves_is_drift_and_up_puts_it_back(engine: EngineFactory, state: Document) -> None:
    prod = engine(stack="prod", edit=scaled)
    by_hand: Moves = {
        ("storefront-pipeline", PIPELINE): {"executionMode": "SUPERSEDED"},
        (BLUE, FLEET): {"healthCheckType": "ELB"},
        (BOUND, GROUP): {"autoRollbackConfiguration": {"enabled": False, "events": []}},
    }
    before = {place: dict(named(state, name=place[0], type_token=place[1])["outputs"]) for place in by_hand}
    prod.import_state(moved(state, by_hand, "outputs"))

    refreshed = prod.refresh()
    up = prod.up()

    drifted = sorted(name for name, _ in by_hand)
    assert (refreshed.rc, refreshed.changed) == (0, {"update": 3}), refreshed.text
    assert (up.rc, up.changed, up.touched) == (0, {"update": 3}, drifted), up.text
    assert standing(prod, by_hand, "outputs") == {
        place: {key: before[place][key] for key in values} for place, values in by_hand.items()
    }


def test_another_size_and_bake_time_reach_the_functions_and_leave_the_pipeline_with_its_rollback_targets(
    engine: EngineFactory, state: Document
) -> None:
    def resize(document: Document) -> None:
        scaled(document)
        deploy = document["config"]["delivery:applications"]["storefront"]["deploy"]
        deploy["fleet"]["size"] = {"min": 2, "desired": 4, "max": 8}
        deploy["bakeMinutes"] = 45

    prod = engine(stack="prod", edit=resize)
    prod.import_state(state)

    preview = prod.preview()

    resources = state["deployment"]["resources"]
    functions = [each["urn"].rsplit("::", 1)[-1] for each in resources if each["type"] == FUNCTION]
    assert (preview.rc, preview.changed) == (0, {"update": 4}), preview.text
    deploying = [name for name in functions if name.startswith("storefront-deployment-")]
    # The ledger knows by which configuration the stack was made.
    assert preview.touched == sorted([*deploying, "ledger-version"])
    assert {operation for urn, operation in preview.operations.items() if PIPELINE in urn} == {"same"}
