"""How a fleet follows its load: by what is measured, and by the clock."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from settings.base import Derived, Model
from settings.deployments.recurrence import Recurrence
from settings.detection import TimeZone
from settings.fields import matching, refused, within

ScheduleName = Annotated[str, matching(r"[a-z0-9]+(-[a-z0-9]+)*", "a name of a-z 0-9 and single -")]


class Scaling(Model):
    """What a fleet is kept at, between its smallest and its largest size. Of two measures the larger fleet counts."""

    cpu_percent: Annotated[int, within(10, 90, "percent")] | None = Field(
        default=None, description="Average CPU of the instances that the fleet is kept at, 10 to 90 percent."
    )
    requests_per_minute: Annotated[int, within(1, 1_000_000, "requests")] | None = Field(
        default=None, description="Requests that each instance answers in a minute, on average, 1 to 1000000."
    )
    warmup_seconds: Annotated[int, within(0, 3600, "seconds")] = Field(
        default=120,
        description="How long an instance in service isn't measured yet, 0 to 3600 seconds.",
    )

    @model_validator(mode="after")
    def _measures_something(self) -> "Scaling":
        if self.cpu_percent is None and self.requests_per_minute is None:
            raise refused("cpuPercent, requestsPerMinute, or both")
        return self


class FleetSchedule(Model):
    """How small a fleet may be from a time on, until another schedule says otherwise, and how large it is then."""

    cron: Recurrence = Field(description="When, as minute hour day-of-month month day-of-week: 0 7 * * MON-FRI.")
    time_zone: TimeZone = Field(
        default="UTC", description="The time zone that `cron` is meant in, of the IANA database."
    )
    min: Annotated[int, within(1, 1000, "instances")] = Field(
        description="Never fewer instances from then on; within the fleet's own size."
    )
    desired: Annotated[
        int | None, Derived("with `scaling` what that makes of it, without it `min`"), within(1, 1000, "instances")
    ] = Field(default=None, description="Instances at that time, `min` to the fleet's max.")


FleetSchedules = Mapping[ScheduleName, FleetSchedule]
