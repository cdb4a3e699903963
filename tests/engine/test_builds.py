"""A stack that builds in every way, on the real engine: created, found unchanged, destroyed."""

from __future__ import annotations

import pytest

from tests.engine.harness import Document, Engine, EngineFactory, Outcome
from tests.unit.every_build import FEATURES, RUNTIMES, builds
from tests.unit.jenkins.stacks import with_jenkins

PROJECT = "aws:codebuild/project:Project"


def every_way(document: Document) -> None:
    """Each runtime, each feature, and one application that Jenkins builds."""
    config = document["config"]
    storefront = config["delivery:applications"]["storefront"]
    builds(config)
    config["delivery:applications"]["storefront"] = storefront
    with_jenkins(config)


@pytest.fixture(scope="module")
def dev(module_engine: EngineFactory) -> Engine:
    """The development stack, building so."""
    return module_engine(stack="dev", edit=every_way)


@pytest.fixture(scope="module")
def made(dev: Engine) -> Outcome:
    """The first `up`."""
    return dev.up()


def test_every_way_to_build_is_created(made: Outcome) -> None:
    assert made.rc == 0, made.text
    projects = {each["inputs"]["name"]: each for each in made.resources if each["type"] == PROJECT}
    assert {f"{name}-dev-build" for name in (*RUNTIMES, *FEATURES)} <= projects.keys()
    # Jenkins builds the storefront, whose suites are CodeBuild's as ever.
    assert "storefront-dev-build" not in projects
    assert "storefront-dev-component" in projects
    functions = {each["inputs"]["name"] for each in made.resources if each["type"] == "aws:lambda/function:Function"}
    assert {f"{name}-dev-provide-buildspec" for name in RUNTIMES} <= functions


def test_a_second_up_changes_nothing_and_destroy_leaves_nothing(made: Outcome, dev: Engine) -> None:
    assert made.rc == 0
    again = dev.up()
    assert again.changed == {}
    assert again.touched == []
    dev.unprotect()
    destroyed = dev.destroy()
    assert destroyed.rc == 0, destroyed.text
    assert destroyed.resources == []


def by_runtime(document: Document) -> None:
    document["config"]["delivery:applications"]["storefront"]["build"] = {"runtime": "java", "version": "21"}


def test_the_packs_take_a_pipeline_that_prepares_its_source(engine: EngineFactory) -> None:
    preview = engine(stack="staging", edit=by_runtime, packs=True).preview()
    assert preview.rc == 0, preview.text
    about = ("prepare", "Prepare", "pipeline")
    flow = [one for one in preview.violations if one.policy.startswith("flow-") and any(a in one.urn for a in about)]
    assert flow == []
