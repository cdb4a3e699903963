"""The decisions of `shift_traffic`: plain values in, plain values out.

Every visit looks at the world anew and decides from that, so a visit lost, repeated or doubled changes nothing.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from deployments.follow import how_it_ended, still_going
from deployments.sight import Deployment
from fleets.commands import Bind, Command, Decision, Deregister, Detach, Resize
from fleets.parameters import ZERO, Parameters
from fleets.scaling import hold, keep_schedules
from fleets.sight import Fleet, healthy
from fleets.traffic import draining, restore, stranded, unsettled
from pipeline_job.answer import Continue, Fail, Succeed
from pipeline_job.failures import RefusedError
from pipeline_job.job import S3Object
from pipeline_job.memory import Memory
from shift_traffic.prepare import prepare
from shift_traffic.settle import SCALING_DEADLINE, hand_over_to, leave
from shift_traffic.sight import Sight, foreign

BINDING_GRACE = timedelta(minutes=5)
"""How long after a success the group may take to show its new fleet."""

RETURN_GRACE = timedelta(minutes=5)
"""How long after a failure, and CodeDeploy's own rollback, what was put back may take to be healthy."""

DRAINING_DEADLINE = timedelta(hours=1)
"""The longest that a load balancer lets a target answer its last requests
(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html)."""


def decide(
    *, parameters: Parameters, revision: S3Object | None, memory: Memory, sight: Sight, now: datetime
) -> Decision:
    """What to do now.

    Raises:
        RefusedError: the deployment group leaves doubt about the serving fleet, another deployment runs, or the action
            has no input artifact; nothing was changed at this visit.
    """
    if sight.deployment is None:
        return prepare(parameters=parameters, revision=revision, memory=memory, sight=sight, now=now)
    if waiting := still_going(sight.deployment, rollback=sight.rollback, memory=memory, now=now):
        return Decision(answer=waiting)
    memory = replace(memory, deployment=sight.deployment.id)
    replacement = _replacement(sight.deployment, parameters=parameters)
    if sight.deployment.succeeded:
        return _finish(sight.deployment, replacement, parameters=parameters, memory=memory, sight=sight, now=now)
    return _give_up(sight.deployment, replacement, parameters=parameters, memory=memory, sight=sight, now=now)


def _finish(
    deployment: Deployment,
    replacement: str,
    *,
    parameters: Parameters,
    memory: Memory,
    sight: Sight,
    now: datetime,
) -> Decision:
    """The deployment succeeded: hand the target group to the new fleet, for the instances it will start later."""
    retiring = parameters.other_fleet(replacement)
    if sight.group.fleets != (replacement,):
        bound = ", ".join(sight.group.fleets) or "no fleet"
        if now - (deployment.completed or now) <= BINDING_GRACE:
            return Decision(answer=Continue(memory=memory, summary=f"The group is still bound to {bound}."))
        if sight.group.fleets == (retiring,) and sight.group.last_success_id == deployment.id and not foreign(sight):
            # AWS doesn't say that CodeDeploy moves the binding where both fleets were there before. Where it doesn't,
            # we do: the traffic has moved, and the next release must find the fleet that serves.
            bind = Bind(
                application=parameters.application, deployment_group=parameters.deployment_group, fleet=replacement
            )
            summary = f"The group is still bound to {bound}; it is bound to {replacement}, which serves."
            held = hold(sight.fleets[retiring], parameters=parameters)
            return Decision(commands=(*held, bind), answer=Continue(memory=memory, summary=summary))
        return Decision(
            answer=Fail(
                message=f"Deployment {deployment.id} to {replacement} succeeded, but {parameters.deployment_group} is "
                f"bound to {bound}: something else has moved it since. Nothing was changed.",
                deployment=deployment.id,
            )
        )
    commands: tuple[Command, ...] = ()
    if not foreign(sight):
        handover = hand_over_to(deployment, replacement, parameters=parameters, memory=memory, sight=sight, now=now)
        commands = (*handover.commands, *keep_schedules(sight.fleets[replacement], parameters=parameters))
        said = f"Deployment {deployment.id} succeeded; {handover.waiting}"
        if handover.overdue:
            message = f"{said}, for too long now. Both fleets are left as they are."
            return Decision(answer=Fail(message=message, deployment=deployment.id))
        if handover.waiting:
            return Decision(commands=commands, answer=Continue(memory=memory, summary=f"{said}."))
    return Decision(
        commands=commands,
        answer=Succeed(
            summary=f"Deployment {deployment.id} succeeded: {replacement} serves, {retiring} can retire.",
            variables={"deploymentId": deployment.id, "servingFleet": replacement, "retiringFleet": retiring},
        ),
    )


