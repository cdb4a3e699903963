"""What a stack file may say of its sources, what it is told instead, and which branches a flow means in each tier."""

from typing import Any

import pytest
import yaml

from settings.git import CodeCommitSource, GitSource
from settings.sources import PROVIDERS as KNOWN
from settings.sources import ChangeDetection, PromotionSource, S3Source
from tests.sources import CONNECTED, PAIRS, POLLED, PROVIDERS, SCHEDULE, WAYS, source
from tests.unit.settings.stack_file import OMITTED, STOREFRONT, changed, config_of, good, said

SOURCE = (*STOREFRONT, "source")
APP = "applications.storefront"
PLACE = f"{APP}.source"

EXAMPLES = """
codecommit: {provider: codecommit, repository: storefront, owned: true, branch: develop, changeDetection: events}
github: {provider: github, repository: acme/storefront, branch: main, changeDetection: events}
gitlab: {provider: gitlab, repository: acme/storefront, branch: main, changeDetection: events}
bitbucket: {provider: bitbucket, repository: acme/storefront, branch: main, changeDetection: events}
s3: {provider: s3, bucket: acme-releases, key: storefront/bundle.zip, changeDetection: polling}
ecr: {provider: ecr, repository: storefront, tag: release, changeDetection: events}
promotion: {provider: promotion, from: staging}
"""


GITHUB = {"provider": "github", "repository": "acme/storefront"}
CODECOMMIT = {"provider": "codecommit", "repository": "storefront"}


def lines(said_of_source: Any, stack: str = "dev") -> list[str]:
    """What is said of a stack file with this source."""
    return said(changed(config_of(stack), (SOURCE, said_of_source)), stack=stack)


def read(said_of_source: Any, stack: str = "dev") -> Any:
    """The source as the program gets it; staging promotes elsewhere than to the production of the tests."""
    promotes = ((*STOREFRONT, "promote"), OMITTED)
    # Of most sources nobody can tell the authors, which production asks for.
    changes = [(SOURCE, said_of_source), ((*STOREFRONT, "fourEyes"), "none")]
    changes += [promotes] if stack == "staging" else []
    return good(stack, *changes).applications["storefront"].source


@pytest.mark.parametrize("provider", sorted(KNOWN))
def test_a_source_is_read_as_it_is_first_written(provider: str) -> None:
    example = yaml.safe_load(EXAMPLES)[provider]
    found = read(example, "prod" if provider == "promotion" else "dev")
    assert type(found) is KNOWN[provider]
    assert found.change_detection == example.get("changeDetection", "events")


@pytest.mark.parametrize(("provider", "way"), PAIRS)
def test_a_source_has_every_way_to_detect_a_change_that_aws_has(provider: str, way: str) -> None:
    found = read(source(provider, way), "prod" if provider == "promotion" else "dev")
    assert found.change_detection is ChangeDetection(way)
    assert (found.schedule is not None) == (way == "schedule")
    if found.schedule:
        assert (found.schedule.expression, found.schedule.time_zone) == tuple(SCHEDULE.values())


REASONS = {
    "ecr": "CodePipeline's action for ECR has no polling: EventBridge tells of each push",
    **dict.fromkeys(CONNECTED, "CodePipeline doesn't poll a connection: the provider tells it of each push"),
}


@pytest.mark.parametrize("provider", [one for one in PROVIDERS if one not in POLLED])
def test_polling_is_refused_with_the_reason_where_aws_has_none(provider: str) -> None:
    assert lines(source(provider, "polling")) == [
        f'{PLACE}.changeDetection: given "polling"; allowed: events, schedule, manual; {REASONS[provider]}'
    ]


def test_every_pair_is_either_made_or_refused() -> None:
    assert set(PROVIDERS) == set(KNOWN)
    refused = {(name, way) for name, one in KNOWN.items() for way in WAYS if ChangeDetection(way) in one.undetected}
    assert refused == {(name, way) for name in KNOWN for way in WAYS} - set(PAIRS)


FEEDS = {
    ("git-flow", "dev"): ("develop", ("develop",)),
    ("git-flow", "staging"): ("master", ("release/*", "hotfix/*")),
    ("git-flow", "prod"): ("master", ("master",)),
    ("trunk", "dev"): ("main", ("main",)),
    ("trunk", "staging"): ("main", ("main",)),
    ("trunk", "prod"): ("main", ("main",)),
}


@pytest.mark.parametrize("repository", [CODECOMMIT, GITHUB], ids=["codecommit", "github"])
@pytest.mark.parametrize(("flow", "stack"), FEEDS)
def test_one_word_says_which_branches_feed_a_stack(repository: dict[str, Any], flow: str, stack: str) -> None:
    found = read({**repository, "flow": flow}, stack)
    assert isinstance(found, GitSource)
    assert (found.branch, found.branches) == FEEDS[flow, stack]
    assert found.tags == ()


