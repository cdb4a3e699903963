"""What every source says: who it is, and what starts the pipeline, with the reason where AWS knows no such way."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, model_validator

from settings.base import Model
from settings.fields import refused


class ChangeDetection(StrEnum):
    """What starts the pipeline."""

    EVENTS = "events"
    POLLING = "polling"
    SCHEDULE = "schedule"
    MANUAL = "manual"


_UNITS = {"minute", "minutes", "hour", "hours", "day", "days"}
_FIELD = r"[A-Za-z0-9*?/,\-#LW]+"


def _expression(value: str) -> str:
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"""
    if rate := re.fullmatch(r"rate\((\d{1,6}) (\w+)\)", value):
        count, unit = int(rate[1]), rate[2]
        if count < 1 or unit not in _UNITS or (count == 1) != (not unit.endswith("s")):
            raise refused(
                "a rate such as rate(1 hour) or rate(6 hours): minutes, hours or days, the unit in the plural"
            )
        return value
    if cron := re.fullmatch(rf"cron\(({_FIELD}(?: {_FIELD}){{5}})\)", value):
        fields = cron[1].split(" ")
        if (fields[2] == "?") == (fields[4] == "?"):
            raise refused("a cron expression with ? in one of day-of-month and day-of-week: cron(0 6 ? * MON-FRI *)")
        return value
    raise refused(
        "cron(minute hour day-of-month month day-of-week year), for example cron(0 6 ? * MON-FRI *), or rate(…)"
    )


def _time_zone(value: str) -> str:
    if value not in available_timezones():
        raise refused("a time zone of the IANA database, for example Europe/Berlin or UTC")
    return value


class Schedule(Model):
    """When the clock starts the pipeline."""

    expression: Annotated[str, AfterValidator(_expression)] = Field(
        description="cron(…) with six fields, or rate(…), as EventBridge Scheduler takes them."
    )
    time_zone: Annotated[str, AfterValidator(_time_zone)] = Field(
        default="UTC", description="The time zone in which cron(…) is meant, of the IANA database."
    )


class Source(Model):
    """What every source says."""

    builds: ClassVar[bool] = True
    """Whether the pipeline builds what it gets; False where the artifact was built by another pipeline."""

    undetected: ClassVar[Mapping[ChangeDetection, str]] = {}
    """The ways to detect a change that AWS doesn't have for this source, and why."""

    provider: str
    change_detection: Annotated[ChangeDetection, Field(strict=False)] = Field(
        default=ChangeDetection.EVENTS,
        description="What starts the pipeline: events (at once), polling (asked for every minute), schedule (the "
        "clock), or manual (a person).",
    )
    schedule: Schedule | None = Field(default=None, description="With changeDetection schedule: when.")

    @classmethod
    def provider_name(cls) -> str:
        """The word in `source.provider` that chooses this class."""
        (name,) = get_args(cls.model_fields["provider"].annotation)
        return str(name)

    @model_validator(mode="after")
    def _detectable(self) -> "Source":
        way = self.change_detection
        if way in self.undetected:
            ways = ", ".join(one for one in ChangeDetection if one not in self.undetected)
            raise refused(f"{ways}; {self.undetected[way]}", key="changeDetection")
        if way is ChangeDetection.SCHEDULE and self.schedule is None:
            raise refused("schedule only together with schedule: {expression: …, timeZone: …}", key="changeDetection")
        if way is not ChangeDetection.SCHEDULE and self.schedule is not None:
            raise refused(f"no schedule with changeDetection {way}; write changeDetection: schedule", key="schedule")
        return self