def _give_up(
    deployment: Deployment,
    replacement: str,
    *,
    parameters: Parameters,
    memory: Memory,
    sight: Sight,
    now: datetime,
) -> Decision:
    """The deployment failed or was stopped, and CodeDeploy's rollback is over: stop the failed fleet, tell why."""
    failed, serving = sight.fleets[replacement], sight.fleets[parameters.other_fleet(replacement)]
    ends = (one.completed for one in (deployment, sight.rollback) if one is not None and one.completed)
    since = now - max(ends, default=now)
    commands: tuple[Command, ...] = ()
    if sight.group.fleets == (serving.name,) and not foreign(sight):
        commands = restore(serving, parameters=parameters, targets=sight.targets)
        reason = _why_wait(serving, failed, parameters=parameters, sight=sight)
        if since <= (SCALING_DEADLINE if commands else RETURN_GRACE) and (commands or reason):
            summary = f"Deployment {deployment.id} {deployment.status}; {reason or 'its fleet is grown again'}."
            return Decision(commands=commands, answer=Continue(memory=memory, summary=summary))

    lines = [*how_it_ended(deployment, rollback=sight.rollback, of=parameters.deployment_group)]
    if doubt := _why_not_stop(replacement, parameters=parameters, sight=sight):
        lines.append(f"Fleet {replacement} was left as it is, {doubt}.")
    else:
        commands += leave(failed, parameters=parameters, sight=sight)
        leaving = any(isinstance(one, Detach | Deregister) for one in commands)
        if (leaving or draining(failed, targets=sight.targets)) and since <= DRAINING_DEADLINE:
            # To stop it now would cut what its users have asked it before it left the traffic.
            summary = f"Deployment {deployment.id} {deployment.status}; {replacement} answers its last requests."
            return Decision(commands=commands, answer=Continue(memory=memory, summary=summary))
        lines.append(f"Fleet {replacement} is stopped; {serving.name} serves as before.")
        commands += (Resize(fleet=replacement, capacity=ZERO),)
    message = "\n".join((*lines, *sight.failures))
    return Decision(commands=commands, answer=Fail(message=message, deployment=deployment.id))


def _why_wait(serving: Fleet, failed: Fleet, *, parameters: Parameters, sight: Sight) -> str:
    """Why the failed fleet isn't touched yet, empty when the serving one has all of the traffic again."""
    least = parameters.size.min
    needed = stranded(serving, failed, targets=sight.targets, least=least)
    return needed or unsettled(serving, targets=sight.targets, least=least)


def _why_not_stop(replacement: str, *, parameters: Parameters, sight: Sight) -> str:
    """Why the failed fleet must stay, empty when it may go: the users' last healthy instances are never stopped."""
    serving = parameters.other_fleet(replacement)
    if sight.group.fleets != (serving,):
        return f"because {parameters.deployment_group} is not bound to {serving}"
    if later := foreign(sight):
        return f"because deployment {later} came after"
    carrying = healthy(sight.fleets[replacement], sight.targets)
    remaining = healthy(sight.fleets[serving], sight.targets)
    if carrying and len(remaining) < parameters.size.min:
        return (
            f"because {len(carrying)} of its instances take traffic and only {len(remaining)} of {serving} are healthy "
            f"(at least {parameters.size.min} are needed)"
        )
    return ""


def _replacement(deployment: Deployment, *, parameters: Parameters) -> str:
    """The fleet that the deployment was for.

    Raises:
        RefusedError: it was not for exactly one of ours.
    """
    if len(deployment.targets) != 1 or deployment.targets[0] not in parameters.fleets:
        targets = ", ".join(deployment.targets) or "no Auto Scaling group"
        raise RefusedError(f"Deployment {deployment.id} was for {targets}, not for one of the declared fleets.")
    return deployment.targets[0]
