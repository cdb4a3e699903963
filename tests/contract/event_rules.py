"""What EventBridge does with an event by the planned rules: moto's matcher decides, the planned target is written."""

import json
import re
from collections.abc import Iterator
from typing import Any

from moto.events.models import EventPattern

from tests.unit.planning import Planned
from tests.unit.planning_mocks import Resource

Event = dict[str, Any]

VARIABLE = r"<([A-Za-z0-9_-]+)>"
"""A variable in the template of an input transformer."""


def starts(plan: Planned, event: Event) -> list[dict[str, Any]]:
    """The requests to CodePipeline that an event leads to, as EventBridge would make them."""
    # The pipeline's name isn't part of the input: EventBridge takes it from the target's ARN.
    return [
        {
            "name": target.inputs["arn"].split(":")[-1],
            **json.loads(rendered(target.inputs["inputTransformer"], event)),
        }
        for target in targets(plan, event)
        if ":codepipeline:" in target.inputs["arn"]
    ]


def invokes(plan: Planned, event: Event) -> set[str]:
    """The packages of the functions that an event is handed to, whole."""
    functions = {one.arn: one.inputs["handler"].split(".")[0] for one in plan.of("aws:lambda/function:Function")}
    invoked = [target.inputs for target in targets(plan, event) if ":lambda:" in target.inputs["arn"]]
    assert not [target for target in invoked if "inputTransformer" in target]
    return {functions[target["arn"]] for target in invoked}


def told(plan: Planned, event: Event) -> list[str]:
    """The texts that topics get of an event: each line of the template is a text in quotes."""
    texts = [
        _text(target.inputs["inputTransformer"], event)
        for target in targets(plan, event)
        if ":sns:" in target.inputs["arn"]
    ]
    return ["\n".join(line.removeprefix('"').removesuffix('"') for line in text.split("\n")) for text in texts]


def _text(transformer: dict[str, Any], event: Event) -> str:
    """The template with the values that the event has; the place of one that it doesn't have stays empty."""
    values = {name: _value_or_nothing(path, event) for name, path in transformer["inputPaths"].items()}
    return re.sub(VARIABLE, lambda match: values[match.group(1)], transformer["inputTemplate"])


def _value_or_nothing(path: str, event: Event) -> str:
    value: Any = event
    for key in path.split(".")[1:]:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def targets(plan: Planned, event: Event) -> Iterator[Resource]:
    """The targets of every rule that an event matches."""
    for rule in plan.of("aws:cloudwatch/eventRule:EventRule", state="ENABLED"):
        # One that keeps a clock hears of no event.
        if "eventPattern" in rule.inputs and matches(rule.inputs["eventPattern"], event):
            yield from plan.of("aws:cloudwatch/eventTarget:EventTarget", rule=rule.inputs["name"])


def matches(pattern: str, event: Event) -> bool:
    matcher: Any = EventPattern.load(pattern)
    return bool(matcher.matches_event(event))


def rendered(transformer: dict[str, Any], event: Event) -> str:
    """The template with the values of the event in the places of its variables
    (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html)."""
    values = {name: value_at(path, event) for name, path in transformer["inputPaths"].items()}
    return re.sub(VARIABLE, lambda match: values[match.group(1)], transformer["inputTemplate"])


def value_at(path: str, event: Event) -> str:
    """The text at a path such as `$.detail.commitId`."""
    root, *keys = path.split(".")
    assert root == "$"
    found: Any = event
    for key in keys:
        found = found[key]
    assert isinstance(found, str)
    return found
