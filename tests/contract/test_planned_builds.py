"""AWS's own API models and moto take a stack that builds in every way."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.account import Account, accounts
from tests.contract.aws_model import problems
from tests.contract.wire import created, requests, subject_of
from tests.unit.every_build import FEATURES, OWN_IMAGE, RUNTIMES, every_build


def test_aws_takes_every_request() -> None:
    plan = every_build()
    made = [request for resource in created(plan) for request in requests(subject_of(plan, resource))]
    assert [problem for request in made for problem in problems(request)] == []
    assert {request.parameters["name"] for request in made if request.operation == "CreateProject"} == {
        f"{name}-dev-build" for name in (*RUNTIMES, *FEATURES)
    }


@pytest.fixture(scope="module")
def made() -> Iterator[Account]:
    """The stack, in an account."""
    with accounts("dev", plans={"dev": every_build()}) as stacks:
        yield stacks["dev"]


@pytest.fixture(scope="module")
def projects(made: Account) -> dict[str, dict[str, Any]]:
    """Every project by its name, as CodeBuild would tell of it."""
    codebuild = made.client("codebuild")
    plan = every_build()
    for request in (one for resource in created(plan) for one in requests(subject_of(plan, resource))):
        # That is a limit of moto and not of AWS: see test_build_environments.
        if request.operation == "CreateProject" and "LAMBDA" not in request.fitted["environment"]["type"]:
            # moto wants locations, which a project that works for a pipeline has not.
            located = {key: {**request.fitted[key], "location": "bucket"} for key in ("source", "artifacts")}
            codebuild.create_project(**{**request.fitted, **located})
    names = codebuild.list_projects()["projects"]
    return {one["name"]: one for one in codebuild.batch_get_projects(names=names)["projects"]}


@pytest.mark.parametrize("name", [*RUNTIMES, *FEATURES])
def test_each_project_is_taken_and_its_pipeline_names_it(
    made: Account, projects: dict[str, dict[str, Any]], name: str
) -> None:
    assert (f"{name}-dev-build" in projects) is (name != "node")
    stages = made.client("codepipeline").get_pipeline(name=f"{name}-dev")["pipeline"]["stages"]
    actions = {action["name"]: action for stage in stages for action in stage["actions"]}
    assert actions["Build"]["configuration"]["ProjectName"] == f"{name}-dev-build"
    assert ("Prepare" in actions) is (name in RUNTIMES)


@pytest.mark.parametrize("name", RUNTIMES)
def test_the_function_before_the_build_is_there_with_the_buildspec_in_its_archive(made: Account, name: str) -> None:
    found = made.client("lambda").get_function(FunctionName=f"{name}-dev-provide-buildspec")["Configuration"]
    assert found["Handler"] == "provide_buildspec.handler.handle"
    assert json.loads(found["Environment"]["Variables"]["PARAMETERS"]) == {"path": "buildspec.yml"}


def test_a_project_is_told_what_its_machine_is(projects: dict[str, dict[str, Any]]) -> None:
    own = projects["own-image-dev-build"]["environment"]
    assert (own["image"], own["imagePullCredentialsType"]) == (OWN_IMAGE, "SERVICE_ROLE")
    assert projects["docker-dev-build"]["environment"]["privilegedMode"] is True
    assert projects["cached-dev-build"]["cache"]["type"] == "S3"
    assert len(projects["vpc-dev-build"]["vpcConfig"]["subnets"]) == 2
