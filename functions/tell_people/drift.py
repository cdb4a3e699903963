"""What people are told of a look for drift."""

from dataclasses import dataclass

from notices.notice import Notice
from pipeline_job.console import console
from tell_people.decide import Happening, Parameters

DRIFT = "DRIFT"
"""The variable in which the build says what has drifted; empty where nothing has."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a look for drift ended.

    Args:
        ended: the status of its build, in CodeBuild's words; empty where that isn't known.
        drift: what it has found: `2 resources: load-balancer (internal), topic (gone)`.
    """

    ended: str = ""
    drift: str = ""


def of_look(found: Happening, *, parameters: Parameters, looked: Look) -> Notice | None:
    """What people are told; None where everything is as the state has it."""
    where = parameters.environment
    if looked.drift:
        count, _, which = looked.drift.partition(": ")
        headline = f"{where}: {count} drifted"
        happened = f"Somebody has changed in AWS what belongs to the stack {where}: {which}."
        advice = (
            f"`python -m operations drift --stack {where}` has the values. Put AWS right with `pulumi up --refresh`, "
            "or say in the stack file or the program what is to stay."
        )
    elif looked.ended == "SUCCEEDED":
        return None
    else:
        headline = f"{where}: nobody knows whether it has drifted"
        happened = f"The look for drift came to no end: {looked.ended.lower() or 'how is not known'}."
        advice = "Read the log of the build. Most often the role may not read something, or the image lacks a tool."
    build = found.execution.rpartition("build/")[2]
    account = found.execution.split(":")[4]
    return Notice(
        id=found.id,
        kind="drift",
        urgent=False,
        time=found.time,
        environment=where,
        application="infrastructure",
        execution=found.execution,
        headline=headline,
        happened=happened,
        version="",
        change="",
        by="the clock",
        link=console(f"codebuild/{account}/projects/{found.pipeline}/build/{build}", region=found.region),
        next=advice,
    )
