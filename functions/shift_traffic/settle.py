"""How the traffic gets back to the fleet that serves, where another release broke off: plain values in and out."""

from datetime import datetime, timedelta

from deployments.sight import Deployment
from fleets.commands import Command, Detach
from fleets.handover import Handover, hand_over
from fleets.parameters import Parameters
from fleets.scaling import hold
from fleets.sight import Fleet
from fleets.traffic import restore, stranded, take_out
from pipeline_job.memory import Memory
from shift_traffic.sight import Sight

SCALING_DEADLINE = timedelta(minutes=30)
"""How long it may take from the first visit until the fleet that serves has all of the traffic, and all instances of
the idle one are in service."""


def overdue(memory: Memory, *, now: datetime) -> bool:
    """Whether the action has had its time to come so far that a deployment could start."""
    return now - memory.began > SCALING_DEADLINE


def hand_over_to(
    deployment: Deployment, fleet: str, *, parameters: Parameters, memory: Memory, sight: Sight, now: datetime
) -> Handover:
    """Let the target group pass to the fleet that this deployment went to."""
    return hand_over(
        sight.fleets[fleet],
        sight.fleets[parameters.other_fleet(fleet)],
        parameters=parameters,
        targets=sight.targets,
        reach=sight.reach,
        began=max(deployment.completed or now, memory.began),
        now=now,
    )


def settle(
    serving: Fleet, idle: Fleet, *, parameters: Parameters, memory: Memory, sight: Sight, now: datetime
) -> Handover:
    """Have the fleet that serves take all of the traffic, before the other one is touched.

    A release that somebody stopped may have taken instances of it out, or not have handed it the target group yet.
    """
    served, attached = sight.served, parameters.target_group_arn in serving.target_groups
    if served is not None and not attached and served.targets != (idle.name,):
        handover = hand_over_to(served, serving.name, parameters=parameters, memory=memory, sight=sight, now=now)
        return Handover(
            commands=handover.commands,
            waiting=handover.waiting
            or f"{serving.name} is put behind the load balancer, which deployment {served.id} had left undone",
        )
    back = restore(serving, parameters=parameters, targets=sight.targets)
    return Handover(commands=back, waiting=stranded(serving, idle, targets=sight.targets, least=parameters.size.min))


def leave(idle: Fleet, *, parameters: Parameters, sight: Sight) -> tuple[Command, ...]:
    """Have a fleet that nobody needs leave the traffic, with what it starts later."""
    attached = parameters.target_group_arn in idle.target_groups
    return (
        *hold(idle, parameters=parameters),
        *take_out(idle, parameters=parameters, targets=sight.targets),
        *((Detach(fleet=idle.name, target_group_arn=parameters.target_group_arn),) if attached else ()),
    )
