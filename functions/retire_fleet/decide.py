"""The decisions of `retire_fleet`: plain values in, plain values out. It never touches the serving fleet."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from deployments.sight import Alarm, ringing
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
    """What this function looks at; `running` are the group's deployments that have not come to an end."""

    group: Group
    fleets: dict[str, Fleet]
    running: tuple[str, ...]
    targets: tuple[Target, ...]
    alarms: tuple[Alarm, ...]


def decide(*, parameters: Parameters, memory: Memory, sight: Sight, now: datetime) -> Decision:
    """Stop the old fleet when the bake is over, fail at once on an alarm and leave it running, wait otherwise.

    A release of the hotfix lane may skip the bake, and nothing else: alarms and health are asked all the same.

    Raises:
        RefusedError: the deployment group leaves doubt about which fleet is the old one, or an alarm doesn't exist.
    """
    serving = sight.fleets[serving_fleet(sight.group, parameters=parameters)]
    old = sight.fleets[parameters.other_fleet(serving.name)]
    if old.stopped:
        return Decision(answer=_retired(f"{old.name} is stopped already.", old=old, serving=serving))
    if alarm := ringing(sight.alarms, watched=parameters.alarms):
        message = f"An alarm was raised while the release bakes; {old.name} is left running, for the way back. {alarm}"
        return Decision(answer=Fail(message=message))
    if reason := _someone_uses(old, sight.running):
        return Decision(answer=Continue(memory=memory, summary=reason))
    if sight.group.last_success is None:
        raise RefusedError(
            f"{parameters.deployment_group} has no successful deployment, so {old.name} is left running."
        )

    bake = timedelta() if parameters.skips_bake else timedelta(minutes=parameters.bake_minutes)
    baked = sight.group.last_success + bake
    if bake and now < baked:
        summary = f"The release bakes until {baked:%H:%M} UTC; {old.name} is kept for the way back."
        percent = int((now - sight.group.last_success) * 100 / bake)
        return Decision(answer=Continue(memory=memory, summary=summary, percent=percent))

    fit = healthy(serving, sight.targets)
    if len(fit) < parameters.size.min:
        found = f"{len(fit)} instances of {serving.name} are healthy, at least {parameters.size.min} are needed"
        if now > max(baked, datetime.fromtimestamp(memory.since, tz=UTC)) + HEALTH_DEADLINE:
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


def _someone_uses(old: Fleet, running: tuple[str, ...]) -> str:
    """Who else is at work on the old fleet, empty when nobody is: the next release takes it as its replacement."""
    if running:
        return f"Deployment {running[0]} is running; {old.name} is not touched."
    coming = [instance.id for instance in old.instances if instance.lifecycle.startswith("Pending")]
    return f"{old.name} is starting {', '.join(coming)}; it is not touched." if coming else ""
