"""How the target group passes to the fleet that serves: plain values in, plain values out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fleets.commands import Attach, Command, Detach, Replace, Resize
from fleets.parameters import Parameters
from fleets.scaling import hold, scheduled
from fleets.sight import Fleet, Target
from fleets.traffic import still_needed, unreached

LATE_GRACE = timedelta(minutes=5)
"""How long after a success an instance that it didn't reach may take to get its own deployment."""


@dataclass(frozen=True, kw_only=True)
class Handover:
    """What is to be done, and what it waits for.

    Args:
        commands: in order.
        waiting: why it isn't over, in words; empty when it is.
    """

    commands: tuple[Command, ...]
    waiting: str = ""


def hand_over(
    fleet: Fleet,
    old: Fleet,
    *,
    parameters: Parameters,
    targets: tuple[Target, ...],
    reached: frozenset[str],
    completed: datetime,
    now: datetime,
) -> Handover:
    """Let what the serving fleet starts later into the traffic, and keep out what the old one starts.

    CodeDeploy has let in the instances that it reached and taken out the old ones; it attaches and detaches no fleet.

    Args:
        reached: the instances that the deployment or a later one has reached.
        completed: when the deployment ended.
    """
    attached = parameters.target_group_arn in fleet.target_groups
    late = () if attached else unreached(fleet, targets=targets, reached=reached)
    commands: list[Command] = [*hold(old, parameters=parameters)]
    if late and now - completed > LATE_GRACE:
        commands += [Replace(instance=instance.id) for instance in late if instance.ready]
    if not attached and not late:
        commands += _attached(fleet, old, parameters=parameters)
    # One that the old fleet starts later, or that its load balancer check finds missing, must not come back.
    needed = still_needed(old, fleet, parameters=parameters, targets=targets)
    if parameters.target_group_arn in old.target_groups and not needed:
        commands.append(Detach(fleet=old.name, target_group_arn=parameters.target_group_arn))
    waiting = ""
    if late:
        names = ", ".join(instance.id for instance in late)
        waiting = f"{names} of {fleet.name} started too late for it and may take no traffic yet"
    elif needed:
        waiting = f"{', '.join(needed)} of {old.name} still carry what {fleet.name} has lost"
    return Handover(commands=tuple(commands), waiting=waiting)


def _attached(fleet: Fleet, old: Fleet, *, parameters: Parameters) -> Iterator[Command]:
    """The old fleet may have grown while the new one was deployed to.

    A smaller maximum that was declared meanwhile is the next release's: to shrink now would stop what takes traffic.
    """
    yield Attach(fleet=fleet.name, target_group_arn=parameters.target_group_arn)
    size = scheduled(parameters.size, serving=old, parameters=parameters)
    grown = max(fleet.capacity.desired, min(old.capacity.desired, size.max), size.min)
    if fleet.capacity.desired < grown or fleet.capacity.min != size.min:
        yield Resize(fleet=fleet.name, capacity=replace(size, desired=grown, max=max(size.max, grown)))
