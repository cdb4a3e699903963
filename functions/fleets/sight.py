"""What a function sees of a delivery, as plain values. No AWS here: this is what the decisions are made of."""

from dataclasses import dataclass
from datetime import datetime

from fleets.parameters import ZERO, Capacity, Parameters
from pipeline_job.failures import RefusedError


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
    """An Auto Scaling group: its size, its instances, the target groups it hands new instances to, and which of Auto
    Scaling's processes don't move it."""

    name: str
    capacity: Capacity
    instances: tuple[Instance, ...] = ()
    target_groups: frozenset[str] = frozenset()
    suspended: frozenset[str] = frozenset()

    @property
    def ready(self) -> tuple[Instance, ...]:
        """The instances that are in service and healthy for Auto Scaling."""
        return tuple(instance for instance in self.instances if instance.ready)

    @property
    def stopped(self) -> bool:
        """Whether it is, or is becoming, a fleet of none."""
        return self.capacity == ZERO


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
