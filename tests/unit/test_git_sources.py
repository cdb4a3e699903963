"""Repositories as sources: which pushes, tags, files and pull requests start a pipeline, and by which connection."""

from dataclasses import replace
from typing import Any

import pytest

from components.later import settled
from components.sources import (
    Events,
    PullRequests,
    References,
)
from components.triggers import (
    ChangedPathsTrigger,
    EventTrigger,
    GitTrigger,
    Patterns,
    PullRequestFilter,
    PushFilter,
)
from tests.unit.planned_sources import ARN, CONNECTION, OWNED, PLACE, plan
from tests.unit.test_triggers import matches


@pytest.mark.parametrize("service", ["codeconnections", "codestar-connections"])
def test_a_connection_that_exists_is_used_by_both_names_of_its_service(service: str) -> None:
    found = plan("github", Events(), connection=ARN.format(service=service), owned=None)
    (use, _) = found.action.permissions
    assert found.action.configuration["ConnectionArn"] == ARN.format(service=service)
    assert use.resources == (ARN.format(service="codeconnections"), ARN.format(service="codestar-connections"))
    assert found.owned is None


def test_a_connection_that_the_stack_makes_is_named_later() -> None:
    found = plan("github", Events())
    values = {"connection": "made", "connection-by-older-name": "made before"}
    (use, _) = (one.settled(values) for one in found.action.permissions)
    assert settled(found.action.configuration["ConnectionArn"], values) == "made"
    assert use.resources == ("made", "made before")
    assert found.owned == OWNED
    with pytest.raises(KeyError):
        settled(found.action.configuration["ConnectionArn"], {})


def test_a_connection_says_where_its_handshake_is_finished_until_it_is() -> None:
    assert CONNECTION.standing("PENDING") == (
        "storefront-prod is PENDING: finish its handshake at "
        "https://eu-west-1.console.aws.amazon.com/codesuite/settings/connections?region=eu-west-1"
    )
    assert CONNECTION.standing("AVAILABLE") == "storefront-prod is AVAILABLE"


def git_trigger(**more: Any) -> GitTrigger:
    (found,) = plan("github", Events(), **more).triggers
    assert isinstance(found, GitTrigger)
    return found


def test_pushes_to_branches_and_new_tags_start_a_connection_each_by_a_filter_of_its_own() -> None:
    paths = Patterns(includes=("till/**",), excludes=("**/*.md",))
    found = git_trigger(references=References(branches=["main", "release/*"], tags=["v*"], paths=paths))
    assert found.pushes == (
        PushFilter(branches=Patterns(includes=("main", "release/**")), paths=paths),
        PushFilter(tags=Patterns(includes=("v**",))),
    )
    assert found.pull_requests == ()
    assert found.description == "push to main, release/* in till/** but **/*.md; tag v*"


def test_pull_requests_into_branches_start_a_connection_where_they_are_asked_for() -> None:
    asked = PullRequests(into=["main", "release/*"], events=("OPEN", "UPDATED"))
    found = git_trigger(pull_requests=asked)
    assert found.pull_requests == (
        PullRequestFilter(events=("OPEN", "UPDATED"), branches=Patterns(includes=("main", "release/**"))),
    )
    assert found.description.endswith("; pull request into main, release/*")


def test_a_new_tag_starts_codecommit_and_one_that_moved_does_not() -> None:
    (found,) = plan("codecommit", Events(), references=References(tags=["v*"])).triggers
    assert isinstance(found, EventTrigger)
    detail = {"event": "referenceCreated", "referenceType": "tag", "referenceName": "v1.2"}
    event = {
        "source": "aws.codecommit",
        "detail-type": "CodeCommit Repository State Change",
        "resources": ["arn:aws:codecommit:eu-west-1:444455556666:storefront"],
        "detail": detail,
    }
    assert matches(found.pattern, event)
    for change in ({"event": "referenceUpdated"}, {"referenceType": "branch"}, {"referenceName": "rc1"}):
        assert not matches(found.pattern, {**event, "detail": {**detail, **change}})


def test_files_of_codecommit_are_looked_at_by_a_function_and_tags_are_not() -> None:
    paths = Patterns(includes=("till/**",))
    branches, tags = plan(
        "codecommit", Events(), references=References(branches=["develop"], tags=["v*"], paths=paths)
    ).triggers
    assert isinstance(branches, ChangedPathsTrigger)
    assert (branches.repository, branches.paths, branches.variable) == ("storefront", paths, "GIT_BRANCH")
    assert isinstance(tags, EventTrigger)


def test_a_console_in_china_has_another_address() -> None:
    china = replace(CONNECTION, place=replace(PLACE, region="cn-north-1"))
    assert china.console.startswith("https://cn-north-1.console.amazonaws.cn/")
