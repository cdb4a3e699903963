"""Refuses a road that AWS would refuse, before anything is planned.

AWS answers a wrong pipeline with its first fault, after minutes of `pulumi up`; these rules name every fault at once,
with its place. What AWS decides is data in `components.stage_limits`, with the pages it comes from.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import pulumi

from components.action_rules import action_rules
from components.condition_rules import conditions
from components.later import Later
from components.road_order import NEVER, REFERENCE, at, makers_of, namespaces, outputs, repeated
from components.stage_limits import ACTIONS, LIMITS, NAMES, RESERVED_NAMESPACES, artifacts_of
from components.stages import Action, Category, Road, Stage
from components.trigger_rules import triggers


class RoadError(pulumi.RunError):
    """The road can't be a pipeline. The message has one problem per line; Pulumi shows it without a traceback."""


def check(road: Road, *, known: Sequence[str] = ()) -> None:
    """Raises `RoadError` with every problem of the road; a good road passes in silence.

    Args:
        road: the pipeline.
        known: what is wrong already.
    """
    found = [*known, *problems(road)]
    if found:
        raise RoadError("\n".join(found))


def problems(road: Road) -> list[str]:
    """Everything AWS would refuse, one sentence each, with pipeline, stage, action and artifact where they apply."""
    return [problem for rule in _RULES for problem in rule(road)]


def _sizes(road: Road) -> Iterator[str]:
    if not LIMITS.stages.hold(len(road.stages)):
        yield f"{at(road)}: has {len(road.stages)} stages; AWS takes {LIMITS.stages}"
    for stage in road.stages:
        if not LIMITS.actions_per_stage.hold(len(stage.actions)):
            yield f"{at(road, stage)}: has {len(stage.actions)} actions; AWS takes {LIMITS.actions_per_stage}"
    total = sum(len(stage.actions) for stage in road.stages)
    if not LIMITS.actions.hold(total):
        yield f"{at(road)}: has {total} actions; AWS takes at most {LIMITS.actions.most}"


def _sources_come_first(road: Road) -> Iterator[str]:
    for index, stage in enumerate(road.stages):
        for action in stage.actions:
            if (action.category == Category.SOURCE) != (index == 0):
                yield (
                    f"{at(road, stage, action)}: is a {action.category} action; "
                    "the first stage holds Source actions only, and no other stage holds any"
                )


def _names(road: Road) -> Iterator[str]:
    def wrong(kind: str, name: str, place: str) -> Iterator[str]:
        if re.fullmatch(NAMES[kind].expression, name) is None:
            yield f"{place}: {name!r} is no {kind} name; AWS takes {NAMES[kind].in_words}"

    yield from wrong("pipeline", road.name, at(road))
    for variable in road.variables:
        yield from wrong("variable", variable, at(road))
    for stage in road.stages:
        yield from wrong("stage", stage.name, at(road, stage))
        for action in stage.actions:
            yield from wrong("action", action.name, at(road, stage, action))
            if action.owner == "Custom":
                yield from wrong("provider", action.provider, at(road, stage, action))
            for artifact in dict.fromkeys(action.inputs + action.outputs):
                yield from wrong("artifact", artifact.name, at(road, stage, action, artifact))
            if action.namespace is not None:
                yield from wrong("namespace", action.namespace, at(road, stage, action))


def _names_are_unique(road: Road) -> Iterator[str]:
    for name in repeated(stage.name for stage in road.stages):
        yield f"{at(road)}, stage {name!r}: more than one stage has this name"
    for stage in road.stages:
        for name in repeated(action.name for action in stage.actions):
            yield f"{at(road, stage)}, action {name!r}: more than one action of the stage has this name"
    for kind, names_of in (("artifact", outputs), ("namespace", namespaces)):
        for name, makers in makers_of(road, names_of).items():
            if len(makers) > 1:
                places = " and ".join(place for _, place in makers)
                yield f"{at(road)}, {kind} {name!r}: is given more than once, by {places}"
    for stage, action in road.actions:
        if action.namespace in RESERVED_NAMESPACES:
            yield f"{at(road, stage, action)}: namespace {action.namespace!r} belongs to CodePipeline; choose another"


def _inputs_are_produced_earlier(road: Road) -> Iterator[str]:
    makers = makers_of(road, outputs)
    for index, stage in enumerate(road.stages):
        for action in stage.actions:
            for artifact in action.inputs:
                when, maker = min(makers.get(artifact.name, [(NEVER, "")]))
                if when == NEVER:
                    yield f"{at(road, stage, action, artifact)}: no action produces this input"
                elif when >= (index, action.run_order):
                    yield (
                        f"{at(road, stage, action, artifact)}: {maker} produces this input too late; "
                        "it must run in an earlier stage, or in this one with a lower run_order"
                    )


