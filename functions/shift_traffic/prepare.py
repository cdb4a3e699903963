"""What comes before a deployment: the fleet that serves has all of the traffic, and the idle one is complete."""

from dataclasses import replace
from datetime import datetime, timedelta

from deployments.commands import Deploy
from deployments.sight import Deployment, description, same_bundle
from fleets.commands import Command, Decision, Resize, Suspend
from fleets.parameters import ZERO, Parameters
from fleets.scaling import hold, keep_schedules, let_go, scheduled
from fleets.sight import Fleet, serving_fleet
from pipeline_job.answer import Continue, Fail, Succeed
from pipeline_job.failures import RefusedError
from pipeline_job.job import S3Object
from pipeline_job.memory import Memory
from shift_traffic.settle import SCALING_DEADLINE, leave, overdue, settle
from shift_traffic.sight import Sight, foreign


def prepare(
    *, parameters: Parameters, revision: S3Object | None, memory: Memory, sight: Sight, now: datetime
) -> Decision:
    """Bring the idle fleet up, out of the traffic, and start the deployment when it is complete."""
    serving = sight.fleets[serving_fleet(sight.group, parameters=parameters)]
    idle = sight.fleets[parameters.other_fleet(serving.name)]
    if other := foreign(sight):
        raise RefusedError(
            f"Deployment {other} of {parameters.deployment_group} is running and is not of this execution. "
            f"{idle.name} is left as it is. Wait for the end of {other} or stop it, then retry the stage."
        )
    if revision is None:
        raise RefusedError("The action has no input artifact, so there is nothing to deploy.")
    settled = settle(serving, idle, parameters=parameters, memory=memory, sight=sight, now=now)
    late, minutes = overdue(memory, now=now), SCALING_DEADLINE // timedelta(minutes=1)
    if settled.waiting and late:
        return Decision(
            answer=Fail(message=f"After {minutes} minutes {settled.waiting}. {idle.name} is left as it is.")
        )
    if settled.waiting:
        answer = Continue(memory=memory, summary=f"{settled.waiting}.")
        return Decision(commands=settled.commands, answer=answer)
    away = (*settled.commands, *leave(idle, parameters=parameters, sight=sight))
    # Where the last success went to the idle fleet, the group was not bound to it: its artifact isn't what serves.
    if sight.served and same_bundle(sight.served.revision, revision) and sight.served.targets != (idle.name,):
        return _already_there(
            sight.served, serving, away=away, parameters=parameters, memory=memory, sight=sight, now=now
        )

    size = scheduled(parameters.size, serving=serving, parameters=parameters)
    # Seen anew at each visit: the serving fleet may grow while the idle one comes up.
    desired = min(max(memory.desired, size.desired, serving.capacity.desired), size.max)
    memory = replace(memory, desired=desired)
    attached = parameters.target_group_arn in idle.target_groups
    stop = Resize(fleet=idle.name, capacity=ZERO)
    progress = f"{len(idle.ready)} of {desired} instances of {idle.name} are in service"

    if late:
        reason = "and it is still attached to the target group" if attached else "see the group's activity history"
        message = (
            f"After {minutes} minutes {progress}; {reason}. No deployment was started, the fleet is stopped again."
        )
        return Decision(commands=(*hold(idle, parameters=parameters), stop), answer=Fail(message=message))

    commands: list[Command] = [*let_go(serving, group=sight.group, parameters=parameters, now=now), *away]
    if (idle.capacity.min, idle.capacity.max) != (size.min, size.max) or idle.capacity.desired < desired:
        commands.append(Resize(fleet=idle.name, capacity=replace(size, desired=desired)))
    waiting = Continue(memory=memory, summary=f"{progress}.")
    if commands or len(idle.ready) < desired or len(idle.ready) < len(idle.instances):
        return Decision(commands=tuple(commands), answer=waiting)

    deploy = Deploy(
        group=parameters.group,
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
    served: Deployment,
    serving: Fleet,
    *,
    away: tuple[Command, ...],
    parameters: Parameters,
    memory: Memory,
    sight: Sight,
    now: datetime,
) -> Decision:
    """The very artifact serves: a stage that failed is rolled back, and nothing needs to be deployed.

    Its failure may have left instances in the traffic, which leave it first.

    Args:
        away: what has the traffic go to the fleet that serves, and to no other.
    """
    there = f"{serving.name} serves this artifact already, since deployment {served.id}"
    retiring = parameters.other_fleet(serving.name)
    moved = let_go(serving, group=sight.group, parameters=parameters, now=now)
    commands = (*away, *(moved or keep_schedules(serving, parameters=parameters)))
    if any(not isinstance(command, Suspend) for command in away):
        answer = Continue(memory=memory, summary=f"{there}; the traffic leaves {retiring}.")
        return Decision(commands=commands, answer=answer)
    variables = {"deploymentId": served.id, "servingFleet": serving.name, "retiringFleet": retiring}
    return Decision(commands=commands, answer=Succeed(summary=f"{there}; nothing to deploy.", variables=variables))
