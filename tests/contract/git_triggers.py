"""What CodePipeline does with a push or a pull request by the triggers of a planned pipeline.

AWS tells it in words: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-filter.html, and how patterns
are read: https://docs.aws.amazon.com/codepipeline/latest/userguide/syntax-glob.html. Nothing here is asked of AWS.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.unit.planning import Planned

FILTER_KEYS = {"push": {"branches", "tags", "filePaths"}, "pull request": {"branches", "filePaths", "events"}}


@dataclass(frozen=True, kw_only=True)
class Push:
    """A push of one reference.

    Args:
        kind: `branch` or `tag`.
        name: of the reference, without `refs/…`.
        commit: its new head.
        files: what the push changed.
    """

    kind: str
    name: str
    commit: str
    files: tuple[str, ...] = ("README.md",)


@dataclass(frozen=True, kw_only=True)
class PullRequest:
    """Something happened to a pull request.

    Args:
        event: `OPEN`, `UPDATED` or `CLOSED`.
        source: the branch that would be merged.
        into: the branch that it would be merged into.
        commit: the head of the source branch.
        files: what it changes.
    """

    event: str
    source: str
    into: str
    commit: str
    files: tuple[str, ...] = ("README.md",)


@dataclass(frozen=True)
class Started:
    """What arrives in the pipeline: its name, and the branch (or tag) and commit that the source fetches."""

    pipeline: str
    reference: str
    commit: str


def started(plan: Planned, happened: Push | PullRequest) -> list[Started]:
    """The executions that a push or a pull request starts: one for each trigger of which any filter lets it in."""
    return [
        Started(
            pipeline=pipeline.inputs["name"],
            # A pull request runs with the head of its source branch.
            reference=happened.name if isinstance(happened, Push) else happened.source,
            commit=happened.commit,
        )
        for pipeline in plan.of("aws:codepipeline/pipeline:Pipeline")
        for trigger in pipeline.inputs.get("triggers", [])
        if any(lets_in(one, happened) for one in _filters(trigger["gitConfiguration"], happened))
    ]


def _filters(configuration: Mapping[str, Any], happened: Push | PullRequest) -> Iterator[Mapping[str, Any]]:
    kind, key = ("push", "pushes") if isinstance(happened, Push) else ("pull request", "pullRequests")
    for one in configuration.get(key, []):
        assert set(one) <= FILTER_KEYS[kind], f"nothing says what a {kind} filter does with {set(one)}"
        yield one


def lets_in(one: Mapping[str, Any], happened: Push | PullRequest) -> bool:
    """Whether a filter lets it in: every criterion that the filter has must."""
    if isinstance(happened, PullRequest):
        return (
            happened.event in one.get("events", [])
            and _names(one.get("branches"), [happened.into])
            and _names(one.get("filePaths"), happened.files)
        )
    # A filter of tags knows no branch, and one of branches no tag.
    if (happened.kind == "tag") != ("tags" in one):
        return False
    return _names(one.get("tags" if happened.kind == "tag" else "branches"), [happened.name]) and _names(
        one.get("filePaths"), happened.files
    )


def _names(criterion: Mapping[str, Sequence[str]] | None, names: Sequence[str]) -> bool:
    """Whether one of the names is meant: included, or nothing is, and not excluded, which goes first."""
    if criterion is None:
        return True
    included = criterion.get("includes") or ["**"]
    excluded = criterion.get("excludes") or []
    return any(
        any(matches(glob, name) for glob in included) and not any(matches(glob, name) for glob in excluded)
        for name in names
    )


def matches(glob: str, name: str) -> bool:
    """Whether a name as a whole is what a pattern means: `*` within a folder, `**` across folders, `?` one character.

    Sets and groups are written by nothing here, and refused.
    """
    if re.search(r"[\[\]{}\\]", glob):
        raise ValueError(f"{glob} has a set, a group or an escape; no stack file may say one")
    words = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.findall(r"\*\*|\*|\?|[^*?]+", glob)
    return re.fullmatch("".join(words.get(part, re.escape(part)) for part in parts), name) is not None
