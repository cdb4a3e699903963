"""The decisions of `update_service`: plain values in, plain values out.

Every visit looks at the world anew and decides from that. UpdateService changes nothing where the service has the task
definition already or is on its way there, so a visit lost, repeated or doubled changes no traffic.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline_job.answer import Continue, Fail, Succeed
from pipeline_job.failures import RefusedError
from pipeline_job.memory import Memory
from services.commands import Decision, RollBack, Update
from services.definition import rendered
from services.parameters import RolloutParameters
from services.registration import registered
from services.rollout import Rollout
from services.sight import EXECUTION, Ready

WAY_BACK = timedelta(minutes=25)
"""How long ECS may take to bring the traffic back before nobody waits for it any more."""


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What this function looks at.

    Args:
        rollout: the deployment of this execution, None while there is none.
        others: deployments of the service that run and are not of this execution; read only while there is none of it.
        ready: what a task definition is made of; read only while there is none yet and nothing runs.
        troubles: what its tasks and the service say; read only when ours has failed.
    """

    rollout: Rollout | None = None
    others: tuple[Rollout, ...] = ()
    ready: Ready | None = None
    troubles: tuple[str, ...] = ()


def own_rollout(rollouts: tuple[Rollout, ...], *, execution: str, memory: Memory) -> Rollout | None:
    """The deployment that this visit goes on with: of the task definition that this attempt has made, else one of this
    execution that still runs. One that failed counts only when this very attempt began it."""
    made = [one for one in rollouts if memory.version and one.definition == memory.version]
    running = [one for one in rollouts if one.running and one.execution == execution]
    return next(iter((*made, *running)), None)


def decide(*, parameters: RolloutParameters, memory: Memory, sight: Sight, now: datetime) -> Decision:
    """What to do now.

    Raises:
        RefusedError: another deployment of the service runs, or the bundle is none for ECS; nothing was changed at
            this visit.
    """
    if sight.rollout is not None:
        return _follow(sight.rollout, parameters=parameters, memory=memory, sight=sight, now=now)
    if sight.others:
        return _wait(sight.others[0], parameters=parameters, memory=memory)
    if sight.ready is not None:
        return _register(sight.ready, parameters=parameters, memory=memory)
    update = Update(cluster=parameters.cluster, service=parameters.service, definition=memory.version)
    summary = f"{parameters.service} goes to {_revision(memory.version)}."
    return Decision(commands=(update,), answer=Continue(memory=memory, summary=summary))


def _wait(other: Rollout, *, parameters: RolloutParameters, memory: Memory) -> Decision:
    """The service's own first deployment, and one after a change of the stack, are waited for."""
    if other.execution:
        raise RefusedError(
            f"{other.words()} of {parameters.service} and is not of this execution but of {other.execution}. Wait for "
            f"its end or stop it, then retry the stage."
        )
    summary = f"{other.words()}; it brings what the stack says, and is waited for."
    return Decision(answer=Continue(memory=memory, summary=summary, percent=other.percent))


def _register(ready: Ready, *, parameters: RolloutParameters, memory: Memory) -> Decision:
    definition = rendered(
        ready.bundle.template,
        settings=ready.settings,
        image=ready.image,
        container=parameters.container,
        labels={EXECUTION: parameters.execution},
    )
    return registered(definition, ready=ready, service=parameters, memory=memory)


def _follow(
    rollout: Rollout, *, parameters: RolloutParameters, memory: Memory, sight: Sight, now: datetime
) -> Decision:
    memory = replace(memory, deployment=rollout.arn, version=rollout.definition)
    if rollout.running:
        return _go_on(rollout, memory=memory, late=now - rollout.created, parameters=parameters)
    if rollout.succeeded:
        variables = {"deploymentId": rollout.id, "taskDefinition": rollout.definition}
        where = _revision(rollout.definition)
        summary = f"Service deployment {rollout.id} succeeded: {parameters.service} runs with {where}."
        return Decision(answer=Succeed(summary=summary, variables=variables))
    ended = f"Service deployment {rollout.id} of {parameters.service} ended as {rollout.status}"
    lines = (f"{ended}: {'; '.join(rollout.reasons) or 'ECS gave no reason'}", *sight.troubles)
    return Decision(answer=Fail(message="\n".join(lines), deployment=rollout.id))


def _go_on(rollout: Rollout, *, memory: Memory, late: timedelta, parameters: RolloutParameters) -> Decision:
    deadline = timedelta(minutes=parameters.deadline_minutes)
    if rollout.going_back and late > deadline + WAY_BACK:
        message = f"{rollout.words()}; nobody waits for its way back any more. Look at {parameters.service} in ECS."
        return Decision(answer=Fail(message=message, deployment=rollout.id))
    if not rollout.going_back and late > deadline:
        summary = f"{rollout.words()}, after {parameters.deadline_minutes} minutes; it is rolled back."
        answer = Continue(memory=memory, summary=summary, percent=rollout.percent)
        return Decision(commands=(RollBack(deployment=rollout.arn),), answer=answer)
    return Decision(answer=Continue(memory=memory, summary=f"{rollout.words()}.", percent=rollout.percent))


def _revision(arn: str) -> str:
    """`shop-prod:42` of its ARN."""
    return arn.rsplit("/", 1)[-1]
