"""The decisions of `verify_release`: plain values in, plain values out.

It changes one thing: policies may move the fleet again that serves, when they have seen it with its traffic.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from deployments.sight import Alarm, Deployment, ringing
from fleets.commands import Decision
from fleets.parameters import Parameters
from fleets.scaling import let_go, resting
from fleets.sight import Fleet, Group, Target, healthy, serving_fleet
from fleets.traffic import carrying
from pipeline_job.answer import Continue, Fail, Succeed
from pipeline_job.memory import Memory

HEALTH_DEADLINE = timedelta(minutes=15)
"""How long the serving fleet may take, beyond the watch, until the load balancer finds all of it healthy."""


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What this function looks at.

    Args:
        served: the group's last successful deployment; not read on the way back.
        way_back: whether the execution rolls the stage back.
    """

    group: Group
    fleets: dict[str, Fleet]
    targets: tuple[Target, ...]
    alarms: tuple[Alarm, ...]
    served: Deployment | None = None
    way_back: bool = False


def decide(*, parameters: Parameters, memory: Memory, sight: Sight, now: datetime) -> Decision:
    """Fail at once on an alarm; succeed when the watch is over, every instance of the serving fleet is healthy and none
    of the other takes traffic: users would meet two versions.

    On the way back there is no watch and no alarm: what served before shall serve again, as soon as it is healthy.

    Raises:
        RefusedError: the deployment group leaves doubt about the serving fleet, or an alarm doesn't exist.
    """
    serving = sight.fleets[serving_fleet(sight.group, parameters=parameters)]
    if not sight.way_back:
        if foreign := _foreign(sight, parameters=parameters):
            return Decision(answer=Fail(message=foreign))
        if alarm := ringing(sight.alarms, watched=parameters.alarms):
            return Decision(answer=Fail(message=f"The release is refused by an alarm. {alarm}"))
    again = let_go(serving, group=sight.group, parameters=parameters, now=now)
    watch = timedelta(minutes=0 if sight.way_back else parameters.watch_minutes)
    watched = now - memory.began
    fit = healthy(serving, sight.targets)
    unfit = _unfit(serving, sight.targets)
    other = sight.fleets[parameters.other_fleet(serving.name)]
    stray = carrying(other, targets=sight.targets)
    if not unfit and not stray and len(fit) >= parameters.size.min:
        rest = resting(serving, group=sight.group, parameters=parameters, now=now)
        if left := max(watch - watched, rest, timedelta()):
            minutes = -(-left // timedelta(minutes=1))
            summary = f"{len(fit)} instances of {serving.name} are healthy; it is watched for {minutes} minutes more."
            percent = max(0, int(100 * (watched / (abs(watched) + left))))
            return Decision(commands=again, answer=Continue(memory=memory, summary=summary, percent=percent))
        quiet = "the alarms weren't asked on the way back" if sight.way_back else "no alarm is raised"
        return Decision(
            commands=again,
            answer=Succeed(
                summary=f"{len(fit)} instances of {serving.name} are healthy and {quiet}.",
                variables={"servingFleet": serving.name, "healthyInstances": str(len(fit))},
            ),
        )
    found = f"{len(fit)} instances of {serving.name} are healthy, at least {parameters.size.min} are needed"
    found += f"; not healthy: {'; '.join(unfit)}" if unfit else ""
    found += f"; {', '.join(stray)} of {other.name} take traffic, too" if stray else ""
    if watched > watch + HEALTH_DEADLINE:
        minutes = (watch + HEALTH_DEADLINE) // timedelta(minutes=1)
        return Decision(answer=Fail(message=f"After {minutes} minutes {found}."))
    return Decision(commands=again, answer=Continue(memory=memory, summary=f"{found}."))


def _foreign(sight: Sight, *, parameters: Parameters) -> str:
    """Why what serves isn't this execution's, empty where it is: a release that was rolled back and is retried must not
    go on as if it served."""
    if sight.served is not None and sight.served.is_of(parameters.execution):
        return ""
    last = f"deployment {sight.served.id}" if sight.served else "nothing that was deployed"
    return f"What serves isn't this release but {last}; it was rolled back, or another one came after it. Release anew."


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
