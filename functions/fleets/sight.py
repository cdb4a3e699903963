"""What a function sees of a delivery, as plain values. No AWS here: this is what the decisions are made of."""

from dataclasses import dataclass
from datetime import datetime

from fleets.parameters import ZERO, Capacity, Parameters
from pipeline_job.failures import RefusedError
from pipeline_job.job import S3Object

RUNNING = frozenset({"Created", "Queued", "InProgress", "Baking", "Ready"})
"""https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html, `status`; the rest is an end."""


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One instance of a fleet, with Auto Scaling's words for its life cycle and its health."""

    id: str
    lifecycle: str = "InService"
    health: str = "Healthy"

    @property
    def ready(self) -> bool:
        """Whether Auto Scaling counts on it."""
        return self.lifecycle == "InService" and self.health.lower() == "healthy"


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """An Auto Scaling group: its size, its instances, the target groups it hands new instances to."""

    name: str
    capacity: Capacity
    instances: tuple[Instance, ...] = ()
    target_groups: frozenset[str] = frozenset()

    @property
    def ready(self) -> tuple[Instance, ...]:
        """The instances that are in service and healthy for Auto Scaling."""
        return tuple(instance for instance in self.instances if instance.ready)

    @property
    def stopped(self) -> bool:
        """Whether it is, or is becoming, a fleet of none."""
        return self.capacity == ZERO


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One CodeDeploy deployment.

    Args:
        targets: the Auto Scaling groups it was told to deploy to.
        error: CodeDeploy's code and message, empty while there is none.
        rollback: id of the deployment that rolls it back, empty where there is none (yet).
        rolls_back: whether CodeDeploy was told to start one.
        percent: share of its instances that are done.
        revision: what it deployed, None where that doesn't lie in S3.
    """

    id: str
    status: str
    description: str = ""
    targets: tuple[str, ...] = ()
    error: str = ""
    completed: datetime | None = None
    rollback: str = ""
    rolls_back: bool = False
    percent: int | None = None
    revision: S3Object | None = None

    @property
    def running(self) -> bool:
        """Whether it has not come to an end."""
        return self.status in RUNNING


@dataclass(frozen=True, kw_only=True)
class Group:
    """A deployment group: the fleets it is bound to, and how it fared.

    Args:
        last_success_id: id of its last successful deployment, empty when there was none.
        last_success: when its last successful deployment ended, None when there was none.
        last_attempt: id of its last deployment, however that ended; empty when there was none.
    """

    fleets: tuple[str, ...]
    last_success_id: str = ""
    last_success: datetime | None = None
    last_attempt: str = ""


@dataclass(frozen=True, kw_only=True)
class Target:
    """One target of the load balancer's target group; `state` and `reason` in the balancer's words."""

    id: str
    state: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A CloudWatch alarm; `state` is OK, ALARM or INSUFFICIENT_DATA."""

    name: str
    state: str
    reason: str = ""


def serving_fleet(group: Group, *, parameters: Parameters) -> str:
    """The fleet in service: the one that the deployment group is bound to.

    Raises:
        RefusedError: it is bound to none, to several, or to one that the program did not declare.
    """
    bound = ", ".join(group.fleets) or "no Auto Scaling group"
    if len(group.fleets) != 1 or group.fleets[0] not in parameters.fleets:
        raise RefusedError(
            f"Deployment group {parameters.deployment_group} is bound to {bound}; it must be bound to exactly one of "
            f"{parameters.fleets[0]} and {parameters.fleets[1]}, so nothing was changed. "
            "Bind it to the fleet that serves the users, then retry the stage."
        )
    return group.fleets[0]


def healthy(fleet: Fleet, targets: tuple[Target, ...]) -> tuple[str, ...]:
    """Ids of the fleet's instances that the load balancer finds healthy."""
    fit = {target.id for target in targets if target.state == "healthy"}
    return tuple(instance.id for instance in fleet.instances if instance.id in fit)


def ringing(alarms: tuple[Alarm, ...], *, parameters: Parameters) -> str:
    """What the alarms say against the release: name and reason of each in ALARM, empty when none is.

    Raises:
        RefusedError: an alarm that should watch doesn't exist.
    """
    if missing := sorted(set(parameters.alarms) - {alarm.name for alarm in alarms}):
        raise RefusedError(f"CloudWatch has no alarm named {', '.join(missing)}, so nobody watches this release.")
    return "; ".join(f"{alarm.name}: {alarm.reason or 'no reason given'}" for alarm in alarms if alarm.state == "ALARM")
