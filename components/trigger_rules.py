"""Refuses what AWS would refuse of a pipeline's triggers."""

from collections.abc import Iterator

from components.stage_limits import LIMITS
from components.stages import Road
from components.triggers import (
    ChangedPathsTrigger,
    EventTrigger,
    GitTrigger,
    Patterns,
    PullRequestFilter,
    PushFilter,
    event_pattern,
)


def triggers(road: Road) -> Iterator[str]:
    """One sentence for each thing that AWS would refuse
    (https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GitConfiguration.html)."""
    git = [trigger for trigger in road.triggers if isinstance(trigger, GitTrigger)]
    if len(git) > LIMITS.triggers.most:
        yield f"pipeline {road.name!r}: has {len(git)} triggers; AWS takes at most {LIMITS.triggers.most}"
    for number, trigger in enumerate(git, start=1):
        place = f"pipeline {road.name!r}, trigger {number}"
        yield from _source(road, trigger, place)
        yield from _filters(trigger, place)
    for event in road.triggers:
        if isinstance(event, EventTrigger | ChangedPathsTrigger):
            yield from _event(event, f"pipeline {road.name!r}, trigger {event.name!r}")
    for name in sorted({one.action for one in git if [other.action for other in git].count(one.action) > 1}):
        yield f"pipeline {road.name!r}: more than one trigger belongs to the source action {name!r}; AWS takes one"


def _event(trigger: EventTrigger | ChangedPathsTrigger, place: str) -> Iterator[str]:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"""
    size = len(event_pattern(trigger.pattern))
    if not LIMITS.event_pattern_characters.hold(size):
        yield f"{place}: has an event pattern of {size} characters; AWS takes {LIMITS.event_pattern_characters}"
    if isinstance(trigger, ChangedPathsTrigger):
        size = sum(len(glob) for glob in (*trigger.paths.includes, *trigger.paths.excludes))
        if not LIMITS.function_paths_characters.hold(size):
            yield (
                f"{place}: has paths of {size} characters together; "
                f"the variables of a function hold {LIMITS.function_paths_characters}"
            )


def _source(road: Road, trigger: GitTrigger, place: str) -> Iterator[str]:
    action = next((one for _, one in road.actions if one.name == trigger.action), None)
    if action is None:
        yield f"{place}: belongs to the action {trigger.action!r}, which the pipeline doesn't have"
    elif action.provider != "CodeStarSourceConnection":
        yield f"{place}: belongs to a source of {action.provider}; only a connection has triggers, others have events"


def _filters(trigger: GitTrigger, place: str) -> Iterator[str]:
    if not trigger.pushes and not trigger.pull_requests:
        yield f"{place}: has no filter; AWS takes at least one, of pushes or of pull requests"
    for word, filters in (("push", trigger.pushes), ("pull request", trigger.pull_requests)):
        if len(filters) > LIMITS.filters.most:
            yield f"{place}: has {len(filters)} {word} filters; AWS takes {LIMITS.filters}"
    for index, push in enumerate(trigger.pushes, start=1):
        yield from _push(push, f"{place}, push filter {index}")
    for index, pulled in enumerate(trigger.pull_requests, start=1):
        yield from _pull_request(pulled, f"{place}, pull request filter {index}")


def _push(push: PushFilter, place: str) -> Iterator[str]:
    if push.tags and (push.branches or push.paths):
        yield f"{place}: has tags together with branches or paths; AWS takes tags alone"
    if not (push.tags or push.branches or push.paths):
        yield f"{place}: is empty; AWS takes branches, paths or tags"
    for word, patterns in (("branches", push.branches), ("tags", push.tags), ("paths", push.paths)):
        yield from _patterns(patterns, f"{place}, {word}")


def _pull_request(pulled: PullRequestFilter, place: str) -> Iterator[str]:
    if not pulled.events:
        yield f"{place}: has no event; AWS takes OPEN, UPDATED, CLOSED"
    if not (pulled.branches or pulled.paths):
        yield f"{place}: is empty; AWS takes branches or paths"
    for word, patterns in (("branches", pulled.branches), ("paths", pulled.paths)):
        yield from _patterns(patterns, f"{place}, {word}")


def _patterns(patterns: Patterns, place: str) -> Iterator[str]:
    for side, globs in (("includes", patterns.includes), ("excludes", patterns.excludes)):
        if len(globs) > LIMITS.patterns.most:
            yield f"{place}: {side} has {len(globs)} patterns; AWS takes at most {LIMITS.patterns.most}"
        for glob in globs:
            if not LIMITS.pattern_characters.hold(len(glob)):
                yield f"{place}: {side} has a pattern of {len(glob)} characters; AWS takes {LIMITS.pattern_characters}"
