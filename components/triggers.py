"""What starts a pipeline, as data.

A source returns triggers; `Pipeline` makes the resources of each; pictures read `kind` and `description` alone. To add
one: a class here, its rules in `trigger_rules`, its resources in `starts`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """Something that starts the pipeline.

    Args:
        kind: in one word, for pictures: `event`, `polling`, `schedule`, `manual`.
        description: on what, in words for people.
    """

    kind: str
    description: str


@dataclass(frozen=True, kw_only=True)
class ManualTrigger(Trigger):
    """A person, in the console or by `StartPipelineExecution`."""

    kind: str = field(default="manual", init=False)


@dataclass(frozen=True, kw_only=True)
class PollingTrigger(Trigger):
    """CodePipeline itself, which looks for a change every minute. It is part of the source action's configuration.

    AWS advises against it, and stops it where a pipeline hasn't run for 30 days
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/update-change-detection.html).
    """

    kind: str = field(default="polling", init=False)


@dataclass(frozen=True, kw_only=True)
class ScheduleTrigger(Trigger):
    """EventBridge Scheduler, which starts the pipeline with whatever the source holds then.

    Args:
        expression: `cron(…)` of six fields, or `rate(…)`
            (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
        time_zone: of the IANA database, in which a cron expression is meant; daylight saving is Scheduler's business.
    """

    kind: str = field(default="schedule", init=False)
    expression: str
    time_zone: str


@dataclass(frozen=True, kw_only=True)
class EventTrigger(Trigger):
    """An EventBridge event, and what of it the pipeline is handed.

    Args:
        name: ends the rule's name, for example `branches`.
        pattern: which events
            (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html).
        input_paths: names for parts of the event.
        input_template: the body of `StartPipelineExecution`, with `<name>` in the places of those parts
            (https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-trigger-source-overrides.html).
    """

    kind: str = field(default="event", init=False)
    name: str
    pattern: Mapping[str, object]
    input_paths: Mapping[str, str]
    input_template: str


def event_pattern(pattern: Mapping[str, object]) -> str:
    """A pattern as EventBridge takes it."""
    return json.dumps(pattern, sort_keys=True)


@dataclass(frozen=True, kw_only=True)
class Patterns:
    """Glob patterns: what is meant, without what is excluded; `*` within a folder, `**` across folders.

    An empty `includes` means everything.
    """

    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.includes or self.excludes)

    def __str__(self) -> str:
        words = ", ".join(self.includes) or "anything"
        return f"{words} but {', '.join(self.excludes)}" if self.excludes else words


@dataclass(frozen=True, kw_only=True)
class ChangedPathsTrigger(Trigger):
    """An EventBridge event that counts only if it changed certain files: CodePipeline can't tell that of CodeCommit.

    A function compares the commits of the event and starts the pipeline itself (`functions/start_changed`).

    Args:
        name: ends the rule's name.
        pattern: which events are looked at.
        repository: whose commits are compared.
        paths: which files count.
        action: the source action that gets the commit.
        variable: the pipeline variable that gets the branch.
    """

    kind: str = field(default="event", init=False)
    name: str
    pattern: Mapping[str, object]
    repository: str
    paths: Patterns
    action: str
    variable: str


@dataclass(frozen=True, kw_only=True)
class PushFilter:
    """Pushes: of tags, or of branches, or of files on branches; AWS takes tags alone."""

    branches: Patterns = Patterns()
    tags: Patterns = Patterns()
    paths: Patterns = Patterns()


PullRequestEvent = Literal["OPEN", "UPDATED", "CLOSED"]


@dataclass(frozen=True, kw_only=True)
class PullRequestFilter:
    """What happens to a pull request; `branches` are those it would be merged into."""

    events: tuple[PullRequestEvent, ...]
    branches: Patterns = Patterns()
    paths: Patterns = Patterns()


@dataclass(frozen=True, kw_only=True)
class GitTrigger(Trigger):
    """CodePipeline's own trigger on a repository behind a connection; no other source can have it
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-triggers.html).

    Args:
        action: the source action it belongs to.
        pushes: any of them starts the pipeline.
        pull_requests: any of them does, too.
    """

    kind: str = field(default="event", init=False)
    action: str
    pushes: tuple[PushFilter, ...] = ()
    pull_requests: tuple[PullRequestFilter, ...] = ()
