"""Refuses a road that AWS would refuse, before anything is planned.

AWS answers a wrong pipeline with its first fault, after minutes of `pulumi up`; these rules name every fault at once,
with its place. What AWS decides is data in `components.stage_limits`, with the pages it comes from.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import pulumi

from components.later import Later
from components.stage_limits import ACTIONS, LIMITS, NAMES, RESERVED_NAMESPACES, artifacts_of
from components.stages import Action, Artifact, Category, Road, Stage
from components.trigger_rules import triggers

_NEVER: Final = (-1, -1)
_REFERENCE: Final = re.compile(r"#\{([^{}.]+)\.([^{}]+)\}")


class RoadError(pulumi.RunError):
    """The road can't be a pipeline. The message has one problem per line; Pulumi shows it without a traceback."""


def check(road: Road) -> None:
    """Raises `RoadError` with every problem of the road; a good road passes in silence."""
    found = problems(road)
    if found:
        raise RoadError("\n".join(found))


def problems(road: Road) -> list[str]:
    """Everything AWS would refuse, one sentence each, with pipeline, stage, action and artifact where they apply."""
    return [problem for rule in _RULES for problem in rule(road)]


def _at(road: Road, stage: Stage | None = None, action: Action | None = None, artifact: Artifact | None = None) -> str:
    """The place of a problem, as every message begins."""
    parts = [("pipeline", road), ("stage", stage), ("action", action), ("artifact", artifact)]
    return ", ".join(f"{word} {part.name!r}" for word, part in parts if part is not None)


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _sizes(road: Road) -> Iterator[str]:
    if not LIMITS.stages.hold(len(road.stages)):
        yield f"{_at(road)}: has {len(road.stages)} stages; AWS takes {LIMITS.stages}"
    for stage in road.stages:
        if not LIMITS.actions_per_stage.hold(len(stage.actions)):
            yield f"{_at(road, stage)}: has {len(stage.actions)} actions; AWS takes {LIMITS.actions_per_stage}"
    total = sum(len(stage.actions) for stage in road.stages)
    if not LIMITS.actions.hold(total):
        yield f"{_at(road)}: has {total} actions; AWS takes at most {LIMITS.actions.most}"


def _sources_come_first(road: Road) -> Iterator[str]:
    for index, stage in enumerate(road.stages):
        if index == 0 and stage.roll_back_on_failure:
            yield f"{_at(road, stage)}: a source stage can't be rolled back; set roll_back_on_failure on a later stage"
        for action in stage.actions:
            if (action.category == Category.SOURCE) != (index == 0):
                yield (
                    f"{_at(road, stage, action)}: is a {action.category} action; "
                    "the first stage holds Source actions only, and no other stage holds any"
                )


def _names(road: Road) -> Iterator[str]:
    def wrong(kind: str, name: str, place: str) -> Iterator[str]:
        if re.fullmatch(NAMES[kind].expression, name) is None:
            yield f"{place}: {name!r} is no {kind} name; AWS takes {NAMES[kind].in_words}"

    yield from wrong("pipeline", road.name, _at(road))
    for variable in road.variables:
        yield from wrong("variable", variable, _at(road))
    for stage in road.stages:
        yield from wrong("stage", stage.name, _at(road, stage))
        for action in stage.actions:
            yield from wrong("action", action.name, _at(road, stage, action))
            if action.owner == "Custom":
                yield from wrong("provider", action.provider, _at(road, stage, action))
            for artifact in dict.fromkeys(action.inputs + action.outputs):
                yield from wrong("artifact", artifact.name, _at(road, stage, action, artifact))
            if action.namespace is not None:
                yield from wrong("namespace", action.namespace, _at(road, stage, action))


def _names_are_unique(road: Road) -> Iterator[str]:
    for name in _repeated(stage.name for stage in road.stages):
        yield f"{_at(road)}, stage {name!r}: more than one stage has this name"
    for stage in road.stages:
        for name in _repeated(action.name for action in stage.actions):
            yield f"{_at(road, stage)}, action {name!r}: more than one action of the stage has this name"
    for kind, names_of in (("artifact", _outputs), ("namespace", _namespaces)):
        for name, makers in _makers(road, names_of).items():
            if len(makers) > 1:
                places = " and ".join(place for _, place in makers)
                yield f"{_at(road)}, {kind} {name!r}: is given more than once, by {places}"
    for stage, action in road.actions:
        if action.namespace in RESERVED_NAMESPACES:
            yield f"{_at(road, stage, action)}: namespace {action.namespace!r} belongs to CodePipeline; choose another"


