"""The decisions of `retire_fleet`: plain values in, plain values out. It never touches the serving fleet."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from deployments.sight import Alarm, Deployment, ringing
from fleets.commands import Command, Decision, Detach, Resize
from fleets.parameters import ZERO, Parameters
from fleets.scaling import hold, let_go
from fleets.sight import Fleet, Group, Target, healthy, serving_fleet
from pipeline_job.answer import Continue, Fail, Succeed
from pipeline_job.failures import RefusedError
from pipeline_job.memory import Memory

HEALTH_DEADLINE = timedelta(minutes=15)
"""How long after the bake the serving fleet may take to be healthy enough to stand alone."""


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What this function looks at.

    Args:
        served: the group's last successful deployment, None before the first.
        running: ids of the group's deployments that have not come to an end.
    """

    group: Group
    served: Deployment | None
    fleets: dict[str, Fleet]
    running: tuple[str, ...]
    targets: tuple[Target, ...]
    alarms: tuple[Alarm, ...]


def decide(*, parameters: Parameters, memory: Memory, sight: Sight, now: datetime) -> Decision:
    """Stop the old fleet when the bake is over, fail at once on an alarm and leave it running, wait otherwise.

    A release of the hotfix lane may skip the bake, and nothing else: alarms and health are asked all the same. One that
    another has overtaken succeeds and changes nothing: by then the old fleet is the way back of the other.

    Raises:
        RefusedError: the deployment group leaves doubt about which fleet is the old one or whose release serves, or an
            alarm doesn't exist.
    """
    serving = sight.fleets[serving_fleet(sight.group, parameters=parameters)]
    old = sight.fleets[parameters.other_fleet(serving.name)]
    if old.stopped:
        return Decision(answer=_retired(f"{old.name} is stopped already.", old=old, serving=serving))
    served, since = sight.served, sight.group.last_success
    if served is None or since is None:
        raise RefusedError(
            f"{parameters.deployment_group} has no successful deployment, so {old.name} is left running."
        )
    if later := _overtaken(served, old, parameters=parameters):
        return Decision(answer=Succeed(summary=later))
    # Before the alarms: while traffic moves nobody can tell which of the two releases they speak against.
    if sight.running:
        summary = f"Deployment {sight.running[0]} is running; {old.name} is not touched."
        return Decision(answer=Continue(memory=memory, summary=summary))
    if alarm := ringing(sight.alarms, watched=parameters.alarms):
        message = f"An alarm was raised while the release bakes; {old.name} is left running, for the way back. {alarm}"
        return Decision(answer=Fail(message=message))
    if waiting := _waiting(old, since=since, parameters=parameters, memory=memory, now=now):
        return Decision(answer=waiting)

    fit = healthy(serving, sight.targets)
    if len(fit) < parameters.size.min:
        found = f"{len(fit)} instances of {serving.name} are healthy, at least {parameters.size.min} are needed"
        if now > max(since + _bake(parameters), memory.began) + HEALTH_DEADLINE:
            return Decision(answer=Fail(message=f"{found}; {old.name} is left running."))
        return Decision(answer=Continue(memory=memory, summary=f"{found}.{_skipped(parameters)}"))

    commands: list[Command] = [
        *let_go(serving, group=sight.group, parameters=parameters, now=now),
        *hold(old, parameters=parameters),
    ]
    if parameters.target_group_arn in old.target_groups:
        commands.append(Detach(fleet=old.name, target_group_arn=parameters.target_group_arn))
    commands.append(Resize(fleet=old.name, capacity=ZERO))
    return Decision(
        commands=tuple(commands),
        answer=_retired(
            f"{old.name} is stopped, {serving.name} serves alone.{_skipped(parameters)}", old=old, serving=serving
        ),
    )


def _skipped(parameters: Parameters) -> str:
    """What the answer adds for a release of the hotfix lane."""
    return f" The bake was skipped for the hotfix branch {parameters.branch}." if parameters.skips_bake else ""


def _retired(summary: str, *, old: Fleet, serving: Fleet) -> Succeed:
    return Succeed(summary=summary, variables={"retiredFleet": old.name, "servingFleet": serving.name})


def _overtaken(served: Deployment, old: Fleet, *, parameters: Parameters) -> str:
    """Why the old fleet is none of this release's business any more, empty where it is.

    CodePipeline deploys the next execution while this one waits, and Lambda may deliver an old event again. A way back
    is no exception: CodePipeline's rolls back Deploy alone, and one by hand has a deployment of its own.

    Raises:
        RefusedError: nobody can tell any more whose release serves.
    """
    if served.is_of(parameters.execution):
        return ""
    if served.automatic:
        raise RefusedError(
            f"Nobody can tell any more whose release serves: the last deployment of {parameters.deployment_group}, "
            f"{served.id}, is of an instance that started later. {old.name} is left running until the next release."
        )
    return (
        f"Deployment {served.id} came after this release, and the fleet that it replaced is left alone: its way back."
    )


def _waiting(old: Fleet, *, since: datetime, parameters: Parameters, memory: Memory, now: datetime) -> Continue | None:
    """What the old fleet is kept for yet, None when it is for nothing."""
    if coming := [instance.id for instance in old.instances if instance.lifecycle.startswith("Pending")]:
        # The next release takes it as its replacement.
        return Continue(memory=memory, summary=f"{old.name} is starting {', '.join(coming)}; it is not touched.")
    bake = _bake(parameters)
    if bake and now < since + bake:
        summary = f"The release bakes until {since + bake:%H:%M} UTC; {old.name} is kept for the way back."
        return Continue(memory=memory, summary=summary, percent=int((now - since) * 100 / bake))
    return None


def _bake(parameters: Parameters) -> timedelta:
    return timedelta() if parameters.skips_bake else timedelta(minutes=parameters.bake_minutes)
