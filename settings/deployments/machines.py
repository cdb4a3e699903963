"""The instances of a fleet, whether a load balancer is before it or not: type, size, and what moves it."""

from collections.abc import Mapping
from itertools import combinations
from typing import Annotated, Any

from pydantic import Field, model_validator

from settings.base import ByTier, FromParts, Model
from settings.deployments.agent import FleetAgent
from settings.deployments.instances import InstanceRefresh, Spot
from settings.deployments.recurrence import can_meet
from settings.deployments.scaling import FleetSchedules, Scaling
from settings.fields import GRAVITON, InstanceType, ParameterPath, refused, within
from settings.tiers import DeploymentConfig

AMAZON_LINUX = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
AMAZON_LINUX_ARM = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"

MOST_SCHEDULES = 20
"""Ours, so that one page shows them all; AWS takes 125 for a group
(https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html)."""


def with_image(given: Any) -> Any:
    """The values of a machine, with the image of its processor where they don't name one."""
    if not isinstance(given, Mapping) or "amiParameter" in given:
        return given
    kind = given.get("instanceType")
    graviton = isinstance(kind, str) and GRAVITON.fullmatch(kind)
    return {**given, "amiParameter": AMAZON_LINUX_ARM} if graviton else given


def for_one_instance(given: Any) -> Any:
    """The values of a deployment, one at a time where its fleet is one instance and they don't say otherwise."""
    if not isinstance(given, Mapping) or given.keys() & {"config", "deploymentConfig"}:
        return given
    fleet = given.get("fleet")
    size = fleet.get("size") if isinstance(fleet, Mapping) else None
    alone = isinstance(size, Mapping) and size.get("desired") == 1
    return {**given, "deploymentConfig": DeploymentConfig.ONE_AT_A_TIME} if alone else given


def can_halve(machines: "Machines", config: DeploymentConfig) -> None:
    """Refuses to change half of one instance: rounded down that is none, and CodeDeploy fails at once
    (https://docs.aws.amazon.com/codedeploy/latest/userguide/instances-health.html)."""
    if config is DeploymentConfig.HALF_AT_A_TIME and machines.size.desired == 1:
        others = f"{DeploymentConfig.ONE_AT_A_TIME.value} or {DeploymentConfig.ALL_AT_ONCE.value}"
        raise refused(f"{others} for one instance, of which half is none", key="deploymentConfig")


def _is_graviton(kind: str) -> bool:
    return GRAVITON.fullmatch(kind) is not None


class FleetSize(Model):
    """How many instances the fleet has. All three are given, or none."""

    min: Annotated[int, within(1, 1000, "instances")] = Field(description="Never fewer instances, 1 to 1000.")
    desired: Annotated[int, within(1, 1000, "instances")] = Field(description="Instances at the start, min to max.")
    max: Annotated[int, within(1, 1000, "instances")] = Field(description="Never more instances, 1 to 1000.")

    @model_validator(mode="after")
    def _ordered(self) -> "FleetSize":
        if not self.min <= self.desired <= self.max:
            raise refused(
                f"min <= desired <= max; here min {self.min}, desired {self.desired}, max {self.max}",
                key="min" if self.min > self.desired else "max",
            )
        return self


class Machines(Model):
    """What every fleet says of its instances."""

    instance_type: Annotated[InstanceType, ByTier("instance_type")] = Field(description="EC2 instance type.")
    size: Annotated[FleetSize, ByTier("fleet_size")] = Field(description="Instances: min, desired, max.")
    ami_parameter: ParameterPath = Field(
        default=AMAZON_LINUX,
        description="Systems Manager parameter that names the machine image; resolved by EC2 at launch. On Graviton "
        "(t4g, m7g, …) the default is the same image for arm64.",
    )
    volume_gib: Annotated[int, within(8, 16384, "GiB")] = Field(
        default=16, description="Encrypted root volume in GiB, 8 to 16384."
    )
    scaling: Scaling | None = Field(
        default=None, description="What the fleet is kept at; not said: the size changes by hand and by schedules."
    )
    schedules: FleetSchedules = Field(
        default_factory=dict, description="When the fleet may be how small, by name; at most 20."
    )
    spot: Spot | None = Field(default=None, description="Instances besides that AWS may take back; not said: none.")
    instance_refresh: InstanceRefresh | None = Field(
        default=None,
        description="In place: replace instances when image, type or template change; not said: new ones have it.",
    )
    agent: Annotated[FleetAgent, FromParts()] = Field(description="The agent of CodeDeploy on the instances.")

    @model_validator(mode="after")
    def _mixes_what_can_be_mixed(self) -> "Machines":
        if self.spot is None:
            return self
        graviton = _is_graviton(self.instance_type)
        types = self.spot.instance_types
        if self.instance_type in types:
            raise refused(f"types besides {self.instance_type}, which is instanceType", key="spot")
        if others := [kind for kind in types if _is_graviton(kind) != graviton]:
            raise refused(f"types with the processor of {self.instance_type}, unlike {', '.join(others)}", key="spot")
        if self.on_demand_base >= self.size.max:
            allowed = f"an onDemandBase of less than the fleet's max, {self.size.max}, or no instance is ever spot"
            raise refused(allowed, key="spot")
        return self

    @model_validator(mode="after")
    def _is_refreshed_without_a_pause(self) -> "Machines":
        if self.instance_refresh and self.size.min == 1 and self.instance_refresh.min_healthy_percent < 100:
            raise refused("a minHealthyPercent of 100 where the fleet may be one instance", key="instanceRefresh")
        return self

    @property
    def on_demand_base(self) -> int:
        """Instances that are never spot."""
        given = self.spot.on_demand_base if self.spot else None
        return self.size.min if given is None else given

    @model_validator(mode="after")
    def _agent_for_the_processor(self) -> "Machines":
        graviton = _is_graviton(self.instance_type)
        other = ".x86_64." if graviton else ".aarch64."
        if self.agent.package and other in self.agent.package:
            raise refused(f"an agent for the processor of {self.instance_type}", key="agent")
        return self

    @model_validator(mode="after")
    def _has_room_to_scale(self) -> "Machines":
        size = self.size
        if (self.scaling or self.schedules) and size.min == size.max:
            key = "scaling" if self.scaling else "schedules"
            raise refused(f"a fleet whose max is more than its min; both are {size.min}", key=key)
        outside = [name for name, one in self.schedules.items() if not size.min <= one.min <= size.max]
        if outside:
            allowed = (
                f"a min of {size.min} to {size.max}, the fleet's size; outside of it: {', '.join(sorted(outside))}"
            )
            raise refused(allowed, key="schedules")
        for name, one in self.schedules.items():
            if one.desired is not None and not one.min <= one.desired <= size.max:
                allowed = f"min <= desired <= {size.max}, the fleet's max; {name} has {one.min} and {one.desired}"
                raise refused(allowed, key="schedules")
        if len(self.schedules) > MOST_SCHEDULES:
            raise refused(f"at most {MOST_SCHEDULES} schedules; there are {len(self.schedules)}", key="schedules")
        return self

    @model_validator(mode="after")
    def _schedules_one_thing_at_a_time(self) -> "Machines":
        # https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
        for (name, one), (other, another) in combinations(sorted(self.schedules.items()), 2):
            if one.time_zone == another.time_zone and can_meet(one.cron, another.cron):
                allowed = "schedules that are never due in the same minute, of which Auto Scaling takes one"
                raise refused(f"{allowed}; {name} and {other} can be", key="schedules")
        return self

    @model_validator(mode="before")
    @classmethod
    def _image_for_the_processor(cls, given: Any) -> Any:
        return with_image(given)
