"""The decisions of `verify_release`: plain values in, plain values out. This function changes nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from deployments.sight import Alarm, ringing
from fleets.commands import Decision
from fleets.parameters import Parameters
from fleets.sight import Fleet, Group, Target, healthy, serving_fleet
from pipeline_job.answer import Continue, Fail, Succeed
from pipeline_job.memory import Memory

HEALTH_DEADLINE = timedelta(minutes=15)
"""How long the serving fleet may take from the first visit until the load balancer finds all of it healthy."""


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What this function looks at."""

    group: Group
    fleets: dict[str, Fleet]
    targets: tuple[Target, ...]
    alarms: tuple[Alarm, ...]


def decide(*, parameters: Parameters, memory: Memory, sight: Sight, now: datetime) -> Decision:
    """Succeed when every instance of the serving fleet is healthy, fail at once on an alarm, wait otherwise.

    Raises:
        RefusedError: the deployment group leaves doubt about the serving fleet, or an alarm doesn't exist.
    """
    serving = sight.fleets[serving_fleet(sight.group, parameters=parameters)]
    if alarm := ringing(sight.alarms, watched=parameters.alarms):
        return Decision(answer=Fail(message=f"The release is refused by an alarm. {alarm}"))
    fit = healthy(serving, sight.targets)
    unfit = _unfit(serving, sight.targets)
    if not unfit and len(fit) >= parameters.size.min:
        return Decision(
            answer=Succeed(
                summary=f"{len(fit)} instances of {serving.name} are healthy and no alarm is raised.",
                variables={"servingFleet": serving.name, "healthyInstances": str(len(fit))},
            )
        )
    found = f"{len(fit)} instances of {serving.name} are healthy, at least {parameters.size.min} are needed"
    found += f"; not healthy: {'; '.join(unfit)}" if unfit else ""
    if now - datetime.fromtimestamp(memory.since, tz=UTC) > HEALTH_DEADLINE:
        minutes = HEALTH_DEADLINE // timedelta(minutes=1)
        return Decision(answer=Fail(message=f"After {minutes} minutes {found}."))
    return Decision(answer=Continue(memory=memory, summary=f"{found}."))


def _unfit(serving: Fleet, targets: tuple[Target, ...]) -> tuple[str, ...]:
    """Each instance in service that the load balancer does not find healthy, with its reason.

    Instances that come or go are Auto Scaling's business; one in service that is no target takes no traffic, which
    is as bad as an unhealthy one.
    """
    by_id = {target.id: target for target in targets}
    lines = []
    for instance in serving.ready:
        target = by_id.get(instance.id, Target(id=instance.id, state="not registered"))
        if target.state != "healthy":
            lines.append(f"{instance.id} {target.state}" + (f" ({target.reason})" if target.reason else ""))
    return tuple(lines)
