"""Applications that are Lambda functions, on the real engine: created, delivered to again and again, destroyed.

A deployment brings code and moves the alias; the program has everything else. Neither undoes the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.engine.harness import Document, Engine, EngineFactory, Outcome
from tests.engine.lifecycle import named
from tests.unit.every_function import functions

FUNCTION, ALIAS = "aws:lambda/function:Function", "aws:lambda/alias:Alias"
DEPLOYMENTS = 20


def delivered(document: Document) -> None:
    functions(document["config"])


def deploy(dev: Engine, number: int, *, shifting: bool) -> None:
    """What the deployment of a version leaves behind, as AWS would tell it."""
    state = dev.export()
    for application in ("greeter", "ticker"):
        code = {"codeSha256": f"sha-{number}", "sourceCodeSize": 1000 + number, "lastModified": f"2026-11-25T{number}"}
        named(state, name=f"{application}-function", type_token=FUNCTION)["outputs"].update(code)
        routing = {"additionalVersionWeights": {str(number): 0.2}} if shifting else None
        version = str(number - 1) if shifting and number > 1 else str(number)
        named(state, name=f"{application}-function-live", type_token=ALIAS)["outputs"].update(
            {"functionVersion": version, "routingConfig": routing}
        )
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
    """The development stack with two functions: made, deployed to many times, changed, destroyed."""
    dev = module_engine(stack="dev", edit=delivered)
    created, again = dev.up(), dev.up()
    for number in range(1, DEPLOYMENTS + 1):
        deploy(dev, number, shifting=number % 2 == 0)
    refreshed, preview = dev.refresh(), dev.preview()
    dev.configure(larger)
    changed = dev.up()
    dev.unprotect()
    return Life(created, again, refreshed, preview, changed, dev.destroy())


def larger(document: Document) -> None:
    document["config"]["delivery:applications"]["greeter"]["deploy"]["function"]["memoryMb"] = 512


def test_functions_are_created_with_their_aliases_hooks_and_groups(life: Life) -> None:
    assert life.created.rc == 0, life.created.text
    functions = {each["inputs"]["name"] for each in life.created.resources if each["type"] == FUNCTION}
    assert {
        "greeter-dev",
        "greeter-dev-deploy-function",
        "CodeDeployHook_greeter-dev-before",
        "CodeDeployHook_greeter-dev-after",
        "ticker-dev",
        "ticker-dev-deploy-function",
    } <= functions
    # Nothing here needs a load balancer, so nothing here writes its log.
    assert not any("access-logs" in each["urn"] for each in life.created.resources)


def test_a_second_up_changes_nothing(life: Life) -> None:
    assert (life.again.rc, life.again.changed, life.again.touched) == (0, {}, []), life.again.text


def test_after_any_number_of_deployments_refresh_and_preview_find_no_change(life: Life) -> None:
    assert life.refreshed.rc == 0, life.refreshed.text
    assert (life.preview.rc, life.preview.changed, life.preview.touched) == (0, {}, []), life.preview.text
    assert version(life.refreshed) == str(DEPLOYMENTS - 1)


def version(outcome: Outcome) -> str:
    """Where the alias points."""
    return str(named(outcome.state, name="greeter-function-live", type_token=ALIAS)["outputs"]["functionVersion"])


def test_a_changed_setting_leaves_code_and_alias_where_the_deployments_have_brought_them(life: Life) -> None:
    # The function and its two hooks, which have the same size.
    assert (life.changed.rc, life.changed.changed) == (0, {"update": 3}), life.changed.text
    assert version(life.changed) == str(DEPLOYMENTS - 1)


def test_destroy_leaves_nothing(life: Life) -> None:
    assert life.destroyed.rc == 0, life.destroyed.text
    assert life.destroyed.resources == []
