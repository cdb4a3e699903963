"""What a deployment that broke down leaves in the traffic, and how it is put right: plain values in, plain values out.

CodeDeploy lets new instances in and takes old ones out one by one. A deployment that fails in between leaves some of
both; an instance that Auto Scaling starts in between is not reached at all.
"""

from dataclasses import replace

from fleets.commands import Command, Deregister, Register, Resize
from fleets.parameters import Parameters
from fleets.sight import Fleet, Instance, Target, healthy

DRAINING = "draining"

LEAVING = frozenset({DRAINING, "unused"})
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html, `State`."""


def carrying(fleet: Fleet, *, targets: tuple[Target, ...]) -> tuple[str, ...]:
    """Ids of the fleet's instances that are in the traffic, healthy or not."""
    there = {target.id for target in targets if target.state not in LEAVING}
    return tuple(instance.id for instance in fleet.instances if instance.id in there)


def stranded(serving: Fleet, other: Fleet, *, targets: tuple[Target, ...], least: int) -> str:
    """Why the other fleet's instances must stay in the traffic for now, empty when they may leave it."""
    fit = healthy(serving, targets)
    if not carrying(other, targets=targets) or len(fit) >= least:
        return ""
    return (
        f"{len(carrying(other, targets=targets))} instances of {other.name} take traffic, and only {len(fit)} of "
        f"{serving.name} are healthy; those are put back behind the load balancer"
    )


def unsettled(serving: Fleet, *, targets: tuple[Target, ...], least: int) -> str:
    """Why the serving fleet doesn't have all of the traffic yet that it could take, empty when it has."""
    fit = healthy(serving, targets)
    if len(fit) >= least and all(instance.id in fit for instance in serving.ready):
        return ""
    return f"{len(fit)} of {len(serving.ready)} instances of {serving.name} are healthy behind the load balancer"


def restore(serving: Fleet, *, parameters: Parameters, targets: tuple[Target, ...]) -> tuple[Command, ...]:
    """Put back the serving fleet's instances that a broken deployment took out of the traffic, and start those that it
    lacks because somebody made it too small.

    One that the load balancer knows and doesn't use, because its zone isn't enabled, isn't helped by being put back.
    """
    there = {target.id for target in targets if target.state != DRAINING}
    out = tuple(instance.id for instance in serving.ready if instance.id not in there)
    size = parameters.size
    grown = (Resize(fleet=serving.name, capacity=replace(size, desired=size.min)),)
    return (
        *((Register(target_group_arn=parameters.target_group_arn, instances=out),) if out else ()),
        *(grown if serving.capacity.desired < size.min else ()),
    )


def draining(fleet: Fleet, *, targets: tuple[Target, ...]) -> tuple[str, ...]:
    """Ids of the fleet's instances that are out of the traffic but still answer what they were asked before."""
    last = {target.id for target in targets if target.state == DRAINING}
    return tuple(instance.id for instance in fleet.instances if instance.id in last)


def take_out(fleet: Fleet, *, parameters: Parameters, targets: tuple[Target, ...]) -> tuple[Command, ...]:
    """Take out of the traffic what a broken deployment let in."""
    there = carrying(fleet, targets=targets)
    return (Deregister(target_group_arn=parameters.target_group_arn, instances=there),) if there else ()


def unreached(fleet: Fleet, *, targets: tuple[Target, ...], reached: frozenset[str]) -> tuple[Instance, ...]:
    """The fleet's instances that no deployment has reached: they started too late for it, and too early for the next.

    They run the placeholder, which answers the health check, so they must not come into the traffic.
    """
    there = {*carrying(fleet, targets=targets), *reached}
    return tuple(
        instance
        for instance in fleet.instances
        if instance.id not in there and not instance.lifecycle.startswith("Terminat")
    )


def still_needed(old: Fleet, new: Fleet, *, parameters: Parameters, targets: tuple[Target, ...]) -> tuple[str, ...]:
    """The healthy instances of an attached fleet that others can't do without yet.

    CodeDeploy takes the old instances out of the traffic. One that the old fleet starts afterwards gets in again, and
    where the new fleet loses instances meanwhile it may be what serves, until enough of the new ones are healthy.
    """
    if parameters.target_group_arn not in old.target_groups or len(healthy(new, targets)) >= parameters.size.min:
        return ()
    return healthy(old, targets)
