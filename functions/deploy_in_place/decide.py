"""The decisions of `deploy_in_place`: plain values in, plain values out.

Every visit looks at the world anew and decides from that, so a visit lost, repeated or doubled changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from deploy_in_place.parameters import Parameters
from deployments.commands import Decision, Deploy
from deployments.follow import how_it_ended, still_going, watched
from deployments.sight import Alarm, Course, Deployment, description, same_bundle
from pipeline_job.answer import Answer, Continue, Fail, Succeed
from pipeline_job.failures import RefusedError
from pipeline_job.job import S3Object
from pipeline_job.memory import Memory

PATIENCE = timedelta(hours=1)
"""How long a deployment of the group that isn't ours is waited for; most often CodeDeploy brings the old one back."""


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What this function looks at.

    Args:
        course: how the deployment of this execution fares, and what runs besides.
        newest: the group's newest release, a roll-back of CodeDeploy counts as one; read only while there is none of
            this execution.
        way_back: whether what is deployed ran before; read before it is deployed, and while it is watched.
        alarms: read while it is watched.
    """

    course: Course
    newest: Deployment | None = None
    way_back: bool = False
    alarms: tuple[Alarm, ...] = ()


def decide(
    *, parameters: Parameters, bundle: S3Object | None, memory: Memory, sight: Sight, now: datetime
) -> Decision[Deploy]:
    """What to do now.

    Raises:
        RefusedError: there is nothing to deploy, or another deployment of the group doesn't come to an end; nothing was
            changed at this visit.
    """
    if sight.course.deployment is not None:
        answer = _follow(sight.course.deployment, parameters=parameters, memory=memory, sight=sight, now=now)
        return Decision(answer=answer)
    name = parameters.group.deployment_group
    if bundle is None:
        raise RefusedError("The action has no input artifact, so there is nothing to deploy.")
    if running := sight.course.running:
        if now - memory.began > PATIENCE:
            raise RefusedError(
                f"Deployment {running[0]} of {name} is running and is not of this execution. "
                "Wait for its end or stop it, then retry the stage."
            )
        return Decision(answer=Continue(memory=memory, summary=f"{running[0]} of {name} is waited for."))
    # CodeDeploy may have brought it back itself. After one that failed some machines may have another version, whatever
    # succeeded last.
    back = sight.newest if sight.way_back and sight.newest is not None and sight.newest.succeeded else None
    if back is not None and same_bundle(back.revision, bundle):
        summary = f"{name} runs this artifact already, since deployment {back.id}; nothing to deploy."
        return Decision(answer=Succeed(summary=summary, variables={"deploymentId": back.id}))
    deploy = Deploy(
        group=parameters.group,
        revision=bundle,
        description=description(execution=parameters.execution, attempt=memory.attempt),
        # The alarm that asked for the way back still rings, and would stop the deployment that answers it.
        watched=not sight.way_back,
    )
    return Decision(commands=(deploy,), answer=Continue(memory=memory, summary=f"{name} is deployed to."))


def _follow(deployment: Deployment, *, parameters: Parameters, memory: Memory, sight: Sight, now: datetime) -> Answer:
    name = parameters.group.deployment_group
    if waiting := still_going(deployment, rollback=sight.course.rollback, memory=memory, now=now):
        return waiting
    if not deployment.succeeded:
        lines = how_it_ended(deployment, rollback=sight.course.rollback, of=name)
        return Fail(message="\n".join((*lines, *sight.course.failures)), deployment=deployment.id)
    minutes = 0 if sight.way_back else parameters.watch_minutes
    if watching := watched(
        deployment, what=name, minutes=minutes, alarms=sight.alarms, names=parameters.alarms, memory=memory, now=now
    ):
        return watching
    summary = f"Deployment {deployment.id} of {name} succeeded."
    return Succeed(summary=summary, variables={"deploymentId": deployment.id})
