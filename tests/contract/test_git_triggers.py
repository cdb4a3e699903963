"""Pushes and pull requests of a connected repository against the planned triggers: what starts, and with what.

The evaluator of AWS's words has its own tests at the end.
"""

from functools import cache
from typing import Any

import pytest

from tests.contract.git_triggers import PullRequest, Push, Started, lets_in, matches, started
from tests.unit.lanes import CONNECTION, sourced
from tests.unit.planning import Planned, planned

COMMIT = "3e5983e4a1f0c0b2d7f1b2f4b8a9c6d5e4f30211"
RENAMED = {"main": "production", "develop": "next", "release": "rel/*", "hotfix": "urgent/*"}
CHECKOUT = {"includes": ["services/checkout/**", "libs/*.py"], "excludes": ["**/*.md"]}
REVIEWED = {"into": ["develop", "release/*"]}

STANDS: dict[str, tuple[str, dict[str, Any]]] = {
    "dev": ("dev", {"flow": "git-flow"}),
    "staging": ("staging", {"flow": "git-flow"}),
    "prod": ("prod", {"flow": "git-flow"}),
    "tagged": ("prod", {"flow": "git-flow", "tags": ["v*"]}),
    "renamed": ("staging", {"flow": "git-flow", "branchNames": RENAMED}),
    "trunk": ("staging", {"flow": "trunk"}),
    "checkout": ("staging", {"flow": "git-flow", "paths": CHECKOUT}),
    "reviewed": ("dev", {"flow": "git-flow", "pullRequests": REVIEWED}),
}
"""By name: whose stack file, and what its source says besides the repository."""


@cache
def stand(name: str) -> Planned:
    """One of the stacks."""
    stack, source = STANDS[name]
    return planned(stack, sourced(CONNECTION, **source))


def push(name: str, *files: str, kind: str = "branch") -> Push:
    """A push of one reference."""
    return Push(kind=kind, name=name, commit=COMMIT, files=files or ("README.md",))


def tag(name: str) -> Push:
    """A pushed tag."""
    return push(name, kind="tag")


def request(event: str, source: str, into: str, *files: str) -> PullRequest:
    """Something happened to a pull request."""
    return PullRequest(event=event, source=source, into=into, commit=COMMIT, files=files or ("README.md",))


TABLE: list[tuple[Push | PullRequest, str]] = [
    (push("develop"), "dev reviewed"),
    (push("develop", "services/checkout/app.py"), "dev reviewed"),
    (push("develop-2"), ""),
    (push("develop/2"), ""),
    (push("next"), ""),
    (push("feature/basket"), ""),
    (push("feature/release/1.2"), ""),
    (push("release/1.2"), "staging"),
    (push("release/1.2/rc/3"), "staging"),
    (push("release/1.2", "services/checkout/app.py"), "staging checkout"),
    (push("release/1.2", "services/checkout/deep/er/app.py"), "staging checkout"),
    (push("release/1.2", "libs/money.py"), "staging checkout"),
    (push("release/1.2", "libs/deep/money.py"), "staging"),
    (push("release/1.2", "services/checkout/README.md"), "staging"),
    (push("release/1.2", "services/basket/app.py"), "staging"),
    (push("release/1.2", "services/basket/app.py", "services/checkout/app.py"), "staging checkout"),
    (push("release"), ""),
    (push("releases/1.2"), ""),
    (push("rel/1.2"), "renamed"),
    (push("hotfix/1.2.1"), "staging"),
    (push("hotfix/x", "services/checkout/app.py"), "staging checkout"),
    (push("hotfix"), ""),
    (push("urgent/x"), "renamed"),
    (push("master"), "prod"),
    (push("mastery"), ""),
    (push("production"), ""),
    (push("main"), "trunk"),
    (push("v1.2"), ""),
    (tag("v1.2"), "tagged"),
    (tag("v2.0.0-rc.1"), "tagged"),
    (tag("nightly"), ""),
    (tag("develop"), ""),
    (tag("release/1.2"), ""),
    (request("OPEN", "feature/x", "develop"), "reviewed"),
    (request("UPDATED", "feature/x", "develop"), "reviewed"),
    (request("CLOSED", "feature/x", "develop"), ""),
    (request("OPEN", "fix/x", "release/1.2"), "reviewed"),
    (request("OPEN", "feature/x", "master"), ""),
    (request("OPEN", "develop", "feature/x"), ""),
    (request("UPDATED", "release/1.2", "master"), ""),
]


@pytest.mark.parametrize(("happened", "stands"), TABLE, ids=str)
def test_a_push_or_pull_request_starts_the_pipelines_of_the_table_and_no_other(
    happened: Push | PullRequest, stands: str
) -> None:
    assert {name for name in STANDS if started(stand(name), happened)} == set(stands.split())


