"""What a source has to agree on with its application, its stack and the other applications."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from settings.flows import BRANCH_NAMES, Flow
from settings.problems import Path, Problem, given
from settings.siblings import at
from settings.stack import Stack

BAKE = "bake"
NEVER_SKIPPED = "approvals, alarms, verification, promotion and the record can't be skipped"


def _pull_requests_in_development(stack: Stack) -> Iterator[Problem]:
    for name, application in stack.applications():
        if at(application, "source", "pullRequests") and stack.defaults and not stack.defaults.pull_requests:
            tier = at(stack.values, "environment", "tier")
            message = f"unknown key; in {tier} nothing is delivered that isn't merged; checks builds pull requests"
            yield Problem(path=("applications", name, "source", "pullRequests"), message=message)


def _connections_near(stack: Stack) -> Iterator[Problem]:
    for name, application in stack.applications():
        arn = at(application, "source", "connection")
        if not isinstance(arn, str) or arn.count(":") < 5:
            continue
        owner = arn.split(":")[4]
        account = at(stack.values, "environment", "account")
        if account not in (None, owner):
            message = given(arn, f"a connection of the stack's account {account}")
            yield Problem(path=("applications", name, "source", "connection"), message=message)


def _objects_apart(stack: Stack) -> Iterator[Problem]:
    """A bucket is owned once, and has one key: that of the stack, or its own."""
    owners: dict[str, str] = {}
    for name, application in stack.applications():
        source = at(application, "source")
        bucket = at(source, "bucket")
        if at(source, "owned") is not True or not isinstance(bucket, str):
            continue
        path: Path = ("applications", name, "source")
        if bucket in owners:
            message = f"given true; allowed: one owner; applications.{owners[bucket]} owns the bucket too"
            yield Problem(path=(*path, "owned"), message=message)
        owners.setdefault(bucket, name)
        if at(source, "keyArn"):
            message = "unknown key; a bucket that the stack owns is encrypted with the stack's key"
            yield Problem(path=(*path, "keyArn"), message=message)


def _images_bring_no_files(stack: Stack) -> Iterator[Problem]:
    reasons = {
        "buildspec": "no repository holds a buildspec",
        "coverageThreshold": "no unit test runs",
        "batch": "that is one build",
    }
    for name, application in stack.applications():
        for key, reason in reasons.items() if at(application, "source", "provider") == "ecr" else ():
            if at(application, "build", key) is not None:
                message = f"unknown key; with source.provider ecr the image is unpacked, and {reason}"
                yield Problem(path=("applications", name, "build", key), message=message)


def _hotfix_lane(stack: Stack) -> Iterator[Problem]:
    for name, application in stack.applications():
        skip = at(application, "hotfix", "skip")
        if not isinstance(skip, list):
            continue
        path: Path = ("applications", name, "hotfix", "skip")
        if reason := _no_lane(stack, application):
            yield Problem(path=path[:-1], message=f"unknown key; {reason}")
            continue
        suites = at(application, "suites")
        suites = list(suites) if isinstance(suites, Mapping) else []
        allowed = [*suites, *([BAKE] if at(application, "deploy", "strategy") == "blue-green" else [])]
        for index, one in enumerate(skip):
            if one not in allowed:
                words = f"{', '.join(allowed)}; {NEVER_SKIPPED}" if allowed else f"nothing here; {NEVER_SKIPPED}"
                yield Problem(path=(*path, index), message=given(one, words))
        if suites and set(suites) <= set(skip):
            message = f"given every suite; allowed: all but one of {', '.join(suites)}: nothing is deployed untested"
            yield Problem(path=path, message=message)


def _no_lane(stack: Stack, application: Mapping[str, Any]) -> str:
    """Why no hotfix branch reaches this application in this stack, or an empty text."""
    source = at(application, "source")
    if at(source, "flow") != Flow.GIT_FLOW:
        return "only with source.flow git-flow there are hotfix branches"
    hotfix = at(source, "branchNames", "hotfix") or BRANCH_NAMES[Flow.GIT_FLOW]["hotfix"]
    branches = at(source, "branches")
    if branches is None and stack.defaults and not at(source, "tags"):
        feeds = stack.defaults.feeds[Flow.GIT_FLOW].branches
        branches = [hotfix] if "hotfix" in feeds else []
    if stack.defaults and hotfix not in (branches or []):
        return f"{hotfix} isn't among the branches that start this pipeline"
    return ""


SOURCE_RULES: tuple[Callable[[Stack], Iterator[Problem]], ...] = (
    _pull_requests_in_development,
    _connections_near,
    _objects_apart,
    _images_bring_no_files,
    _hotfix_lane,
)