_When = tuple[int, int]
"""The index of the stage and the run order in it: what is smaller has ended when the larger starts."""


def _makers(road: Road, names_of: Callable[[Action], Iterable[str]]) -> dict[str, list[tuple[_When, str]]]:
    """By name: when each of the actions that give it runs, and where that action is."""
    makers: dict[str, list[tuple[_When, str]]] = {}
    for index, stage in enumerate(road.stages):
        for action in stage.actions:
            for name in names_of(action):
                place = f"stage {stage.name!r} action {action.name!r}"
                makers.setdefault(name, []).append(((index, action.run_order), place))
    return makers


def _outputs(action: Action) -> Iterable[str]:
    return [artifact.name for artifact in action.outputs]


def _namespaces(action: Action) -> Iterable[str]:
    return [] if action.namespace is None else [action.namespace]


def _inputs_are_produced_earlier(road: Road) -> Iterator[str]:
    makers = _makers(road, _outputs)
    for index, stage in enumerate(road.stages):
        for action in stage.actions:
            for artifact in action.inputs:
                when, maker = min(makers.get(artifact.name, [(_NEVER, "")]))
                if when == _NEVER:
                    yield f"{_at(road, stage, action, artifact)}: no action produces this input"
                elif when >= (index, action.run_order):
                    yield (
                        f"{_at(road, stage, action, artifact)}: {maker} produces this input too late; "
                        "it must run in an earlier stage, or in this one with a lower run_order"
                    )


def _references(road: Road) -> Iterator[str]:
    makers = _makers(road, _namespaces)
    for index, stage in enumerate(road.stages):
        for action, key, value in _literals(stage):
            for namespace, variable in dict.fromkeys(_REFERENCE.findall(value)):
                place = f"{_at(road, stage, action)}: configuration {key!r} reads #{{{namespace}.{variable}}}"
                when, maker = min(makers.get(namespace, [(_NEVER, "")]))
                if namespace == "variables":
                    if variable not in road.variables:
                        yield f"{place}, but the pipeline declares {sorted(road.variables) or 'no variables'}"
                elif namespace in RESERVED_NAMESPACES:
                    continue
                elif when == _NEVER:
                    yield f"{place}, but no action has the namespace {namespace!r}"
                elif when >= (index, action.run_order):
                    yield f"{place}, which {maker} sets too late; it must run earlier"


def _conditions(road: Road) -> Iterator[str]:
    """An entry condition reads a variable that has its value by then; the first stage has none, for it can't be skipped
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works-conditions.html)."""
    makers = _makers(road, _namespaces)
    for index, stage in enumerate(road.stages):
        if stage.runs_if is None:
            continue
        place = f"{_at(road, stage)}, condition {stage.runs_if.name!r}"
        if index == 0:
            yield f"{place}: stands before the source stage, which can't be skipped"
        if re.fullmatch(NAMES["action"].expression, stage.runs_if.name) is None:
            yield f"{place}: is no rule name; AWS takes {NAMES['action'].in_words}"
        if not LIMITS.condition_characters.hold(len(stage.runs_if.expression)):
            yield (
                f"{place}: has an expression of {len(stage.runs_if.expression)} characters; "
                f"AWS takes {LIMITS.condition_characters}"
            )
        found = _REFERENCE.fullmatch(stage.runs_if.variable)
        if found is None:
            yield f"{place}: reads {stage.runs_if.variable!r}, which is no variable; it is written #{{namespace.NAME}}"
            continue
        namespace, variable = found.groups()
        when, _ = min(makers.get(namespace, [(_NEVER, "")]))
        if namespace == "variables" and variable not in road.variables:
            yield f"{place}: reads #{{variables.{variable}}}, which the pipeline doesn't declare"
        elif namespace not in RESERVED_NAMESPACES and not _NEVER < when < (index, 0):
            yield f"{place}: reads #{{{namespace}.{variable}}}, which no action before this stage sets"


