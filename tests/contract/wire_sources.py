"""The calls that make what starts a pipeline, and what a source has of its own."""

from collections.abc import Mapping
from typing import Any

from tests.contract import wire_services as services
from tests.contract.wire_words import Calls, Inputs, Subject, renamed


def pipeline(inputs: Inputs, subject: Subject) -> Calls:
    """Pulumi has its own word for the lists of a trigger's filters."""
    if triggers := inputs.get("triggers"):
        inputs["triggers"] = [{**one, "gitConfiguration": _git(one["gitConfiguration"])} for one in triggers]
    yield from services.pipeline(inputs, subject)


def _git(configuration: Mapping[str, Any]) -> Inputs:
    return renamed(configuration, pushes="push", pullRequests="pullRequest")


def event_target(inputs: Inputs, subject: Subject) -> Calls:
    """A function is handed the event as it is."""
    if "inputTransformer" in inputs:
        yield from services.event_target(inputs, subject)
    else:
        rule = inputs.pop("rule")
        yield "events", "PutTargets", {"Rule": rule, "Targets": [renamed(inputs, targetId="Id")]}


def permission(inputs: Inputs, subject: Subject) -> Calls:
    # Without an id of its own the provider gives one.
    yield "lambda", "AddPermission", {**renamed(inputs, function="FunctionName"), "StatementId": subject.resource.name}
