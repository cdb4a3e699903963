"""How a change is detected: the same four ways for every source, where AWS has them."""

from dataclasses import dataclass

from components.triggers import ManualTrigger, PollingTrigger, ScheduleTrigger, Trigger


@dataclass(frozen=True, kw_only=True)
class Events:
    """The source tells: EventBridge, or the trigger of a connection."""


@dataclass(frozen=True, kw_only=True)
class Polling:
    """CodePipeline asks the source every minute."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The clock starts the pipeline, with what the source holds then; see `ScheduleTrigger`."""

    expression: str
    time_zone: str


@dataclass(frozen=True, kw_only=True)
class Manual:
    """People start the pipeline."""


Detection = Events | Polling | Schedule | Manual


def polled(detection: Detection) -> str:
    """The value of `PollForSourceChanges`. It has to be said: a source action that doesn't say it polls, beside the
    events (https://docs.aws.amazon.com/codepipeline/latest/userguide/update-change-detection.html)."""
    return "true" if isinstance(detection, Polling) else "false"


def triggers(detection: Detection, *, on_events: tuple[Trigger, ...], what: str) -> tuple[Trigger, ...]:
    """What starts the pipeline.

    Args:
        detection: which way.
        on_events: the triggers of `Events`, which every source has of its own.
        what: what a start by clock or hand takes, in words: `the head of develop`.
    """
    match detection:
        case Events():
            return on_events
        case Polling():
            return (PollingTrigger(description=f"a change of {what}, asked for every minute"),)
        case Schedule(expression=expression, time_zone=zone):
            return (ScheduleTrigger(description=f"{expression} ({zone})", expression=expression, time_zone=zone),)
        case Manual():
            return (ManualTrigger(description=f"by hand, with {what}"),)
