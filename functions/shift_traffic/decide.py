"""The decisions of `shift_traffic`: plain values in, plain values out.

Every visit looks at the world anew and decides from that, so a visit lost, repeated or doubled changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from deployments.follow import how_it_ended, still_going
from deployments.sight import Deployment, description, same_bundle
from fleets.commands import Bind, Command, Decision, Deploy, Detach, Resize
from fleets.handover import Handover, hand_over
from fleets.parameters import ZERO, Parameters
from fleets.scaling import hold, keep_schedules, let_go, scheduled
from fleets.sight import Fleet, Group, Target, healthy, serving_fleet
from fleets.traffic import restore, stranded, take_out
from pipeline_job.answer import Continue, Fail, Succeed
from pipeline_job.failures import RefusedError
from pipeline_job.job import S3Object
from pipeline_job.memory import Memory

SCALING_DEADLINE = timedelta(minutes=30)
"""How long the idle fleet may take from the first visit until all its instances are in service."""

BINDING_GRACE = timedelta(minutes=5)
"""How long after a success the group may take to show its new fleet."""


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What this function looks at.

    Args:
        running: ids of the group's deployments that have not come to an end.
        deployment: the one of this execution, None while there is none.
        way_back: whether the execution rolls the stage back; read only while there is none of this execution.
        served: the group's last successful deployment; read only while there is none of this execution.
        rollback: the deployment that rolls ours back, None while there is none.
        targets: the balancer's targets; not read while ours runs.
        reached: the instances that what serves or a later deployment has reached; read only when that is ours, or was
            there before with the same artifact.
        failures: what failed instances say; read only when ours has failed.
    """

    group: Group
    fleets: dict[str, Fleet]
    running: tuple[str, ...] = ()
    deployment: Deployment | None = None
    way_back: bool = False
    served: Deployment | None = None
    rollback: Deployment | None = None
    targets: tuple[Target, ...] = ()
    reached: frozenset[str] = frozenset()
    failures: tuple[str, ...] = ()


def _foreign(sight: Sight) -> str:
    """Id of a deployment of the group that is not ours and runs or came after ours, empty when there is none."""
    own = {"", sight.deployment.id, sight.deployment.rollback} if sight.deployment else {""}
    running = next((identity for identity in sight.running if identity not in own), "")
    later = sight.group.last_attempt if sight.deployment and sight.group.last_attempt not in own else ""
    return running or later


def decide(
    *, parameters: Parameters, revision: S3Object | None, memory: Memory, sight: Sight, now: datetime
) -> Decision:
    """What to do now.

    Raises:
        RefusedError: the deployment group leaves doubt about the serving fleet, another deployment runs, or the action
            has no input artifact; nothing was changed at this visit.
    """
    if sight.deployment is None:
        return _prepare(parameters=parameters, revision=revision, memory=memory, sight=sight, now=now)
    if waiting := still_going(sight.deployment, rollback=sight.rollback, memory=memory, now=now):
        return Decision(answer=waiting)
    memory = replace(memory, deployment=sight.deployment.id)
    replacement = _replacement(sight.deployment, parameters=parameters)
    if sight.deployment.succeeded:
        return _finish(sight.deployment, replacement, parameters=parameters, memory=memory, sight=sight, now=now)
    return _give_up(sight.deployment, replacement, parameters=parameters, memory=memory, sight=sight, now=now)


