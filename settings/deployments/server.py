"""How an application gets onto its fleet: a class for each strategy on EC2 instances.

To add a strategy: write a subclass of `ServerDeploy`, and add it to the union `AnyServerDeploy`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator
from typing_extensions import TypeAliasType

from settings.base import ByTier, Derived, FromParts, Model
from settings.deployments.agent import FleetAgent
from settings.deployments.front import ExistingBalancer, FrontWebAcl, balancer_agrees
from settings.deployments.healthy_hosts import OwnConfig
from settings.deployments.instances import InstanceRefresh, Spot
from settings.deployments.scaling import FleetSchedules, Scaling
from settings.fields import GRAVITON, CertificateArn, InstanceType, ParameterPath, UrlPath, WebUrl, refused, within
from settings.tiers import DeploymentConfig

AMAZON_LINUX = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
AMAZON_LINUX_ARM = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"

MOST_SCHEDULES = 20
"""Ours, so that one page shows them all; AWS takes 125 for a group
(https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html)."""

FrontCertificate = Annotated[
    CertificateArn | None,
    Field(
        description="ACM certificate of the stack's region; with it HTTPS and a redirect from HTTP, without it HTTP."
    ),
]
FrontUrl = Annotated[
    WebUrl | None,
    Derived("the load balancer's own"),
    Field(
        description="Address at which suites after the deployment reach the application; with a certificate one that "
        "it names."
    ),
]


def with_image(given: Any) -> Any:
    """The values of a machine, with the image of its processor where they don't name one."""
    if not isinstance(given, Mapping) or "amiParameter" in given:
        return given
    kind = given.get("instanceType")
    graviton = isinstance(kind, str) and GRAVITON.fullmatch(kind)
    return {**given, "amiParameter": AMAZON_LINUX_ARM} if graviton else given


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


