"""A deployment configuration of one's own for servers: how many instances stay healthy, and zone after zone."""

from typing import Annotated

from pydantic import Field, model_validator

from settings.base import Model
from settings.fields import refused, within


class HealthyHosts(Model):
    """How many instances stay healthy, as a number or as a part of the fleet."""

    count: Annotated[int, within(0, 1000, "instances")] | None = Field(
        default=None, description="That many instances, 0 to 1000; less than the fleet has."
    )
    percent: Annotated[int, within(0, 99, "percent")] | None = Field(
        default=None, description="That part of the fleet, 0 to 99 percent; CodeDeploy rounds up."
    )

    @model_validator(mode="after")
    def _says_one(self) -> "HealthyHosts":
        if (self.count is None) == (self.percent is None):
            raise refused("count or percent, one of them")
        return self

    def of(self, fleet: int) -> int:
        """How many instances of a fleet that is."""
        return self.count if self.count is not None else -(-fleet * (self.percent or 0) // 100)


class ZonalConfig(Model):
    """One zone after the other."""

    monitor_minutes: Annotated[int, within(0, 240, "minutes")] = Field(
        description="How long CodeDeploy waits after each zone, 0 to 240 minutes."
    )
    first_zone_monitor_minutes: Annotated[int, within(0, 240, "minutes")] | None = Field(
        default=None, description="How long it waits after the first one; not said: as after the others."
    )
    minimum_healthy_per_zone: HealthyHosts | None = Field(
        default=None, description="How many instances of the zone stay healthy meanwhile; not said: none has to."
    )


class OwnConfig(Model):
    """A deployment configuration of one's own (https://docs.aws.amazon.com/codedeploy/latest/userguide/
    deployment-configurations-create.html)."""

    minimum_healthy: HealthyHosts = Field(description="How many instances stay healthy.")
    zonal: ZonalConfig | None = Field(default=None, description="Zone after zone; not said: all zones together.")
