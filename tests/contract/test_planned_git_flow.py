"""Real events of AWS against the rules of a repository's guard, and the requests that make it, against AWS's models."""

import importlib
from typing import Any

import pytest

from tests.contract.aws_model import problems
from tests.contract.event_rules import Event, invokes
from tests.contract.wire import created, requests, subject_of
from tests.unit.functions.repository_event import build_event, pull_request_event, reference_event
from tests.unit.git_flow import behind_connection, with_source
from tests.unit.planning import Planned, planned

CHECK, BACK, TAG = "check_pull_request", "merge_back", "tag_release"
NEW, OLD = "1" * 40, "2" * 40
PROJECT = "storefront-dev-check"


def request(happened: str, source: str, destination: str, **changes: Any) -> Event:
    return pull_request_event(happened, source=source, destination=destination, **changes)


def elsewhere(event: Event) -> Event:
    """The same of another repository."""
    return {**event, "resources": [f"{event['resources'][0]}-docs"]}


@pytest.mark.parametrize(
    ("event", "functions"),
    [
        pytest.param(request("Created", "feature/x", "develop"), {CHECK}, id="feature asks for develop"),
        pytest.param(request("SourceBranchUpdated", "feature/x", "develop"), {CHECK}, id="feature has a new head"),
        pytest.param(request("Created", "release/1.2", "master"), {CHECK}, id="release asks for master"),
        pytest.param(request("Created", "master", "develop"), {CHECK}, id="merge back asks for develop"),
        pytest.param(request("Created", "feature/y", "feature/x"), set(), id="feature asks for feature"),
        pytest.param(request("Created", "feature/x", "develop-2"), set(), id="feature asks for a like of develop"),
        pytest.param(request("Created", "feature/x", "old/develop"), set(), id="feature asks for old develop"),
        pytest.param(request("StatusChanged", "feature/x", "develop"), set(), id="request closed"),
        pytest.param(request("ApprovalStateChanged", "feature/x", "develop"), set(), id="request approved"),
        pytest.param(request("MergeStatusUpdated", "feature/x", "develop"), set(), id="feature merged into develop"),
        pytest.param(request("MergeStatusUpdated", "release/1.2", "master"), {TAG}, id="release merged into master"),
        pytest.param(request("MergeStatusUpdated", "hotfix/x", "master"), {TAG}, id="hotfix merged into master"),
        pytest.param(request("MergeStatusUpdated", "feature/x", "master"), set(), id="feature merged into master"),
        pytest.param(request("MergeStatusUpdated", "old/release/1", "master"), set(), id="no release into master"),
        pytest.param(request("MergeStatusUpdated", "release/1.2", "develop"), set(), id="release into develop"),
        pytest.param(
            request("MergeStatusUpdated", "release/1.2", "master", isMerged="False"), set(), id="release not merged"
        ),
        pytest.param(elsewhere(request("Created", "feature/x", "develop")), set(), id="request of another repository"),
        pytest.param(reference_event("master", new=NEW, old=OLD), {BACK}, id="master moved"),
        pytest.param(reference_event("master", new=NEW), {BACK}, id="master is new"),
        pytest.param(reference_event("master", old=OLD), set(), id="master is gone"),
        pytest.param(reference_event("develop", new=NEW, old=OLD), set(), id="develop moved"),
        pytest.param(reference_event("release/1.2", new=NEW), set(), id="release is new"),
        pytest.param(reference_event("master-2", new=NEW), set(), id="a like of master is new"),
        pytest.param(reference_event("master", new=NEW, kind="tag"), set(), id="a tag called master"),
        pytest.param(reference_event("v1.2.0", new=NEW, kind="tag"), set(), id="a tag of a release"),
        pytest.param(elsewhere(reference_event("master", new=NEW)), set(), id="master of another repository"),
        *(
            pytest.param(build_event(status, project=PROJECT), {CHECK}, id=f"check {status}")
            for status in ("SUCCEEDED", "FAILED", "FAULT", "STOPPED", "TIMED_OUT")
        ),
        pytest.param(build_event("IN_PROGRESS", project=PROJECT), set(), id="check runs"),
        pytest.param(build_event("SUCCEEDED", project="storefront-dev-build"), set(), id="build of the pipeline"),
        pytest.param(build_event("SUCCEEDED", project=f"{PROJECT}-2"), set(), id="another project"),
    ],
)
def test_an_event_reaches_the_function_it_is_for_and_no_other(event: Event, functions: set[str]) -> None:
    assert invokes(planned("dev"), event) == functions
    assert invokes(planned("staging"), event) == invokes(planned("prod"), event) == set()


def test_one_trunk_has_nothing_to_bring_back_and_nothing_to_tag() -> None:
    trunk = with_source(flow="trunk")
    for event in (reference_event("main", new=NEW), request("MergeStatusUpdated", "release/1.2", "main")):
        assert invokes(trunk, event) == set()
    assert invokes(trunk, request("Created", "feature/x", "main")) == {CHECK}


@pytest.mark.parametrize("name", [CHECK, BACK, TAG])
def test_a_function_takes_the_parameters_that_it_is_planned_with(name: str) -> None:
    function = planned("dev").one("aws:lambda/function:Function", handler=f"{name}.handler.handle").inputs
    text = function["environment"]["variables"]["PARAMETERS"]
    assert importlib.import_module(f"{name}.decide").Parameters.parse(text).repository == "storefront"


@pytest.mark.parametrize("name", [CHECK, BACK, TAG])
def test_an_event_that_a_function_gave_up_is_told_to_the_topic_and_only_its_rules_invoke_it(name: str) -> None:
    plan = planned("dev")
    function = plan.one("aws:lambda/function:Function", handler=f"{name}.handler.handle").inputs["name"]
    failures = plan.one("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", functionName=function)
    topic = plan.one("aws:sns/topic:Topic").arn
    assert failures.inputs["destinationConfig"] == {"onFailure": {"destination": topic}}
    allowed = plan.of("aws:lambda/permission:Permission", function=function)
    rules = [one for one in plan.of("aws:cloudwatch/eventRule:EventRule") if one.inputs["name"].startswith(function)]
    assert {one.inputs["sourceArn"] for one in allowed} == {one.arn for one in rules}
    assert len(rules) == (2 if name == CHECK else 1)
    for one in allowed:
        assert (one.inputs["principal"], one.inputs["sourceAccount"]) == ("events.amazonaws.com", "111122223333")


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(lambda: with_source(developerRoles=["Developer", "Lead"]), id="developers"),
        pytest.param(lambda: with_source(flow="trunk"), id="trunk"),
        *(
            pytest.param(lambda provider=provider: behind_connection(provider), id=provider)
            for provider in ("github", "gitlab", "bitbucket")
        ),
    ],
)
def test_aws_takes_every_request_of_other_flows_and_sources(plan: Any) -> None:
    made: Planned = plan()
    calls = [request for resource in created(made) for request in requests(subject_of(made, resource))]
    assert {"CreateProject", "CreateRole"} <= {call.operation for call in calls}
    assert [problem for call in calls for problem in problems(call)] == []