def _literals(stage: Stage) -> Iterator[tuple[Action, str, str]]:
    """The configuration values that are known as text already; an `Output` is known only when AWS has answered."""
    for action in stage.actions:
        for key, value in action.configuration.items():
            if isinstance(value, str):
                yield action, key, value


def _providers_and_artifact_counts(road: Road) -> Iterator[str]:
    for stage, action in road.actions:
        counts = artifacts_of(action)
        if counts is None:
            known = ", ".join(f"{category}/{owner}/{provider}" for category, owner, provider in ACTIONS)
            yield (
                f"{_at(road, stage, action)}: AWS knows no action {action.category}/{action.owner}/{action.provider}; "
                f"known are {known}, and any provider of owner Custom"
            )
            continue
        for side, bounds, artifacts in (
            ("input", counts.inputs, action.inputs),
            ("output", counts.outputs, action.outputs),
        ):
            if not bounds.hold(len(artifacts)):
                names = ", ".join(repr(artifact.name) for artifact in artifacts) or "none"
                yield (
                    f"{_at(road, stage, action)}: has {len(artifacts)} {side} artifacts ({names}); "
                    f"{action.category}/{action.provider} takes {bounds}"
                )


def _primary_source(road: Road) -> Iterator[str]:
    for stage, action in road.actions:
        if action.owner != "AWS" or action.provider != "CodeBuild" or len(action.inputs) < 2:
            continue
        names = [artifact.name for artifact in action.inputs]
        primary = action.configuration.get("PrimarySource")
        if primary is None:
            yield f"{_at(road, stage, action)}: has inputs {names}; PrimarySource must say which holds the buildspec"
        elif isinstance(primary, str) and primary not in names:
            yield f"{_at(road, stage, action)}: PrimarySource {primary!r} is none of its inputs {names}"


def _configuration(road: Road) -> Iterator[str]:
    for stage, action in road.actions:
        for key, value in action.configuration.items():
            place = f"{_at(road, stage, action)}: configuration {key!r}"
            if not LIMITS.key_characters.hold(len(key)):
                yield f"{place} has a key of {len(key)} characters; AWS takes {LIMITS.key_characters}"
            if isinstance(value, pulumi.Output | Later) or hasattr(value, "__await__"):
                continue
            if not isinstance(value, str):
                yield f'{place} is a {type(value).__name__}; AWS takes text only, for example "false"'
            elif not LIMITS.value_characters.hold(len(value)):
                yield f"{place} has {len(value)} characters; AWS takes {LIMITS.value_characters}"


def _variables(road: Road) -> Iterator[str]:
    if not LIMITS.variables.hold(len(road.variables)):
        yield f"{_at(road)}: has {len(road.variables)} variables; AWS takes at most {LIMITS.variables.most}"
    for name, default in road.variables.items():
        if isinstance(default, str) and not LIMITS.variable_characters.hold(len(default)):
            yield (
                f"{_at(road)}: variable {name!r} has a default of {len(default)} characters; "
                f"AWS takes {LIMITS.variable_characters}"
            )


def _times(road: Road) -> Iterator[str]:
    for stage, action in road.actions:
        if not LIMITS.run_order.hold(action.run_order):
            yield f"{_at(road, stage, action)}: run_order is {action.run_order}; AWS takes {LIMITS.run_order}"
        if action.timeout_minutes is None:
            continue
        if action.category != Category.APPROVAL:
            yield f"{_at(road, stage, action)}: only approvals take timeout_minutes, this is a {action.category} action"
        elif not LIMITS.approval_minutes.hold(action.timeout_minutes):
            yield (
                f"{_at(road, stage, action)}: timeout_minutes is {action.timeout_minutes}; "
                f"AWS takes {LIMITS.approval_minutes}"
            )


_RULES: Final[tuple[Callable[[Road], Iterator[str]], ...]] = (
    _sizes,
    _sources_come_first,
    _names,
    _names_are_unique,
    _inputs_are_produced_earlier,
    _providers_and_artifact_counts,
    _primary_source,
    _configuration,
    _variables,
    _references,
    _conditions,
    _times,
    triggers,
)
