"""Following a deployment of CodeDeploy to its end, with the rollback that it may get: plain values."""

from dataclasses import replace
from datetime import datetime, timedelta

from deployments.sight import Alarm, Course, Deployment, ringing
from pipeline_job.answer import Answer, Continue, Fail
from pipeline_job.failures import RefusedError
from pipeline_job.memory import Memory

ROLLBACK_GRACE = timedelta(seconds=60)
"""How long after a failure CodeDeploy's own rollback may take to show up."""


def alone(course: Course, *, of: str) -> None:
    """Make sure that nobody else deploys.

    Raises:
        RefusedError: somebody does; nothing was changed at this visit.
    """
    if course.running:
        raise RefusedError(
            f"Deployment {course.running[0]} of {of} is running and is not of this execution. "
            f"Wait for its end or stop it, then retry the stage."
        )


def still_going(
    deployment: Deployment, *, rollback: Deployment | None, memory: Memory, now: datetime
) -> Continue | None:
    """What to wait for, None when both have come to their end."""
    memory = replace(memory, deployment=deployment.id)
    if deployment.running:
        summary = f"Deployment {deployment.id} is {deployment.status}."
        return Continue(memory=memory, summary=summary, percent=deployment.percent)
    if deployment.succeeded:
        return None
    if rollback is not None and rollback.running:
        summary = f"Deployment {deployment.id} {deployment.status}; {rollback.id} rolls it back."
        return Continue(memory=memory, summary=summary, percent=rollback.percent)
    expected = deployment.rolls_back and not deployment.rollback
    if expected and deployment.completed is not None and now - deployment.completed <= ROLLBACK_GRACE:
        summary = f"Deployment {deployment.id} {deployment.status}; a rollback may follow."
        return Continue(memory=memory, summary=summary)
    return None


def watched(
    deployment: Deployment,
    *,
    what: str,
    minutes: int,
    alarms: tuple[Alarm, ...],
    names: tuple[str, ...],
    memory: Memory,
    now: datetime,
) -> Answer | None:
    """An alarm after a deployment refuses the release, and so has CodePipeline roll the stage back; CodeDeploy watches
    only until it is over. None when the watch is over.

    Args:
        what: what is watched, as a sentence begins with it.
        minutes: how long after the deployment, 0 for not at all.
        names: of the alarms.

    Raises:
        RefusedError: an alarm that should watch doesn't exist.
    """
    ended = deployment.completed or memory.began
    watch, past = timedelta(minutes=minutes), now - ended
    if not minutes or past >= watch:
        return None
    if alarm := ringing(alarms, watched=names):
        return Fail(message=f"The release is refused by an alarm. {alarm}", deployment=deployment.id)
    left = -(-(watch - past) // timedelta(minutes=1))
    summary = f"{what} is watched for {left} minutes more."
    memory = replace(memory, deployment=deployment.id)
    return Continue(memory=memory, summary=summary, percent=int(100 * (past / watch)))


def how_it_ended(deployment: Deployment, *, rollback: Deployment | None, of: str) -> tuple[str, ...]:
    """A line for a deployment that failed, and one for its rollback."""
    ended = f"Deployment {deployment.id} of {of} ended as {deployment.status}"
    lines = [f"{ended}: {deployment.error or 'CodeDeploy gave no error'}"]
    if rollback is not None:
        lines.append(f"Its rollback {rollback.id} ended as {rollback.status}. {rollback.error}".rstrip())
    return tuple(lines)
