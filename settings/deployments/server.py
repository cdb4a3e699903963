"""How an application gets onto its fleet: a class for each strategy on EC2 instances.

To add a strategy: write a subclass of `ServerDeploy`, and add it to the union `AnyServerDeploy`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator
from typing_extensions import TypeAliasType

from settings.base import ByTier, Derived, FromParts, Model
from settings.deployments.front import ExistingBalancer, FrontWebAcl, balancer_agrees
from settings.deployments.healthy_hosts import OwnConfig
from settings.deployments.machines import Machines, can_halve, for_one_instance
from settings.deployments.workers import WorkerGroups
from settings.fields import CertificateArn, UrlPath, WebUrl, refused, within
from settings.tiers import DeploymentConfig

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


class Fleet(Machines):
    """The instances behind the load balancer; blue/green makes two fleets of this kind."""

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

    @model_validator(mode="before")
    @classmethod
    def _has_one_balancer(cls, given: Any) -> Any:
        return balancer_agrees(given)


def _positive(value: float) -> float:
    if not 0 < value <= 4000:
        raise refused("more than 0 and at most 4000 seconds")
    return value


class Bound(StrEnum):
    """What slowness is held against: a number of the stack file, or what CloudWatch has learned of hour and day."""

    FIXED = "fixed"
    ANOMALY = "anomaly"


def one_bound(given: Any, *, number: str, bound: str) -> Any:
    """Refuses a number that nothing would be held against, since CloudWatch is to learn it.

    Args:
        given: the alarms of the stack file.
        number: the number's key.
        bound: the key that says what counts.
    """
    if isinstance(given, Mapping) and given.get(bound) == Bound.ANOMALY.value and given.get(number) is not None:
        raise refused(f"no {number} with {bound}: {Bound.ANOMALY.value}, which learns it", key=number)
    return given


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

    @model_validator(mode="before")
    @classmethod
    def _has_one_bound(cls, given: Any) -> Any:
        return one_bound(given, number="latencySeconds", bound="latency")


class ServerDeploy(Model):
    """What both strategies on EC2 instances say."""

    platform: Literal["server"] = Field(
        description="What runs the application: EC2, Lambda, ECS on Fargate, or machines on premises."
    )
    fleet: Annotated[Fleet, FromParts()] = Field(description="The instances behind the load balancer.")
    deployment_config: Annotated[DeploymentConfig, Field(strict=False), ByTier("deployment_config")] = Field(
        description="How many instances CodeDeploy changes at a time; one where `desired` is 1, if not said."
    )
    config: OwnConfig | None = Field(
        default=None, description="A configuration of one's own, in the place of deploymentConfig."
    )
    alarms: Annotated[Alarms, FromParts()] = Field(description="What stops a deployment and rolls it back.")
    workers: WorkerGroups = Field(
        default_factory=dict,
        description="Fleets that take no traffic and get the same bundle after the main one, by name; at most 5.",
    )

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

    @model_validator(mode="before")
    @classmethod
    def _changes_one_of_one(cls, given: Any) -> Any:
        return for_one_instance(given)

    @model_validator(mode="after")
    def _can_begin(self) -> "ServerDeploy":
        if self.config is None:
            can_halve(self.fleet, self.deployment_config)
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
