"""A stack that builds in every way, on the real engine: created, found unchanged, destroyed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.engine.harness import Document, EngineFactory, Outcome
from tests.unit.build_matrix import MANAGED, OWN, matrix
from tests.unit.every_build import FOREIGN_IMAGE, OWN_IMAGE

PROJECT = "aws:codebuild/project:Project"
PIPELINE = "aws:codepipeline/pipeline:Pipeline"


def every_way(document: Document) -> None:
    """Each runtime on each kind of image, and by Jenkins."""
    matrix(document["config"])


@dataclass(frozen=True)
class Life:
    """What each call came to, in this order."""

    created: Outcome
    again: Outcome
    destroyed: Outcome


@pytest.fixture(scope="module")
def life(module_engine: EngineFactory) -> Life:
    """Of the development stack, building so."""
    dev = module_engine(stack="dev", edit=every_way)
    created, again = dev.up(), dev.up()
    dev.unprotect()
    return Life(created, again, dev.destroy())


@pytest.fixture(scope="module")
def made(life: Life) -> Outcome:
    """The first `up`."""
    return life.created


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


def test_a_second_up_changes_nothing(life: Life) -> None:
    assert (life.again.rc, life.again.changed, life.again.touched) == (0, {}, []), life.again.text


def test_destroy_leaves_nothing(life: Life) -> None:
    assert life.destroyed.rc == 0, life.destroyed.text
    assert life.destroyed.resources == []
