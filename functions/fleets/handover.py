"""How the target group passes to the fleet that serves: plain values in, plain values out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from deployments.sight import Reach
from fleets.commands import Attach, Command, Detach, Replace, Resize
from fleets.parameters import Parameters
from fleets.scaling import hold, scheduled
from fleets.sight import Fleet, Target
from fleets.traffic import still_needed, unreached

LATE_GRACE = timedelta(minutes=5)
"""How long after a success an instance that it didn't reach may take to get its own deployment."""

NEEDED_DEADLINE = timedelta(minutes=15)
"""How long the old fleet's instances may carry what the new one has lost, before a release is given up."""

LATE_DEADLINE = timedelta(minutes=30)
"""How long an instance that wasn't reached, and the one in its place, may keep a release waiting."""


@dataclass(frozen=True, kw_only=True)
class Handover:
    """What is to be done, and what it waits for.

    Args:
        commands: in order.
        waiting: why it isn't over, in words; empty when it is.
        overdue: whether it has waited long enough.
    """

    commands: tuple[Command, ...]
    waiting: str = ""
    overdue: bool = False


def hand_over(
    fleet: Fleet,
    old: Fleet,
    *,
    parameters: Parameters,
    targets: tuple[Target, ...],
    reach: Reach,
    began: datetime,
    now: datetime,
) -> Handover:
    """Let what the serving fleet starts later into the traffic, and keep out what the old one starts.

    CodeDeploy has let in the instances that it reached and taken out the old ones; it attaches and detaches no fleet.

    Args:
        reach: the instances that the deployment or a later one has reached.
        began: when the deployment ended, or the action began that goes on with it.
    """
    attached = parameters.target_group_arn in fleet.target_groups
    late = () if attached else unreached(fleet, targets=targets, reached=reach.instances)
    commands: list[Command] = [*hold(old, parameters=parameters)]
    if late and now - began > LATE_GRACE and not reach.under_way:
        commands += [Replace(instance=instance.id) for instance in late if instance.ready]
    if not attached and not late:
        commands += _attached(fleet, old, parameters=parameters)
    # One that the old fleet starts later, or that its load balancer check finds missing, must not come back.
    needed = still_needed(old, fleet, parameters=parameters, targets=targets)
    if parameters.target_group_arn in old.target_groups and not needed:
        commands.append(Detach(fleet=old.name, target_group_arn=parameters.target_group_arn))
    if not late and not needed:
        return Handover(commands=tuple(commands))
    if late:
        names = ", ".join(instance.id for instance in late)
        waiting = f"{names} of {fleet.name} started too late for it and may take no traffic yet"
    else:
        waiting = f"{', '.join(needed)} of {old.name} still carry what {fleet.name} has lost"
    overdue = now - began > (LATE_DEADLINE if late else NEEDED_DEADLINE)
    return Handover(commands=tuple(commands), waiting=waiting, overdue=overdue)


def unexplained(fleet: Fleet, *, parameters: Parameters, targets: tuple[Target, ...]) -> frozenset[str]:
    """Ids of the instances whose deployment must be known before the fleet is handed the target group."""
    if parameters.target_group_arn in fleet.target_groups:
        return frozenset()
    return frozenset(one.id for one in unreached(fleet, targets=targets, reached=frozenset()) if one.ready)


def _attached(fleet: Fleet, old: Fleet, *, parameters: Parameters) -> Iterator[Command]:
    """The old fleet may have grown while the new one was deployed to.

    A smaller maximum that was declared meanwhile is the next release's: to shrink now would stop what takes traffic.
    """
    yield Attach(fleet=fleet.name, target_group_arn=parameters.target_group_arn)
    size = scheduled(parameters.size, serving=old, parameters=parameters)
    grown = max(fleet.capacity.desired, min(old.capacity.desired, size.max), size.min)
    if fleet.capacity.desired < grown or fleet.capacity.min != size.min:
        yield Resize(fleet=fleet.name, capacity=replace(size, desired=grown, max=max(size.max, grown)))
