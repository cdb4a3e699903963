"""Refuses what AWS would refuse of a stage's conditions
(https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works-conditions.html)."""

import re
from collections.abc import Iterator
from typing import Final

from components.conditions import Condition, Result, Rule
from components.provider_rules import of_provider
from components.road_order import NEVER, REFERENCE, When, at, makers_of, namespaces, outputs, repeated
from components.stage_limits import LIMITS, NAMES, RESERVED_NAMESPACES
from components.stages import Road, Stage

_RESULTS: Final = {
    "before entry": (Result.FAIL, Result.SKIP),
    "on success": (Result.FAIL, Result.ROLLBACK),
    "on failure": (Result.ROLLBACK,),
}
_SKIPPING: Final = ("LambdaInvoke", "VariableCheck")
"""The rules that may skip a stage."""


def conditions(road: Road) -> Iterator[str]:
    """One sentence for each thing that AWS would refuse."""
    for index, stage in enumerate(road.stages):
        if index == 0 and stage.on_failure:
            yield f"{at(road, stage)}: a source stage can't be rolled back or tried again; a later one can"
        if stage.on_failure and (stage.on_failure.result == Result.RETRY) != (stage.on_failure.retry is not None):
            yield f"{at(road, stage)}: on failure, RETRY and what is tried again belong together"
        if stage.on_failure and stage.on_failure.retry and stage.on_failure.condition:
            yield f"{at(road, stage)}: on failure, an automatic retry has no rules; AWS takes one or the other"
        if index == 0 and stage.on_success and stage.on_success.result == Result.ROLLBACK:
            yield f"{at(road, stage)}: on success, a source stage can't be rolled back; a later one can"
        for when, condition in stage.conditions.items():
            if index == 0 and when == "before entry":
                names = ", ".join(repr(rule.name) for rule in condition.rules)
                yield f"{at(road, stage)}, condition {names}: stands before the source stage, which has no entry"
            yield from _condition(road, stage, when, condition)
            for rule in condition.rules:
                yield from _rule(road, index, when, rule)


def _condition(road: Road, stage: Stage, when: str, condition: Condition) -> Iterator[str]:
    place = f"{at(road, stage)}, {when}"
    if condition.result not in _RESULTS[when]:
        allowed = " or ".join(_RESULTS[when])
        yield f"{place}: ends in {condition.result}; AWS takes {allowed}"
    if not LIMITS.rules.hold(len(condition.rules)):
        yield f"{place}: has {len(condition.rules)} rules; AWS takes {LIMITS.rules}"
    for name in repeated(rule.name for rule in condition.rules):
        yield f"{place}: more than one rule has the name {name!r}"
    providers = {rule.provider for rule in condition.rules}
    if when == "before entry" and {"DeploymentWindow", "CloudWatchAlarm"} <= providers:
        yield f"{place}: an alarm beside a window is asked before the window opens, and not again"
    if condition.result == Result.SKIP:
        for rule in condition.rules:
            if rule.provider not in _SKIPPING:
                yield f"{place}: a rule of {rule.provider} can't skip a stage; {' and '.join(_SKIPPING)} can"


def _rule(road: Road, index: int, when: str, rule: Rule) -> Iterator[str]:
    place = f"{at(road, road.stages[index])}, condition {rule.name!r}"
    if re.fullmatch(NAMES["action"].expression, rule.name) is None:
        yield f"{place}: is no rule name; AWS takes {NAMES['action'].in_words}"
    for key, value in rule.configuration.items():
        if isinstance(value, str) and not LIMITS.condition_characters.hold(len(value)):
            yield f"{place}: {key} has {len(value)} characters; AWS takes {LIMITS.condition_characters}"
    before = (index, 0) if when == "before entry" else (index + 1, 0)
    yield from of_provider(rule, place)
    for name in rule.inputs:
        made_at, _ = min(makers_of(road, outputs).get(name, [(NEVER, "")]))
        if not NEVER < made_at < before:
            yield f"{place}: reads artifact {name!r}, which no action before makes"
    if rule.provider == "VariableCheck":
        yield from _variable(road, before, str(rule.configuration.get("Variable", "")), place)


def _variable(road: Road, before: When, variable: str, place: str) -> Iterator[str]:
    """A rule reads a variable that has its value by then."""
    found = REFERENCE.fullmatch(variable)
    if found is None:
        yield f"{place}: reads {variable!r}, which is no variable; it is written #{{namespace.NAME}}"
        return
    namespace, name = found.groups()
    set_at, _ = min(makers_of(road, namespaces).get(namespace, [(NEVER, "")]))
    if namespace == "variables" and name not in road.variables:
        yield f"{place}: reads #{{variables.{name}}}, which the pipeline doesn't declare"
    elif namespace not in RESERVED_NAMESPACES and not NEVER < set_at < before:
        yield f"{place}: reads #{{{namespace}.{name}}}, which no action before this stage sets"
