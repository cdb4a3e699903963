"""A stack with every kind of suite, made by the real engine under both policy packs."""

from __future__ import annotations

from tests.engine.harness import Document, EngineFactory
from tests.engine.lifecycle import named
from tests.unit.every_suite import every_suite

PIPELINE = "aws:codepipeline/pipeline:Pipeline"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"


def change(document: Document) -> None:
    """Every kind of suite."""
    every_suite(document["config"])


def test_a_stack_with_every_kind_of_suite_is_made_once_and_then_left_alone(engine: EngineFactory) -> None:
    staging = engine(stack="staging", edit=change, packs=True)

    made = staging.up()
    assert made.rc == 0, made.text
    assert made.mandatory == []
    assert {f"storefront-{suite}" for suite in ("unit", "contract", "browsers", "load", "smoke", "e2e")} <= set(
        made.steps
    )

    again = staging.up()
    assert again.rc == 0, again.text
    assert again.changed == {}

    # What AWS invents is in the pipeline as it is in the state, so that the suites really get there.
    state = staging.export()
    pipeline = named(state, name="storefront-pipeline", type_token=PIPELINE)["inputs"]
    address = named(state, name="storefront-fleet-lb", type_token=BALANCER)["outputs"]["dnsName"]
    variables = {one["name"]: one["defaultValue"] for one in pipeline["variables"]}
    assert variables["TARGET_URL"] == f"http://{address}"