def _references(road: Road) -> Iterator[str]:
    makers = makers_of(road, namespaces)
    for index, stage in enumerate(road.stages):
        for action, key, value in _literals(stage):
            for namespace, variable in dict.fromkeys(REFERENCE.findall(value)):
                place = f"{at(road, stage, action)}: configuration {key!r} reads #{{{namespace}.{variable}}}"
                when, maker = min(makers.get(namespace, [(NEVER, "")]))
                if namespace == "variables":
                    if variable not in road.variables:
                        yield f"{place}, but the pipeline declares {sorted(road.variables) or 'no variables'}"
                elif namespace in RESERVED_NAMESPACES:
                    continue
                elif when == NEVER:
                    yield f"{place}, but no action has the namespace {namespace!r}"
                elif when >= (index, action.run_order):
                    yield f"{place}, which {maker} sets too late; it must run earlier"


def _literals(stage: Stage) -> Iterator[tuple[Action, str, str]]:
    """The configuration values that are known as text already; an `Output` is known only when AWS has answered."""
    for action in stage.actions:
        for key, value in action.configuration.items():
            if isinstance(value, str):
                yield action, key, value
        for number, command in enumerate(action.commands, start=1):
            yield action, f"command {number}", command


def _providers_and_artifact_counts(road: Road) -> Iterator[str]:
    for stage, action in road.actions:
        counts = artifacts_of(action)
        if counts is None:
            known = ", ".join(f"{category}/{owner}/{provider}" for category, owner, provider in ACTIONS)
            yield (
                f"{at(road, stage, action)}: AWS knows no action {action.category}/{action.owner}/{action.provider}; "
                f"known are {known}, and any provider of owner Custom"
            )
            continue
        if action.owner != "Custom" and action.version != counts.version:
            yield (
                f"{at(road, stage, action)}: is version {action.version!r} of {action.category}/{action.provider}; "
                f"AWS has version {counts.version!r}"
            )
        for side, bounds, artifacts in (
            ("input", counts.inputs, action.inputs),
            ("output", counts.outputs, action.outputs),
        ):
            if not bounds.hold(len(artifacts)):
                names = ", ".join(repr(artifact.name) for artifact in artifacts) or "none"
                yield (
                    f"{at(road, stage, action)}: has {len(artifacts)} {side} artifacts ({names}); "
                    f"{action.category}/{action.provider} takes {bounds}"
                )


def _primary_source(road: Road) -> Iterator[str]:
    for stage, action in road.actions:
        if action.owner != "AWS" or action.provider != "CodeBuild" or len(action.inputs) < 2:
            continue
        names = [artifact.name for artifact in action.inputs]
        primary = action.configuration.get("PrimarySource")
        if primary is None:
            yield f"{at(road, stage, action)}: has inputs {names}; PrimarySource must say which holds the buildspec"
        elif isinstance(primary, str) and primary not in names:
            yield f"{at(road, stage, action)}: PrimarySource {primary!r} is none of its inputs {names}"


def _configuration(road: Road) -> Iterator[str]:
    for stage, action in road.actions:
        for key, value in action.configuration.items():
            place = f"{at(road, stage, action)}: configuration {key!r}"
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
        yield f"{at(road)}: has {len(road.variables)} variables; AWS takes at most {LIMITS.variables.most}"
    for name, default in road.variables.items():
        if isinstance(default, str) and not LIMITS.variable_characters.hold(len(default)):
            yield (
                f"{at(road)}: variable {name!r} has a default of {len(default)} characters; "
                f"AWS takes {LIMITS.variable_characters}"
            )
    for name, description in road.descriptions.items():
        if not LIMITS.description_characters.hold(len(description)):
            yield (
                f"{at(road)}: variable {name!r} has a description of {len(description)} characters; "
                f"AWS takes {LIMITS.description_characters}"
            )


def _times(road: Road) -> Iterator[str]:
    for stage, action in road.actions:
        if not LIMITS.run_order.hold(action.run_order):
            yield f"{at(road, stage, action)}: run_order is {action.run_order}; AWS takes {LIMITS.run_order}"
        if action.timeout_minutes is None:
            continue
        if action.category != Category.APPROVAL:
            yield f"{at(road, stage, action)}: only approvals take timeout_minutes, this is a {action.category} action"
        elif not LIMITS.approval_minutes.hold(action.timeout_minutes):
            yield (
                f"{at(road, stage, action)}: timeout_minutes is {action.timeout_minutes}; "
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
    conditions,
    action_rules,
    _times,
    triggers,
)
