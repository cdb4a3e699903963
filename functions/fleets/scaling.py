"""When policies and schedules may move a fleet: plain values in, plain values out.

Both fleets have them, because either may serve. An idle fleet must not fill itself, and one that is being deployed to
must not shrink because nobody asks it for anything yet: so what moves a fleet is suspended unless it serves.
"""

from datetime import datetime, timedelta

from fleets.commands import Command, Resume, Suspend
from fleets.parameters import ALARMS, SCHEDULES, Capacity, Parameters
from fleets.sight import Fleet, Group

SETTLING = timedelta(minutes=5)
"""For how long after a deployment policies don't move the fleet that serves. What they measured before was a fleet
without traffic, and an alarm acts once a minute for as long as it rings
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html)."""


def hold(fleet: Fleet, *, parameters: Parameters) -> tuple[Command, ...]:
    """Keep policies and schedules from a fleet that doesn't serve."""
    moving = tuple(process for process in parameters.scaled_by if process not in fleet.suspended)
    return (Suspend(fleet=fleet.name, processes=moving),) if moving else ()


def keep_schedules(fleet: Fleet, *, parameters: Parameters) -> tuple[Command, ...]:
    """Let schedules move the fleet that has just begun to serve: AWS doesn't make up for one that it left out."""
    held = tuple(process for process in _held(fleet, parameters=parameters) if process == SCHEDULES)
    return (Resume(fleet=fleet.name, processes=held),) if held else ()


def let_go(serving: Fleet, *, group: Group, parameters: Parameters, now: datetime) -> tuple[Command, ...]:
    """Let policies and schedules move the fleet that serves, when it has served for long enough."""
    held = _held(serving, parameters=parameters)
    if not held or resting(serving, group=group, parameters=parameters, now=now):
        return ()
    return (Resume(fleet=serving.name, processes=held),)


def resting(serving: Fleet, *, group: Group, parameters: Parameters, now: datetime) -> timedelta:
    """For how long policies leave the serving fleet alone yet; nothing where none are held."""
    if ALARMS not in _held(serving, parameters=parameters) or group.last_success is None:
        return timedelta()
    return max(timedelta(), group.last_success + SETTLING - now)


def scheduled(size: Capacity, *, serving: Fleet, parameters: Parameters) -> Capacity:
    """The declared size, with the minimum that a schedule has given the serving fleet."""
    if SCHEDULES not in parameters.scaled_by:
        return size
    least = min(max(size.min, serving.capacity.min), size.max)
    return Capacity(min=least, desired=max(least, size.desired), max=size.max)


def _held(fleet: Fleet, *, parameters: Parameters) -> tuple[str, ...]:
    return tuple(process for process in parameters.scaled_by if process in fleet.suspended)
