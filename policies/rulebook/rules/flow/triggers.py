"""What starts a pipeline: which branches, and by which road."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import partial
from itertools import product
from typing import Any

from rulebook.kit.facts import BUILD_WEBHOOK, EVENT_RULE, EVENT_TARGET, PIPELINE
from rulebook.kit.links import names
from rulebook.kit.pipeline import Action, actions
from rulebook.kit.rule import (
    Level,
    Levels,
    Outcome,
    Parameter,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Violation,
    each,
)
from rulebook.kit.telling import about, told_of
from rulebook.kit.values import Node, all_of, some
from rulebook.rules.flow.events import accepts, globs, pattern_of
from rulebook.rules.frameworks import owasp, slsa, well_architected
from rulebook.rules.names import NAMES
from rulebook.tiers import Tier

TRUNKS = ("main", "master", "trunk")
BRANCHES: Mapping[str, list[str]] = {
    Tier.DEVELOPMENT.value: [*("develop", "development", "dev", *TRUNKS), "feature/*", "bugfix/*", "fix/*", "hotfix/*"],
    Tier.STAGING.value: [*TRUNKS, "release/*", "hotfix/*"],
    Tier.PRODUCTION.value: [*TRUNKS, "hotfix/*"],
}
"""Git Flow (https://nvie.com/posts/a-successful-git-branching-model/), and its simpler form with a trunk."""

_COMMITS = "CodeCommit Repository State Change"
# Sources that look for changes themselves unless they are told not to:
# https://docs.aws.amazon.com/codepipeline/latest/userguide/PollForSourceChanges-defaults.html
_POLLING = frozenset({"CodeCommit", "S3", "GitHub"})
_EVENTS: Mapping[str, str] = {"CodeCommit": "aws.codecommit", "S3": "aws.s3", "ECR": "aws.ecr"}


def branch_matches_environment(resource: Resource) -> Iterator[Outcome]:
    """Only branches that belong to an environment are delivered to it."""
    tier = resource.environment.tier.value
    allowed = {**BRANCHES, **resource.parameters["allowedBranches"]}[tier]

    def judge(branches: tuple[Node, bool]) -> Iterator[Outcome]:
        node, is_pattern = branches
        wanted = _branches_of_regex(node.text()) if is_pattern else [node.text()]
        if not all(_is_within(branch, allowed) for branch in wanted):
            yield _stray(resource, node.path)

    def judge_push(push: Node) -> Iterator[Outcome]:
        includes = push["branches"]["includes"]
        if includes.present:
            yield from each([(one, False) for one in includes.items()], judge)
        elif not push["tags"].present and not _is_within("*", allowed):
            yield _stray(resource, f"{push.path}.branches.includes")

    if resource.kind is PIPELINE:
        yield from each([(node, False) for node in _source_branches(resource.properties)], judge)
        yield from each(_pushes(resource.properties), judge_push)
    elif resource.kind is BUILD_WEBHOOK:
        yield from each([(node, True) for node in _head_refs(resource.properties)], judge)
    elif not all(_is_within(branch, allowed) for branch in _committed_branches(resource)):
        yield _stray(resource, "eventPattern.detail.referenceName")


def _stray(resource: Resource, path: str) -> Violation:
    return Violation(
        message=f"{resource} takes in branches that don't belong to this environment, at `{path}`.", finding=path
    )


def _is_within(branch: str, allowed: list[str]) -> bool:
    """Whether a pattern's branches are all allowed: its `*` are taken as text, so only a `*` of ours covers them."""
    return any(fnmatchcase(branch, glob) for glob in allowed)


def _source_branches(properties: Node) -> Iterator[Node]:
    """The branches that source actions name; the older GitHub action has its own word."""
    for action in _sources(properties):
        nodes = (action.node["configuration"][key] for key in ("BranchName", "Branch"))
        yield from (node for node in nodes if node.present)


def _sources(properties: Node) -> list[Action]:
    # The first stage holds Source actions and nothing else.
    return [action for action in actions(properties) if action.stage_number == 0]


def _pushes(properties: Node) -> Iterator[Node]:
    for trigger in properties["triggers"].items():
        yield from trigger["gitConfiguration"]["pushes"].items()


def _head_refs(properties: Node) -> Iterator[Node]:
    """The patterns of branches that start a build by a push; on a pull request, the branch is what is to be checked."""
    for group in properties["filterGroups"].items():
        filters = group["filters"].items()
        events = [one["pattern"].text() for one in filters if one["type"].text() == "EVENT"]
        if any("PUSH" in event for event in events):
            yield from (
                one["pattern"]
                for one in filters
                if one["type"].text() == "HEAD_REF" and not one["excludeMatchedPattern"].flag(default=False)
            )


def _branches_of_regex(pattern: str) -> list[str]:
    """The branches that a regular expression on a ref means, `*` for any text.

    What can't be read as names of branches may be any of them.
    """
    if pattern.lstrip("^").startswith("refs/tags/"):
        return []
    start = "" if pattern.startswith("^") else "*"
    end = "" if pattern.endswith("$") else "*"
    plain = pattern.removeprefix("^").removesuffix("$")
    parts = re.split(r"\(\??:?([^()]*)\)", plain)
    choices = [part.split("|") if index % 2 else [part] for index, part in enumerate(parts)]
    found = []
    for choice in product(*choices):
        text = re.sub(r"\[\^/\][*+]|\.[*+]", "*", "".join(choice))
        text = re.sub(r"\\([/.\-_])", r"\1", text)
        if re.search(r"[\\^$+?()\[\]{}|]", text):
            return ["*"]
        # Every branch's ref begins so; what comes before it needs no anchor.
        of_ref = text.startswith("refs/heads/")
        found.append(f"{'' if of_ref else start}{text.removeprefix('refs/heads/')}{end}")
    return found


def _committed_branches(rule: Resource) -> list[str]:
    """The branches whose commits a rule hears of; none where it hears of something else."""
    if not rule.properties["eventPattern"].present:
        return []
    detail = pattern_of(rule)
    if not detail["detail-type"].present or not accepts(detail["detail-type"], _COMMITS):
        return []
    detail = detail["detail"]
    return globs(detail["referenceName"]) if accepts(detail["referenceType"], "branch") else []


def event_triggered(stack: Stack) -> Iterator[Outcome]:
    """A change starts the pipeline by itself, at once, and only once."""
    for pipeline in stack.of(PIPELINE):
        yield from about(pipeline, partial(_on_events, stack, pipeline))


def _on_events(stack: Stack, pipeline: Resource) -> Iterator[Outcome]:
    sources = _sources(pipeline.properties)

    def polls(action: Action) -> bool:
        flag = action.node["configuration"]["PollForSourceChanges"]
        return all_of(lambda: action.provider in _POLLING, lambda: flag.text("true") != "false")

    def starts(action: Action) -> bool:
        if action.provider == "CodeStarSourceConnection":
            detects = action.node["configuration"]["DetectChanges"].text("true") != "false"
            return detects or bool(pipeline.properties["triggers"].items())
        service = _EVENTS.get(action.provider)
        return service is None or some(
            stack.of(EVENT_TARGET),
            lambda target: all_of(lambda: names(target, "arn", pipeline), lambda: _is_fed_by(target, service, stack)),
        )

    def judge(action: Action) -> Iterator[Outcome]:
        if not stack.parameters["allowPolling"] and polls(action):
            yield Violation(
                message=f"{pipeline} polls its source at `{action.path}`.",
                finding=f"{action.path}.configuration.PollForSourceChanges",
            )

    yield from each(sources, judge)
    if sources and all_of(lambda: not some(sources, polls), lambda: not some(sources, starts)):
        yield Violation(
            message=f"{pipeline} is started by no change of its sources, only by hand.", finding="stages[0]"
        )


def _is_fed_by(target: Resource, service: str, stack: Stack) -> bool:
    rules = [rule for rule in stack.of(EVENT_RULE) if names(target, "rule", rule)]
    # The rule of another stack can't be seen; what it hears is not ours to doubt.
    return not rules or some(rules, lambda rule: told_of(rule, lambda: _hears_service(rule, service)))


def _hears_service(rule: Resource, service: str) -> bool:
    pattern = pattern_of(rule)
    return pattern.present and accepts(pattern["source"], service)


_BRANCHES_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {tier.value: NAMES for tier in Tier},
    "additionalProperties": False,
}

