"""What a stack file may say of a hotfix lane, and what is refused, with the reason."""

from typing import Any

import pytest

from tests.unit.settings.stack_file import OMITTED, STOREFRONT, changed, config_of, good, said

APP = "applications.storefront"
SOURCE = {"provider": "codecommit", "repository": "storefront", "flow": "git-flow"}
GITHUB = {"provider": "github", "repository": "acme/storefront", "flow": "git-flow"}
SUITES = {"component": {"buildspec": "component.yml"}, "e2e": {"buildspec": "e2e.yml"}}
NEVER = "approvals, alarms, verification, promotion and the record can't be skipped"

Change = tuple[tuple[str | int, ...], Any]


def staging(*skip: Any, source: dict[str, Any] = SOURCE, more: tuple[Change, ...] = ()) -> dict[str, Any]:
    """Staging's file with a lane."""
    return changed(
        config_of("staging"),
        ((*STOREFRONT, "source"), dict(source)),
        ((*STOREFRONT, "suites"), SUITES),
        ((*STOREFRONT, "hotfix"), {"skip": list(skip)}),
        *more,
    )


@pytest.mark.parametrize("source", [SOURCE, GITHUB, {**SOURCE, "branchNames": {"hotfix": "urgent/*"}}])
@pytest.mark.parametrize("skip", [("e2e",), ("component",), ("bake",), ("e2e", "bake")])
def test_a_lane_may_skip_suites_but_one_and_the_bake(source: dict[str, Any], skip: tuple[str, ...]) -> None:
    assert said(staging(*skip, source=source), stack="staging") == []


def test_a_lane_is_what_the_file_says_and_nothing_by_default() -> None:
    settings = good(
        "staging",
        ((*STOREFRONT, "source"), SOURCE),
        ((*STOREFRONT, "suites"), SUITES),
        ((*STOREFRONT, "hotfix"), {"skip": ["e2e", "bake"]}),
    )
    lane = settings.applications["storefront"].hotfix
    assert lane is not None
    assert lane.skip == ("e2e", "bake")
    assert good("staging", ((*STOREFRONT, "source"), SOURCE)).applications["storefront"].hotfix is None


@pytest.mark.parametrize("name", ["approvals", "qa-head", "Approval", "Verify", "alarms", "promote", "unit", "build"])
def test_what_isnt_a_suite_or_the_bake_is_never_skipped(name: str) -> None:
    (line,) = said(staging("e2e", name), stack="staging")
    assert line == f'{APP}.hotfix.skip[1]: given "{name}"; allowed: component, e2e, bake; {NEVER}'


def test_skipping_every_suite_would_deploy_what_nobody_tested() -> None:
    (line,) = said(staging("e2e", "component", "bake"), stack="staging")
    assert line.startswith(f"{APP}.hotfix.skip: given every suite; allowed: all but one of component, e2e")
    one = ((*STOREFRONT, "suites"), {"component": SUITES["component"]})
    (line,) = said(staging("component", more=(one,)), stack="staging")
    assert "given every suite" in line


def test_in_place_there_is_no_bake_to_skip() -> None:
    in_place = ((*STOREFRONT, "deploy"), {"platform": "server", "strategy": "in-place"})
    (line,) = said(staging("e2e", "bake", more=(in_place,)), stack="staging")
    assert line == f'{APP}.hotfix.skip[1]: given "bake"; allowed: component, e2e; {NEVER}'
    assert said(staging("e2e", more=(in_place,)), stack="staging") == []


def test_an_empty_lane_is_refused() -> None:
    (line,) = said(staging(), stack="staging")
    assert line.startswith(f"{APP}.hotfix.skip: ")
    assert "at least 1 suite, or bake" in line


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            {"provider": "codecommit", "repository": "storefront", "branch": "master", "branches": ["hotfix/*"]},
            "only with source.flow git-flow there are hotfix branches",
        ),
        ({**SOURCE, "flow": "trunk"}, "only with source.flow git-flow there are hotfix branches"),
        ({**SOURCE, "branches": ["release/*"]}, "hotfix/* isn't among the branches that start this pipeline"),
        ({**SOURCE, "tags": ["v*"]}, "hotfix/* isn't among the branches that start this pipeline"),
        (
            {**SOURCE, "branches": ["hotfix/*"], "branchNames": {"hotfix": "urgent/*"}},
            "urgent/* isn't among the branches that start this pipeline",
        ),
        ({"provider": "s3", "bucket": "acme-releases", "key": "a.zip"}, "only with source.flow git-flow"),
    ],
    ids=["no flow", "trunk", "other branches", "tags alone", "another name", "no repository"],
)
def test_without_hotfix_branches_that_feed_the_stack_there_is_no_lane(source: dict[str, Any], reason: str) -> None:
    (line,) = said(staging("e2e", source=source), stack="staging")
    assert line.startswith(f"{APP}.hotfix: unknown key; {reason}")


def test_what_is_promoted_was_tested_before_and_has_no_lane() -> None:
    config = changed(config_of("prod"), ((*STOREFRONT, "suites"), SUITES), ((*STOREFRONT, "hotfix"), {"skip": ["e2e"]}))
    (line,) = said(config, stack="prod")
    assert line.startswith(f"{APP}.hotfix: unknown key; only with source.flow git-flow")


def test_a_tier_that_no_hotfix_feeds_has_no_lane_unless_its_branches_say_so() -> None:
    feeds_by_tier = changed(staging("e2e"), ((*STOREFRONT, "promote"), OMITTED))
    dev = changed(feeds_by_tier, (("delivery:environment", "tier"), "development"))
    (line,) = said(dev, stack="staging", siblings={})
    assert "hotfix/* isn't among the branches that start this pipeline" in line
    named = changed(dev, ((*STOREFRONT, "source", "branches"), ["develop", "hotfix/*"]))
    assert said(named, stack="staging", siblings={}) == []
