"""Triggers that AWS would refuse."""

from dataclasses import replace
from typing import Any

import pytest

from components.event_rule import described
from components.stage_rules import RoadError, check, problems
from components.stages import Action, Artifact, Category, Road, Stage
from components.triggers import (
    ChangedPathsTrigger,
    EventTrigger,
    GitTrigger,
    ManualTrigger,
    Patterns,
    PullRequestFilter,
    PushFilter,
)

CODE = Artifact("code")
SOURCE = Action(
    name="Source", category=Category.SOURCE, provider="CodeStarSourceConnection", outputs=(CODE,), namespace="Source"
)
CODECOMMIT = replace(SOURCE, provider="CodeCommit")
BUILD = Action(name="Build", category=Category.BUILD, provider="CodeBuild", inputs=(CODE,), namespace="Build")
MAIN = Patterns(includes=("main",))
PUSH = PushFilter(branches=MAIN)
REQUEST = PullRequestFilter(events=("OPEN",), branches=MAIN)
TRIGGER = GitTrigger(description="push", action="Source", pushes=(PUSH,))


def road(*triggers: GitTrigger, source: Action = SOURCE) -> Road:
    """A good road with these triggers."""
    stages = (Stage(name="Source", actions=(source,)), Stage(name="Build", actions=(BUILD,)))
    return Road(name="shop", stages=stages, triggers=triggers, variables={"BRANCH": "main"})


def pushed(*filters: PushFilter) -> GitTrigger:
    return replace(TRIGGER, pushes=filters)


def asked(*filters: PullRequestFilter) -> GitTrigger:
    return replace(TRIGGER, pushes=(), pull_requests=filters)


def globs(count: int) -> Patterns:
    return Patterns(includes=tuple(f"b{number}" for number in range(count)))


@pytest.mark.parametrize(
    "trigger",
    [
        TRIGGER,
        asked(REQUEST),
        pushed(PushFilter(tags=Patterns(includes=("v*",)))),
        pushed(PushFilter(paths=Patterns(excludes=("**/*.md",)))),
        pushed(PushFilter(branches=globs(8), paths=Patterns(includes=("x" * 255,)))),
        pushed(PUSH, PUSH, PUSH),
        replace(TRIGGER, pull_requests=(REQUEST, REQUEST, REQUEST)),
        asked(PullRequestFilter(events=("OPEN", "UPDATED", "CLOSED"), paths=MAIN)),
    ],
)
def test_what_aws_takes_of_a_trigger_is_taken(trigger: GitTrigger) -> None:
    assert list(problems(road(trigger))) == []


AT = "pipeline 'shop', trigger 1"