RULES = (
    ResourceRule(
        id="flow-branch-matches-environment",
        title="An environment takes in only the branches that belong to it.",
        why="A feature branch in production is a version that nobody merged. With CodeCommit the rule of EventBridge "
        "says which branches start a pipeline, whatever BranchName is; so such rules are asked too. Of a webhook, only "
        "what a push may start is.",
        fix="name only branches of this environment, or allow the branch by allowedBranches.",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(PIPELINE, BUILD_WEBHOOK, EVENT_RULE),
        reference="https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-filter.html",
        parameters=(
            Parameter(
                name="allowedBranches",
                schema=_BRANCHES_SCHEMA,
                default=dict(BRANCHES),
                description="The branches of each tier, `*` for any text; a tier that isn't given keeps its own.",
            ),
        ),
        frameworks=(owasp(4), slsa("Source Track", version="1.2")),
        check=branch_matches_environment,
    ),
    StackRule(
        id="flow-event-triggered",
        title="A change of the source starts the pipeline by an event.",
        why="Polling is late, is switched off by AWS after thirty idle days, and beside an event it starts every "
        "execution twice. CodeCommit and S3 sources poll unless they are told not to.",
        fix='set PollForSourceChanges to "false" and start the pipeline by an EventBridge rule with a target.',
        severity=Severity.LOW,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.ADVISORY),
        kinds=(PIPELINE, EVENT_RULE, EVENT_TARGET),
        reference="https://docs.aws.amazon.com/codepipeline/latest/userguide/change-detection-methods.html",
        parameters=(
            Parameter(
                name="allowPolling",
                schema={"type": "boolean"},
                default=False,
                description="Whether a source may look for changes itself.",
            ),
        ),
        frameworks=(well_architected("OPS05-BP10"),),
        check=event_triggered,
    ),
)