@pytest.mark.parametrize(("happened", "stands"), TABLE, ids=str)
def test_a_started_pipeline_fetches_what_was_pushed(happened: Push | PullRequest, stands: str) -> None:
    reference = happened.name if isinstance(happened, Push) else happened.source
    for name in stands.split():
        pipeline = f"storefront-{STANDS[name][0]}"
        assert started(stand(name), happened) == [Started(pipeline, reference, COMMIT)]


@pytest.mark.parametrize("name", STANDS)
def test_nothing_but_the_trigger_starts_the_pipeline(name: str) -> None:
    """With `DetectChanges` each push to the branch of a manual start would count twice."""
    plan = stand(name)
    (source,) = plan.one("aws:codepipeline/pipeline:Pipeline").inputs["stages"][0]["actions"]
    assert source["configuration"]["DetectChanges"] == "false"
    # Events tell people, record approvals and withdraw stale ones; none of their targets is a pipeline.
    targets = plan.of("aws:cloudwatch/eventTarget:EventTarget")
    assert {one.inputs["arn"].split(":")[2] for one in targets} <= {"lambda", "sns", "logs"}
    (trigger,) = plan.one("aws:codepipeline/pipeline:Pipeline").inputs["triggers"]
    assert trigger["providerType"] == "CodeStarSourceConnection"
    assert trigger["gitConfiguration"]["sourceActionName"] == source["name"]


@pytest.mark.parametrize(
    ("glob", "inside", "outside"),
    [
        ("main", ["main"], ["main2", "xmain", "Main", "main/x", ""]),
        ("*", ["main", ""], ["release/1", "a/b"]),
        ("**", ["main", "release/1", "a/b/c", ""], []),
        ("release/*", ["release/1", "release/"], ["release", "release/1/2", "xrelease/1"]),
        ("release/**", ["release/1", "release/1/2", "release/"], ["release", "releases/1"]),
        ("*.java", ["a.java", ".java"], ["src/a.java", "a.java2"]),
        ("*.*", ["a.b", "."], ["a", "a/b.c"]),
        ("foo.?", ["foo.a"], ["foo.", "foo.ab", "foo./"]),
        ("directory/*", ["directory/a"], ["directory/a/b"]),
        ("directory/**", ["directory/a", "directory/a/b"], ["directory"]),
        ("**/README.md", ["a/README.md", "a/b/README.md", "/README.md"], ["README.md"]),
        ("common/**/*.js", ["common/a/b.js", "common/a/c/b.js"], ["common/b.js", "common/a/b.ts"]),
        ("a+b (1).py", ["a+b (1).py"], ["aab (1).py"]),
    ],
)
def test_a_pattern_means_what_aws_says(glob: str, inside: list[str], outside: list[str]) -> None:
    assert [name for name in inside if not matches(glob, name)] == []
    assert [name for name in outside if matches(glob, name)] == []


@pytest.mark.parametrize("glob", ["*.{java,class}", "[ab].py", "a\\*"])
def test_a_pattern_that_no_stack_file_can_say_is_refused_rather_than_misread(glob: str) -> None:
    with pytest.raises(ValueError, match="set, a group or an escape"):
        matches(glob, "a.java")


@pytest.mark.parametrize(
    ("one", "happened", "expected"),
    [
        ({"branches": {"includes": ["a/**"], "excludes": ["a/b"]}}, push("a/c"), True),
        ({"branches": {"includes": ["a/**"], "excludes": ["a/b"]}}, push("a/b"), False),
        ({"branches": {"excludes": ["a"]}}, push("b"), True),
        ({"branches": {"excludes": ["a"]}}, push("a"), False),
        ({"branches": {"includes": ["a"]}, "filePaths": {"includes": ["x/**"]}}, push("a", "x/1", "y/1"), True),
        ({"branches": {"includes": ["a"]}, "filePaths": {"includes": ["x/**"]}}, push("a", "y/1"), False),
        ({"branches": {"includes": ["a"]}, "filePaths": {"includes": ["x/**"]}}, push("b", "x/1"), False),
        ({"filePaths": {"includes": ["**"], "excludes": ["*.md"]}}, push("a", "1.md", "2.md"), False),
        ({"filePaths": {"includes": ["**"], "excludes": ["*.md"]}}, push("a", "1.md", "2.py"), True),
        ({"branches": {"includes": ["**"]}}, tag("v1"), False),
        ({"tags": {"includes": ["v*"]}}, tag("v1"), True),
        ({"tags": {"includes": ["v*"]}}, push("v1"), False),
        ({"events": ["OPEN"], "branches": {"includes": ["a"]}}, request("OPEN", "x", "a"), True),
        ({"events": ["OPEN"], "branches": {"includes": ["a"]}}, request("UPDATED", "x", "a"), False),
        ({"events": ["OPEN"], "branches": {"includes": ["a"]}}, request("OPEN", "a", "x"), False),
        ({"branches": {"includes": ["a"]}}, request("OPEN", "x", "a"), False),
    ],
    ids=str,
)
def test_a_filter_lets_in_what_aws_says(one: dict[str, Any], happened: Push | PullRequest, expected: bool) -> None:
    assert lets_in(one, happened) is expected
