"""The decisions of `deploy_service`: plain values in, plain values out.

Every visit looks at the world anew and decides from that, so a visit lost, repeated or doubled changes no traffic; at
most it leaves a revision of the task definition that nothing runs.
"""

from dataclasses import dataclass
from datetime import datetime

from deployments.commands import Deploy
from deployments.follow import alone, how_it_ended, still_going
from deployments.sight import Course, Deployment, description
from pipeline_job.answer import Continue, Fail, Succeed
from pipeline_job.failures import RefusedError
from pipeline_job.memory import Memory
from services.commands import Decision
from services.definition import rendered, specified
from services.parameters import Parameters
from services.registration import registered
from services.sight import Bundle, Ready


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What this function looks at.

    Args:
        course: how the deployment of this execution fares.
        ready: what a task definition is made of; read only while there is none yet.
        bundle: what is deployed; read only while there is no deployment.
        way_back: whether that served before; read with it.
        troubles: what its tasks and the service say; read only when ours has failed.
    """

    course: Course
    ready: Ready | None = None
    bundle: Bundle | None = None
    way_back: bool = False
    troubles: tuple[str, ...] = ()


def decide(*, parameters: Parameters, memory: Memory, sight: Sight, now: datetime) -> Decision:
    """What to do now.

    Raises:
        RefusedError: another deployment of the service runs, or the bundle is none for ECS; nothing was changed at
            this visit.
    """
    if sight.course.deployment is not None:
        return _follow(sight.course.deployment, parameters=parameters, memory=memory, sight=sight, now=now)
    alone(sight.course, of=parameters.service)
    if sight.ready is not None:
        return _register(sight.ready, parameters=parameters, memory=memory)
    if sight.bundle is None:
        raise RefusedError("The action has no input artifact, so there is nothing to deploy.")
    deploy = Deploy(
        group=parameters.group,
        revision=specified(sight.bundle.specification, definition=memory.version),
        description=description(execution=parameters.execution, attempt=memory.attempt),
        watched=not sight.way_back,
    )
    summary = f"{parameters.service} goes to {_revision(memory.version)}."
    return Decision(commands=(deploy,), answer=Continue(memory=memory, summary=summary))


def _register(ready: Ready, *, parameters: Parameters, memory: Memory) -> Decision:
    definition = rendered(
        ready.bundle.template,
        settings=ready.settings,
        image=ready.image,
        container=parameters.container,
        specification=ready.bundle.specification,
    )
    # Refused now, before there is a revision for it.
    specified(ready.bundle.specification, definition="")
    return registered(definition, ready=ready, service=parameters, memory=memory)


def _follow(deployment: Deployment, *, parameters: Parameters, memory: Memory, sight: Sight, now: datetime) -> Decision:
    if waiting := still_going(deployment, rollback=sight.course.rollback, memory=memory, now=now):
        return Decision(answer=waiting)
    if deployment.succeeded:
        where = f" with {_revision(memory.version)}" if memory.version else ""
        variables = {"deploymentId": deployment.id, **({"taskDefinition": memory.version} if memory.version else {})}
        summary = f"Deployment {deployment.id} succeeded: {parameters.service} runs{where}."
        return Decision(answer=Succeed(summary=summary, variables=variables))
    lines = how_it_ended(deployment, rollback=sight.course.rollback, of=parameters.service)
    message = "\n".join((*lines, *sight.course.failures, *sight.troubles))
    return Decision(answer=Fail(message=message, deployment=deployment.id))


def _revision(arn: str) -> str:
    """`shop-prod:42` of its ARN."""
    return arn.rsplit("/", 1)[-1]
