"""The decisions of `shift_traffic`: plain values in, plain values out.

Every visit looks at the world anew and decides from that, so a visit lost, repeated or doubled changes nothing.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from deployments.follow import how_it_ended, still_going
from deployments.sight import Deployment
from fleets.commands import Bind, Command, Decision, Detach, Resize
from fleets.parameters import ZERO, Parameters
from fleets.scaling import hold, keep_schedules
from fleets.sight import healthy
from fleets.traffic import restore, stranded, take_out
from pipeline_job.answer import Continue, Fail, Succeed
from pipeline_job.failures import RefusedError
from pipeline_job.job import S3Object
from pipeline_job.memory import Memory
from shift_traffic.prepare import prepare
from shift_traffic.settle import hand_over_to
from shift_traffic.sight import Sight, foreign

BINDING_GRACE = timedelta(minutes=5)
"""How long after a success the group may take to show its new fleet."""


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
        handover = hand_over_to(deployment, replacement, parameters=parameters, sight=sight, now=now)
        commands = (*handover.commands, *keep_schedules(sight.fleets[replacement], parameters=parameters))
        if handover.waiting:
            summary = f"Deployment {deployment.id} succeeded; {handover.waiting}."
            return Decision(commands=commands, answer=Continue(memory=memory, summary=summary))
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
    if sight.group.fleets == (serving.name,) and not foreign(sight):
        reason = stranded(serving, failed, targets=sight.targets, least=parameters.size.min)
        if reason and now - (deployment.completed or now) <= BINDING_GRACE:
            again = restore(serving, parameters=parameters, targets=sight.targets)
            summary = f"Deployment {deployment.id} {deployment.status}; {reason}."
            return Decision(commands=again, answer=Continue(memory=memory, summary=summary))

    lines = [*how_it_ended(deployment, rollback=sight.rollback, of=parameters.deployment_group)]
    commands: tuple[Command, ...] = ()
    if doubt := _why_not_stop(replacement, parameters=parameters, sight=sight):
        lines.append(f"Fleet {replacement} was left as it is, {doubt}.")
    else:
        lines.append(f"Fleet {replacement} is stopped; {parameters.other_fleet(replacement)} serves as before.")
        if parameters.target_group_arn in sight.fleets[replacement].target_groups:
            commands += (Detach(fleet=replacement, target_group_arn=parameters.target_group_arn),)
        commands += (
            *take_out(failed, parameters=parameters, targets=sight.targets),
            *hold(failed, parameters=parameters),
        )
        commands += (Resize(fleet=replacement, capacity=ZERO),)
    message = "\n".join((*lines, *sight.failures))
    return Decision(commands=commands, answer=Fail(message=message, deployment=deployment.id))


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