@pytest.mark.parametrize(
    ("stack", "names", "branch", "branches"),
    [
        ("dev", {"develop": "next"}, "next", ("next",)),
        ("staging", {"main": "main", "release": "rel/*"}, "main", ("rel/*", "hotfix/*")),
        ("staging", {"hotfix": "urgent/*"}, "master", ("release/*", "urgent/*")),
        ("prod", {"main": "stable"}, "stable", ("stable",)),
    ],
)
def test_a_team_may_call_the_branches_of_git_flow_otherwise(
    stack: str, names: dict[str, str], branch: str, branches: tuple[str, ...]
) -> None:
    found = read({**CODECOMMIT, "flow": "git-flow", "branchNames": names}, stack)
    assert (found.branch, found.branches) == (branch, branches)


def test_what_the_file_says_of_its_branches_has_the_last_word() -> None:
    found = read({**CODECOMMIT, "flow": "git-flow", "branch": "trial", "branches": ["trial", "feature/*"]})
    assert (found.branch, found.branches) == ("trial", ("trial", "feature/*"))
    by_tag = read({**GITHUB, "flow": "trunk", "tags": ["v*"]})
    assert (by_tag.branch, by_tag.branches, by_tag.tags) == ("main", (), ("v*",))


def test_polling_a_flow_is_refused_where_several_branches_feed_the_stack() -> None:
    polled = {**CODECOMMIT, "flow": "git-flow", "changeDetection": "polling"}
    assert lines(polled) == []
    (line,) = lines(polled, "staging")
    assert "polling looks at the branch master alone, not at release/*, hotfix/*" in line


def test_a_repository_that_is_owned_with_a_flow_has_its_pull_requests_checked() -> None:
    owned = read({**CODECOMMIT, "flow": "git-flow", "owned": True})
    assert isinstance(owned, CodeCommitSource)
    assert owned.checks is not None
    assert owned.checks.timeout_minutes == 20
    referred = read({**CODECOMMIT, "flow": "git-flow"})
    assert isinstance(referred, CodeCommitSource)
    assert referred.checks is None


def test_several_applications_of_one_repository_each_say_what_is_theirs() -> None:
    config = changed(config_of("dev"), (SOURCE, source("codecommit", owned=True, paths={"includes": ["shop/**"]})))
    till = changed(config, (SOURCE, source("codecommit", paths={"includes": ["till/**"], "excludes": ["**/*.md"]})))
    config["delivery:applications"]["till"] = till["delivery:applications"]["storefront"]
    assert said(config, stack="dev") == []
    config["delivery:applications"]["till"]["source"]["owned"] = True
    (line,) = said(config, stack="dev")
    assert line.startswith("applications.till.source.owned: ")


def test_a_bucket_is_owned_once_and_its_other_objects_are_others() -> None:
    config = changed(config_of("dev"), (SOURCE, source("s3", owned=True)))
    till = changed(config, (SOURCE, source("s3", key="till/bundle.zip")))
    config["delivery:applications"]["till"] = till["delivery:applications"]["storefront"]
    assert said(config, stack="dev") == []
    config["delivery:applications"]["till"]["source"]["owned"] = True
    assert said(config, stack="dev") == [
        "applications.till.source.owned: given true; allowed: one owner; applications.storefront owns the bucket too"
    ]


def test_what_was_built_elsewhere_is_not_built_again() -> None:
    assert isinstance(read(source("s3")), S3Source)
    for given, built in ((source("s3"), False), (source("s3", built=True), True), (source("ecr"), False)):
        application = good("dev", (SOURCE, given)).applications["storefront"]
        assert (application.build is None) is built
    twice = changed(config_of("dev"), (SOURCE, source("s3", built=True)), ((*STOREFRONT, "build"), {}))
    assert said(twice, stack="dev") == [
        f"{APP}.build: unknown key; with source.built somebody else has built it, and it isn't built twice"
    ]
    assert isinstance(read(source("promotion"), "prod"), PromotionSource)


def test_an_image_is_unpacked_and_brings_no_buildspec_of_its_own() -> None:
    image = changed(config_of("dev"), (SOURCE, source("ecr")), ((*STOREFRONT, "build"), {"timeoutMinutes": 30}))
    assert said(image, stack="dev") == []
    (line,) = said(changed(image, ((*STOREFRONT, "build", "buildspec"), "b.yml")), stack="dev")
    assert line.startswith(f"{APP}.build.buildspec: unknown key; with source.provider ecr the image is unpacked")
