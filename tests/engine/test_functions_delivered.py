"""Applications that are Lambda functions, on the real engine: created, delivered to again and again, destroyed.

A deployment brings code and moves the alias; the program has everything else. Neither undoes the other.
"""

from __future__ import annotations

import pytest

from tests.engine.harness import Document, Engine, EngineFactory, Outcome
from tests.engine.lifecycle import named
from tests.unit.every_function import functions

FUNCTION, ALIAS = "aws:lambda/function:Function", "aws:lambda/alias:Alias"
DEPLOYMENTS = 20


def delivered(document: Document) -> None:
    functions(document["config"])


@pytest.fixture(scope="module")
def dev(module_engine: EngineFactory) -> Engine:
    """The development stack with two functions."""
    return module_engine(stack="dev", edit=delivered)


@pytest.fixture(scope="module")
def made(dev: Engine) -> Outcome:
    """The first `up`."""
    return dev.up()


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


def test_functions_are_created_with_their_aliases_hooks_and_groups(made: Outcome) -> None:
    assert made.rc == 0, made.text
    functions = {each["inputs"]["name"] for each in made.resources if each["type"] == FUNCTION}
    assert {
        "greeter-dev",
        "greeter-dev-deploy-function",
        "CodeDeployHook_greeter-dev-before",
        "CodeDeployHook_greeter-dev-after",
        "ticker-dev",
        "ticker-dev-deploy-function",
    } <= functions
    # Nothing here needs a load balancer, so nothing here writes its log.
    assert not any("access-logs" in each["urn"] for each in made.resources)


def test_a_second_up_changes_nothing(made: Outcome, dev: Engine) -> None:
    assert made.rc == 0
    again = dev.up()
    assert (again.changed, again.touched) == ({}, [])


def test_after_any_deployment_refresh_and_preview_find_no_change(made: Outcome, dev: Engine) -> None:
    assert made.rc == 0
    for number in range(1, DEPLOYMENTS + 1):
        deploy(dev, number, shifting=number % 2 == 0)
    # Looked at in the end: an engine's call takes seconds, and the states in between differ in numbers alone.
    refreshed = dev.refresh()
    preview = dev.preview()
    assert refreshed.rc == 0, refreshed.text
    assert (preview.rc, preview.changed, preview.touched) == (0, {}, []), preview.text
    live = named(dev.export(), name="greeter-function-live", type_token=ALIAS)["outputs"]
    assert live["functionVersion"] == str(DEPLOYMENTS - 1)


def test_a_changed_setting_leaves_code_and_alias_where_the_deployments_have_brought_them(
    made: Outcome, dev: Engine
) -> None:
    assert made.rc == 0

    def larger(document: Document) -> None:
        document["config"]["delivery:applications"]["greeter"]["deploy"]["function"]["memoryMb"] = 512

    dev.configure(larger)
    changed = dev.up()
    assert changed.rc == 0, changed.text
    # The function and its two hooks, which have the same size.
    assert changed.changed == {"update": 3}
    live = named(changed.state, name="greeter-function-live", type_token=ALIAS)
    assert live["outputs"]["functionVersion"] == str(DEPLOYMENTS - 1)


def test_destroy_leaves_nothing(made: Outcome, dev: Engine) -> None:
    assert made.rc == 0
    dev.unprotect()
    destroyed = dev.destroy()
    assert destroyed.rc == 0, destroyed.text
    assert destroyed.resources == []