class Fleet(Model):
    """The instances behind the load balancer; blue/green makes two fleets of this kind."""

    instance_type: Annotated[InstanceType, ByTier("instance_type")] = Field(description="EC2 instance type.")
    size: Annotated[FleetSize, ByTier("fleet_size")] = Field(description="Instances: min, desired, max.")
    ami_parameter: ParameterPath = Field(
        default=AMAZON_LINUX,
        description="Systems Manager parameter that names the machine image; resolved by EC2 at launch. On Graviton "
        "(t4g, m7g, …) the default is the same image for arm64.",
    )
    port: Annotated[int, within(1, 65535, "(a TCP port)")] = Field(
        default=8080, description="TCP port the application listens on, 1 to 65535."
    )
    health_path: UrlPath = Field(default="/health", description="Path the load balancer asks; 200 is healthy.")
    certificate_arn: FrontCertificate = None
    url: FrontUrl = None
    web_acl_arn: FrontWebAcl = None
    balancer: ExistingBalancer | None = Field(
        default=None, description="A load balancer that is there; not said: the stack makes one for the application."
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
    def _mixes_what_can_be_mixed(self) -> "Fleet":
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
    def _is_refreshed_without_a_pause(self) -> "Fleet":
        if self.instance_refresh and self.size.min == 1 and self.instance_refresh.min_healthy_percent < 100:
            raise refused("a minHealthyPercent of 100 where the fleet may be one instance", key="instanceRefresh")
        return self

    @property
    def on_demand_base(self) -> int:
        """Instances that are never spot."""
        given = self.spot.on_demand_base if self.spot else None
        return self.size.min if given is None else given

    @model_validator(mode="after")
    def _agent_for_the_processor(self) -> "Fleet":
        graviton = _is_graviton(self.instance_type)
        other = ".x86_64." if graviton else ".aarch64."
        if self.agent.package and other in self.agent.package:
            raise refused(f"an agent for the processor of {self.instance_type}", key="agent")
        return self

    @model_validator(mode="after")
    def _has_room_to_scale(self) -> "Fleet":
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

    @model_validator(mode="before")
    @classmethod
    def _has_one_balancer(cls, given: Any) -> Any:
        return balancer_agrees(given)

    @model_validator(mode="before")
    @classmethod
    def _image_for_the_processor(cls, given: Any) -> Any:
        return with_image(given)


def _positive(value: float) -> float:
    if not 0 < value <= 4000:
        raise refused("more than 0 and at most 4000 seconds")
    return value


class Bound(StrEnum):
    """What slowness is held against: a number of the stack file, or what CloudWatch has learned of hour and day."""

    FIXED = "fixed"
    ANOMALY = "anomaly"


class Alarms(Model):
    """Above which measures a deployment is stopped and rolled back, and of which people are told besides."""

    http5xx_count: Annotated[int, within(1, 1_000_000, "answers in a minute"), ByTier("alarm_http5xx_count")] = Field(
        alias="http5xxCount", description="Answers of 5xx from the targets in one minute; at least 1."
    )
    latency_seconds: Annotated[float, AfterValidator(_positive), ByTier("alarm_latency_seconds")] = Field(
        description="95th percentile of the target response time in seconds; more than 0. Only with latency fixed."
    )
    latency: Annotated[Bound, Field(strict=False)] = Field(
        default=Bound.FIXED,
        description="What the response time is held against: latencySeconds, or what CloudWatch has learned (anomaly).",
    )
    unhealthy_hosts: Annotated[int, within(0, 1000, "targets"), ByTier("alarm_unhealthy_hosts")] = Field(
        description="Unhealthy targets; 0: one is too many."
    )
    rejected_connections: Annotated[int, within(0, 1_000_000, "connections in a minute")] = Field(
        default=0, description="Connections that the load balancer refuses, in one minute; people are told."
    )
    busy_percent: Annotated[int, within(1, 100, "percent")] = Field(
        default=85,
        description="How busy processors are for a quarter of an hour, and on ECS how full memory is, 1 to 100; people "
        "are told.",
    )


class ServerDeploy(Model):
    """What both strategies on EC2 instances say."""

    platform: Literal["server"] = Field(
        description="What runs the application: EC2, Lambda, ECS on Fargate, or machines on premises."
    )
    fleet: Annotated[Fleet, FromParts()] = Field(description="The instances behind the load balancer.")
    deployment_config: Annotated[DeploymentConfig, Field(strict=False), ByTier("deployment_config")] = Field(
        description="How many instances CodeDeploy changes at a time."
    )
    config: OwnConfig | None = Field(
        default=None, description="A configuration of one's own, in the place of deploymentConfig."
    )
    alarms: Annotated[Alarms, FromParts()] = Field(description="What stops a deployment and rolls it back.")

    @property
    def fewest(self) -> int:
        """Of how many instances a deployment is at least."""
        return self.fleet.size.min

    @model_validator(mode="before")
    @classmethod
    def _has_one_configuration(cls, given: Any) -> Any:
        if isinstance(given, Mapping) and {"config", "deploymentConfig"} <= given.keys():
            raise refused("config or deploymentConfig, one of them", key="config")
        return given

    @model_validator(mode="after")
    def _can_begin(self) -> "ServerDeploy":
        if self.config is None:
            return self
        zone = self.config.zonal and self.config.zonal.minimum_healthy_per_zone
        for what, least in (("minimumHealthy", self.config.minimum_healthy), ("minimumHealthyPerZone", zone)):
            if least and (needed := least.of(self.fewest)) >= self.fewest:
                allowed = f"a {what} of less than the {self.fewest} instances that a deployment may have; it is"
                raise refused(f"{allowed} {needed}, and every deployment would fail at once", key="config")
        return self


class InPlaceDeploy(ServerDeploy):
    """New version onto the running instances, each taken out of traffic while it changes."""

    strategy: Literal["in-place"] = Field(description="How a new version gets there.")


class BlueGreenDeploy(ServerDeploy):
    """New version onto an idle fleet, then the traffic is shifted to it."""

    strategy: Literal["blue-green"] = Field(description="How a new version gets there.")
    watch_minutes: Annotated[int, within(0, 1380, "minutes"), ByTier("watch_minutes")] = Field(
        description="For how many minutes after the shift an alarm rolls the deployment back by itself, 0 to 1380."
    )
    bake_minutes: Annotated[int, within(0, 1380, "minutes"), ByTier("bake_minutes")] = Field(
        description="How many minutes the old fleet stays after the shift, 0 to 1380 (CodePipeline waits 24 hours)."
    )

    @property
    def fewest(self) -> int:
        """The idle fleet is filled to at least the desired size before a deployment to it begins."""
        return self.fleet.size.desired

    @model_validator(mode="after")
    def _is_not_refreshed(self) -> "BlueGreenDeploy":
        if self.fleet.instance_refresh:
            allowed = "no instanceRefresh: the next release starts every instance anew, beside those that serve"
            raise refused(allowed, key="fleet")
        return self


AnyServerDeploy = TypeAliasType(
    "AnyServerDeploy", Annotated[InPlaceDeploy | BlueGreenDeploy, Field(discriminator="strategy")]
)
