"""AWS's own API models take a stack with every kind of suite."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.contract.aws_model import problems
from tests.contract.wire import created, requests, subject_of
from tests.unit.every_suite import every_suite
from tests.unit.planning import Planned, planned


@pytest.fixture(scope="module")
def staging() -> Planned:
    return planned("staging", every_suite)


def calls(plan: Planned, operation: str) -> list[dict[str, Any]]:
    """The parameters of every call of one operation."""
    made = (request for resource in created(plan) for request in requests(subject_of(plan, resource)))
    return [request.fitted for request in made if request.operation == operation]


def test_aws_takes_every_request(staging: Planned) -> None:
    made = [request for resource in created(staging) for request in requests(subject_of(staging, resource))]
    assert [problem for request in made for problem in problems(request)] == []


def test_each_suite_is_a_project_that_takes_what_the_pipeline_hands_it(staging: Planned) -> None:
    suites = {
        project["name"].removeprefix("storefront-staging-"): project
        for project in calls(staging, "CreateProject")
        if project["name"] != "storefront-staging-build"
    }
    assert suites.keys() == {"unit", "component", "contract", "browsers", "load", "e2e", "smoke"}
    assert {(one["source"]["type"], one["artifacts"]["type"]) for one in suites.values()} == {
        ("CODEPIPELINE", "CODEPIPELINE")
    }
    assert suites["browsers"]["buildBatchConfig"]["restrictions"] == {
        "maximumBuildsAllowed": 4,
        "computeTypesAllowed": ["BUILD_GENERAL1_MEDIUM"],
    }
    assert json.loads(suites["unit"]["source"]["buildspec"])["version"] == 0.2


def test_the_pipeline_tests_in_the_order_that_the_suites_ask_for(staging: Planned) -> None:
    (call,) = calls(staging, "CreatePipeline")
    order = [
        (stage["name"], [(action["name"], action["runOrder"]) for action in stage["actions"]])
        for stage in call["pipeline"]["stages"]
        if stage["name"].startswith("Test")
    ]
    assert order == [
        ("Test", [("unit", 1), ("component", 2), ("contract", 2), ("browsers", 3)]),
        ("TestUnlessHotfix", [("load", 1)]),
        ("TestDeployed", [("smoke", 1), ("e2e", 2)]),
    ]
    variables = {one["name"]: one["defaultValue"] for one in call["pipeline"]["variables"]}
    assert variables["TARGET_URL"].startswith("http://storefront-staging-")


def test_no_value_of_an_action_is_longer_than_codepipeline_takes(staging: Planned) -> None:
    """The model has no such limit: https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html."""
    (call,) = calls(staging, "CreatePipeline")
    values = [
        value
        for stage in call["pipeline"]["stages"]
        for action in stage["actions"]
        for value in action["configuration"].values()
    ]
    assert max(len(value) for value in values) <= 1000