def _prepare(
    *, parameters: Parameters, revision: S3Object | None, memory: Memory, sight: Sight, now: datetime
) -> Decision:
    """Bring the idle fleet up, out of the traffic, and start the deployment when it is complete."""
    serving = sight.fleets[serving_fleet(sight.group, parameters=parameters)]
    idle = sight.fleets[parameters.other_fleet(serving.name)]
    if foreign := _foreign(sight):
        raise RefusedError(
            f"Deployment {foreign} of {parameters.deployment_group} is running and is not of this execution. "
            f"{idle.name} is left as it is. Wait for the end of {foreign} or stop it, then retry the stage."
        )
    if revision is None:
        raise RefusedError("The action has no input artifact, so there is nothing to deploy.")
    if sight.served is not None and same_bundle(sight.served.revision, revision):
        return _already_there(sight.served, serving, parameters=parameters, memory=memory, sight=sight, now=now)

    size = scheduled(parameters.size, serving=serving, parameters=parameters)
    # Seen anew at each visit: the serving fleet may grow while the idle one comes up.
    desired = min(max(memory.desired, size.desired, serving.capacity.desired), size.max)
    memory = replace(memory, desired=desired)
    attached = parameters.target_group_arn in idle.target_groups
    stop = Resize(fleet=idle.name, capacity=ZERO)
    progress = f"{len(idle.ready)} of {desired} instances of {idle.name} are in service"

    needed = stranded(serving, idle, targets=sight.targets, least=parameters.size.min)
    if now - datetime.fromtimestamp(memory.since, tz=UTC) > SCALING_DEADLINE:
        if needed:
            return Decision(answer=Fail(message=f"{needed}, but don't get healthy. {idle.name} is left as it is."))
        reason = "and it is still attached to the target group" if attached else "see the group's activity history"
        minutes = SCALING_DEADLINE // timedelta(minutes=1)
        message = (
            f"After {minutes} minutes {progress}; {reason}. No deployment was started, the fleet is stopped again."
        )
        return Decision(commands=(*hold(idle, parameters=parameters), stop), answer=Fail(message=message))

    if needed:
        back = restore(serving, parameters=parameters, targets=sight.targets)
        return Decision(commands=back, answer=Continue(memory=memory, summary=f"{needed}."))
    commands: list[Command] = [
        *let_go(serving, group=sight.group, parameters=parameters, now=now),
        *hold(idle, parameters=parameters),
        *take_out(idle, parameters=parameters, targets=sight.targets),
    ]
    if attached:
        commands.append(Detach(fleet=idle.name, target_group_arn=parameters.target_group_arn))
    if (idle.capacity.min, idle.capacity.max) != (size.min, size.max) or idle.capacity.desired < desired:
        commands.append(Resize(fleet=idle.name, capacity=replace(size, desired=desired)))
    waiting = Continue(memory=memory, summary=f"{progress}.")
    if commands or len(idle.ready) < desired or len(idle.ready) < len(idle.instances):
        return Decision(commands=tuple(commands), answer=waiting)

    deploy = Deploy(
        application=parameters.application,
        deployment_group=parameters.deployment_group,
        fleet=idle.name,
        revision=revision,
        description=description(execution=parameters.execution, attempt=memory.attempt),
        # The alarm that asked for the way back still rings, and would stop the deployment that answers it.
        watched=not sight.way_back,
    )
    unwatched = ", and no alarm stops it, because it brings back what served before" if sight.way_back else ""
    started = Continue(memory=memory, summary=f"{progress}; the deployment is started{unwatched}.")
    return Decision(commands=(deploy,), answer=started, otherwise=(stop,))


def _already_there(
    served: Deployment, serving: Fleet, *, parameters: Parameters, memory: Memory, sight: Sight, now: datetime
) -> Decision:
    """The very artifact serves: a stage that failed is rolled back, and its failure never reached the users.

    What the failed one left half done is brought to its end.
    """
    handover = _hand_over(served, serving.name, parameters=parameters, sight=sight, now=now)
    moved = let_go(serving, group=sight.group, parameters=parameters, now=now)
    commands = (*handover.commands, *(moved or keep_schedules(serving, parameters=parameters)))
    there = f"{serving.name} serves this artifact already, since deployment {served.id}"
    if handover.waiting:
        answer = Continue(memory=memory, summary=f"{there}; {handover.waiting}.")
        return Decision(commands=commands, answer=answer)
    retiring = parameters.other_fleet(serving.name)
    variables = {"deploymentId": served.id, "servingFleet": serving.name, "retiringFleet": retiring}
    return Decision(commands=commands, answer=Succeed(summary=f"{there}; nothing to deploy.", variables=variables))


def _hand_over(deployment: Deployment, fleet: str, *, parameters: Parameters, sight: Sight, now: datetime) -> Handover:
    return hand_over(
        sight.fleets[fleet],
        sight.fleets[parameters.other_fleet(fleet)],
        parameters=parameters,
        targets=sight.targets,
        reached=sight.reached,
        completed=deployment.completed or now,
        now=now,
    )


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
        if sight.group.fleets == (retiring,) and sight.group.last_success_id == deployment.id and not _foreign(sight):
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
    if not _foreign(sight):
        handover = _hand_over(deployment, replacement, parameters=parameters, sight=sight, now=now)
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
    if sight.group.fleets == (serving.name,) and not _foreign(sight):
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
    if foreign := _foreign(sight):
        return f"because deployment {foreign} came after"
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
