"""What holds a deployment by hand up: the approval that it lacks, a freeze, a closed window, somebody else at work."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from check_calendar.decide import Parameters as Calendar
from check_calendar.decide import decide as asked_of_calendar
from operations.deployment.door import inside
from operations.deployment.found import Found
from operations.deployment.mover import mover_of
from operations.deployment.target import Gates, Target
from pipeline_job.answer import Fail
from pipeline_job.failures import error_code
from release_ledger import Approval
from release_ledger.record import written

LET_ON = "let on"
"""What the function that checks approvers writes of a release that may go on."""


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """One thing that holds it up.

    Args:
        text: for a person.
        passable: whether somebody may break the glass.
    """

    text: str
    passable: bool


def obstacles(target: Target, found: Found, approvals: Sequence[Approval], *, now: datetime) -> Iterator[Obstacle]:
    """Everything that holds it up.

    Args:
        target: what is deployed to.
        found: what is deployed.
        approvals: those that are on record for it.
        now: the time.
    """
    if (target.gates or target.stack.production) and not approvals:
        asked = f"by {', '.join(target.gates.names)} " if target.gates else ""
        yield Obstacle(text=f"no approval {asked}is on record for {found.said}", passable=True)
    for stage in target.deploying if target.calendar is not None else ():
        if said := _closed(target, stage, found, now=now):
            yield Obstacle(text=said, passable=True)
    if at_work := inside(target, codepipeline=target.clients.codepipeline):
        stage, execution = at_work
        yield Obstacle(
            text=f"execution {execution} of {target.pipeline} is in {stage}; wait for its end", passable=False
        )
    if said := mover_of(target).at_work(now=now):
        yield Obstacle(text=f"{said}; wait for its end or stop it", passable=False)


def _closed(target: Target, stage: str, found: Found, *, now: datetime) -> str:
    """What the calendar says against it. A window that a pipeline would wait for is closed for a person, too."""
    told = dict(target.calendar or {})
    windows = {
        name: [{**one, "waits": False} for one in those] for name, those in dict(told.get("windows", {})).items()
    }
    asked = {"stage": stage, "deploys": "yes", **({"branch": found.source.branch} if found.source.branch else {})}
    calendar = Calendar.parse(json.dumps(asked), fixed=json.dumps({**told, "windows": windows}))
    answer = asked_of_calendar(parameters=calendar, now=now)
    if not isinstance(answer, Fail):
        return ""
    # What it says of retrying a stage is for a pipeline.
    return answer.message.split(" Retry the stage")[0].rstrip(".")


def approvals_of(target: Target, found: Found) -> tuple[Approval, ...]:
    """The approvals on record for these bytes; empty where one of them is missing.

    They are those of the executions of the pipeline that had them, as the check of the approvers let them on; where the
    stack has no such check, as EventBridge wrote them down.
    """
    gates = target.gates
    if gates is None:
        return ()
    logs = target.stack.client("logs")
    for execution in found.executions:
        given = _checked(gates, execution, logs=logs) if gates.checks else _recorded(gates, execution, logs=logs)
        if given:
            return given
    return ()


def _checked(gates: Gates, execution: str, *, logs: Any) -> tuple[Approval, ...]:
    by_gate: dict[str, Approval] = {}
    for at, record in _records(gates.checks, (execution, LET_ON), logs=logs):
        if (record.get("record"), record.get("execution"), record.get("result")) != ("approval", execution, LET_ON):
            continue
        for one in _mappings(record.get("approvals")):
            gate = str(one.get("gate", ""))
            by_gate[gate] = Approval(
                name=gate, by=str(one.get("by") or ""), at=at, summary=str(one.get("comment") or "")
            )
    return tuple(by_gate.values()) if set(gates.names) <= set(by_gate) else ()


def _recorded(gates: Gates, execution: str, *, logs: Any) -> tuple[Approval, ...]:
    latest: dict[str, tuple[str, str]] = {}
    for at, event in _records(gates.record, (execution, "Approval"), logs=logs):
        detail = _mapping(event.get("detail"))
        ours = detail.get("execution-id") == execution and _mapping(detail.get("type")).get("category") == "Approval"
        if ours and detail.get("action") in gates.names:
            known = latest.get(detail["action"], ("", ""))
            latest[detail["action"]] = max(known, (str(event.get("time", at)), str(detail.get("state", ""))))
    if not all(latest.get(name, ("", ""))[1] == "SUCCEEDED" for name in gates.names):
        return ()
    return tuple(Approval(name=name, at=latest[name][0]) for name in gates.names)


def _records(group: str, terms: Sequence[str], *, logs: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects of JSON in a log that have these words in them, with the time at which each was written."""
    pattern = " ".join(f'"{term}"' for term in terms)
    try:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern=pattern)
        for page in pages:
            for event in page.get("events", ()):
                text = str(event.get("message", ""))
                try:
                    value = json.loads(text[text.index("{") :])
                except ValueError:
                    continue
                at = datetime.fromtimestamp(int(event.get("timestamp", 0)) / 1000).astimezone()
                if isinstance(value, Mapping):
                    yield written(at), value
    except logs.exceptions.ClientError as error:
        # A log that nobody has written into yet.
        if error_code(error) != "ResourceNotFoundException":
            raise


def _mapping(value: object) -> Mapping[str, Any]:
    """What is none has nothing in it: whatever else stands in a log, it is no approval."""
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