MALFORMED: list[tuple[Road, str]] = [
    (road(replace(TRIGGER, pushes=())), f"{AT}: has no filter; AWS takes at least one, of pushes or of pull requests"),
    (road(pushed(PUSH, PUSH, PUSH, PUSH)), f"{AT}: has 4 push filters; AWS takes 1 to 3"),
    (road(asked(*[REQUEST] * 4)), f"{AT}: has 4 pull request filters; AWS takes 1 to 3"),
    (
        road(pushed(PushFilter(tags=MAIN, branches=MAIN))),
        f"{AT}, push filter 1: has tags together with branches or paths; AWS takes tags alone",
    ),
    (
        road(pushed(PUSH, PushFilter(tags=MAIN, paths=MAIN))),
        f"{AT}, push filter 2: has tags together with branches or paths; AWS takes tags alone",
    ),
    (road(pushed(PushFilter())), f"{AT}, push filter 1: is empty; AWS takes branches, paths or tags"),
    (
        road(pushed(PushFilter(branches=globs(9)))),
        f"{AT}, push filter 1, branches: includes has 9 patterns; AWS takes at most 8",
    ),
    (
        road(pushed(PushFilter(branches=MAIN, paths=Patterns(excludes=globs(9).includes)))),
        f"{AT}, push filter 1, paths: excludes has 9 patterns; AWS takes at most 8",
    ),
    (
        road(pushed(PushFilter(tags=Patterns(includes=("v" * 256,))))),
        f"{AT}, push filter 1, tags: includes has a pattern of 256 characters; AWS takes 1 to 255",
    ),
    (
        road(pushed(PushFilter(tags=Patterns(includes=("",))))),
        f"{AT}, push filter 1, tags: includes has a pattern of 0 characters; AWS takes 1 to 255",
    ),
    (
        road(asked(replace(REQUEST, events=()))),
        f"{AT}, pull request filter 1: has no event; AWS takes OPEN, UPDATED, CLOSED",
    ),
    (
        road(asked(replace(REQUEST, branches=Patterns()))),
        f"{AT}, pull request filter 1: is empty; AWS takes branches or paths",
    ),
    (
        road(asked(replace(REQUEST, paths=globs(9)))),
        f"{AT}, pull request filter 1, paths: includes has 9 patterns; AWS takes at most 8",
    ),
    (
        road(replace(TRIGGER, action="Sourc")),
        f"{AT}: belongs to the action 'Sourc', which the pipeline doesn't have",
    ),
    (
        road(TRIGGER, source=CODECOMMIT),
        f"{AT}: belongs to a source of CodeCommit; only a connection has triggers, others have events",
    ),
    (
        road(TRIGGER, TRIGGER),
        "pipeline 'shop': more than one trigger belongs to the source action 'Source'; AWS takes one",
    ),
]


@pytest.mark.parametrize(("broken", "message"), MALFORMED, ids=[message for _, message in MALFORMED])
def test_a_trigger_that_aws_would_refuse_is_refused_with_its_place(broken: Road, message: str) -> None:
    assert list(problems(broken)) == [message]
    with pytest.raises(RoadError, match="pipeline 'shop'"):
        check(broken)


def test_more_triggers_than_a_pipeline_may_have_are_counted() -> None:
    many = road(*[replace(TRIGGER, action=f"Source{number}") for number in range(51)])
    assert "pipeline 'shop': has 51 triggers; AWS takes at most 50" in problems(many)


def test_events_and_hands_are_no_part_of_the_pipeline_and_have_no_such_limits() -> None:
    event = EventTrigger(name="object", description="new", pattern={}, input_paths={}, input_template="{}")
    started = replace(road(source=CODECOMMIT), triggers=(*[event] * 60, ManualTrigger(description="by hand")))
    assert list(problems(started)) == []


def event(**more: Any) -> Road:
    """A good road that CodeCommit starts by a function."""
    paths = Patterns(includes=("till/**",))
    started: dict[str, Any] = {"name": "branches", "description": "commit", "pattern": {"source": ["aws.codecommit"]}}
    of_function: dict[str, Any] = {"repository": "shop", "paths": paths, "action": "Source", "variable": "BRANCH"}
    return replace(road(source=CODECOMMIT), triggers=(ChangedPathsTrigger(**{**started, **of_function, **more}),))


def test_what_eventbridge_and_a_function_can_not_hold_is_refused() -> None:
    assert list(problems(event())) == []
    assert list(problems(event(pattern={"source": ["x" * 2032]}))) == []
    assert list(problems(event(pattern={"source": ["x" * 2033]}))) == [
        "pipeline 'shop', trigger 'branches': has an event pattern of 2049 characters; AWS takes 1 to 2048"
    ]
    most = ("x" * 250,) * 6
    assert list(problems(event(paths=Patterns(includes=most, excludes=most)))) == []
    (problem,) = problems(event(paths=Patterns(includes=most, excludes=(*most, "y"))))
    assert problem.endswith("has paths of 3001 characters together; the variables of a function hold 1 to 3000")


def test_a_long_description_of_a_rule_is_cut_to_what_aws_keeps() -> None:
    assert described("x" * 512) == "x" * 512
    assert described("x" * 513) == f"{'x' * 511}…"
