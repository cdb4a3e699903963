"""A stack that builds in every way, on the real engine: created, found unchanged, destroyed."""

from __future__ import annotations

import pytest

from tests.engine.harness import Document, Engine, EngineFactory, Outcome
from tests.unit.build_matrix import MANAGED, OWN, matrix
from tests.unit.every_build import FOREIGN_IMAGE, OWN_IMAGE

PROJECT = "aws:codebuild/project:Project"
PIPELINE = "aws:codepipeline/pipeline:Pipeline"


def every_way(document: Document) -> None:
    """Each runtime on each kind of image, and by Jenkins."""
    matrix(document["config"])


@pytest.fixture(scope="module")
def dev(module_engine: EngineFactory) -> Engine:
    """The development stack, building so."""
    return module_engine(stack="dev", edit=every_way)


@pytest.fixture(scope="module")
def made(dev: Engine) -> Outcome:
    """The first `up`."""
    return dev.up()


@pytest.fixture(scope="module")
def builds(made: Outcome) -> dict[str, Document]:
    """The projects that build, by their applications."""
    assert made.rc == 0, made.text
    projects = {each["inputs"]["name"]: each["inputs"] for each in made.resources if each["type"] == PROJECT}
    return {name.removesuffix("-dev-build"): one for name, one in projects.items() if name.endswith("-dev-build")}


def actions(made: Outcome, application: str) -> dict[str, Document]:
    """The actions of an application's pipeline as they are in the state, by name."""
    (pipeline,) = [
        one["inputs"]
        for one in made.resources
        if one["type"] == PIPELINE and one["inputs"]["name"] == f"{application}-dev"
    ]
    return {action["name"]: action for stage in pipeline["stages"] for action in stage["actions"]}


@pytest.mark.parametrize("runtime", MANAGED)
def test_a_runtime_is_built_on_a_managed_image_of_its_machine(
    made: Outcome, builds: dict[str, Document], runtime: str
) -> None:
    _, kind = MANAGED[runtime]
    machine = builds[runtime]["environment"]
    assert machine["type"] == kind
    assert machine["image"].startswith("aws/codebuild/")
    assert ("-lambda-" in machine["image"], "aarch64" in machine["image"]) == ("LAMBDA" in kind, "ARM" in kind)
    assert {"Prepare", "Build"} <= actions(made, runtime).keys()


@pytest.mark.parametrize("runtime", OWN)
def test_a_runtime_is_built_on_an_image_of_its_team(made: Outcome, builds: dict[str, Document], runtime: str) -> None:
    _, kind = OWN[runtime]
    machine = builds[f"{runtime}-image"]["environment"]
    assert (machine["type"], machine["imagePullCredentialsType"]) == (kind, "SERVICE_ROLE")
    assert machine["image"] in (OWN_IMAGE, FOREIGN_IMAGE)
    # Its repository says how it is built: an image tells nobody what it has.
    assert "Prepare" not in actions(made, f"{runtime}-image")


@pytest.mark.parametrize("runtime", MANAGED)
def test_a_runtime_is_built_by_jenkins_and_by_no_project(
    made: Outcome, builds: dict[str, Document], runtime: str
) -> None:
    assert f"{runtime}-jenkins" not in builds
    build = actions(made, f"{runtime}-jenkins")["Build"]
    assert (build["owner"], build["provider"]) == ("Custom", "delivery-dev-jenkins")
    assert build["configuration"] == {"ProjectName": f"{runtime}-jenkins"}


def test_suites_of_what_jenkins_builds_are_codebuilds_as_ever(made: Outcome) -> None:
    assert actions(made, "ruby-jenkins")["component"]["configuration"] == {"ProjectName": "ruby-jenkins-dev-component"}
    assert "ruby-jenkins-dev-component" in {one.get("inputs", {}).get("name") for one in made.resources}


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


def test_the_packs_take_a_pipeline_that_prepares_its_source_once_it_is_made(engine: EngineFactory) -> None:
    created = engine(stack="staging", edit=by_runtime, packs=True).up()
    assert created.rc == 0, created.text
    assert created.mandatory == []
    assert any("storefront-prepare" in one["urn"] for one in created.resources)
    about = ("prepare", "Prepare", "pipeline")
    flow = [one for one in created.violations if one.policy.startswith("flow-") and any(a in one.urn for a in about)]
    assert flow == []
