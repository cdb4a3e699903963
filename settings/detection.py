"""What every source says: who it is, and what starts the pipeline, with the reason where AWS knows no such way."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar, NamedTuple, get_args
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

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


class _CronField(NamedTuple):
    """What one field of a cron expression takes besides `*`, ranges, lists and steps of its values."""

    name: str
    least: int
    most: int
    names: tuple[str, ...] = ()
    special: str = r"(?!)"


_CRON = (
    _CronField("minute", 0, 59),
    _CronField("hour", 0, 23),
    _CronField("day-of-month", 1, 31, special=r"\?|L|LW|([1-9]|[12]\d|3[01])W"),
    _CronField("month", 1, 12, _MONTHS),
    _CronField("day-of-week", 1, 7, _WEEKDAYS, special=r"\?|L|[1-7]L|[1-7]#[1-5]"),
    _CronField("year", 1970, 2199),
)
"""The fields in their order (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based)."""


def _expression(value: str) -> str:
    if rate := re.fullmatch(r"rate\((\d{1,6}) (\w+)\)", value):
        count, unit = int(rate[1]), rate[2]
        if count < 1 or unit not in _UNITS or (count == 1) != (not unit.endswith("s")):
            raise refused(
                "a rate such as rate(1 hour) or rate(6 hours): minutes, hours or days, the unit in the plural"
            )
        return value
    cron = re.fullmatch(r"cron\((\S+(?: \S+){5})\)", value)
    if not cron:
        raise refused(
            "cron(minute hour day-of-month month day-of-week year), for example cron(0 6 ? * MON-FRI *), or rate(…)"
        )
    fields = cron[1].split(" ")
    if (fields[2] == "?") == (fields[4] == "?"):
        raise refused("a cron expression with ? in one of day-of-month and day-of-week: cron(0 6 ? * MON-FRI *)")
    for given, field in zip(fields, _CRON, strict=True):
        if not all(_is_taken(one, field) for one in given.split(",")):
            named = f" or {field.names[0]} to {field.names[-1]}" if field.names else ""
            raise refused(f"a cron expression whose {field.name} is {field.least} to {field.most}{named}, or *")
    return value


def _is_taken(part: str, field: _CronField) -> bool:
    if re.fullmatch(field.special, part):
        return True
    found = re.fullmatch(r"(\*|\w+(?:-\w+)?)(?:/(\d+))?", part)
    if not found or found[2] == "0":
        return False
    values = [] if found[1] == "*" else found[1].split("-")
    return all(one in field.names or (one.isdecimal() and field.least <= int(one) <= field.most) for one in values)


def _time_zone(value: str) -> str:
    if value not in available_timezones():
        raise refused("a time zone of the IANA database, for example Europe/Berlin or UTC")
    return value


ScheduleExpression = Annotated[str, AfterValidator(_expression)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]


class Schedule(Model):
    """When the clock starts the pipeline."""

    expression: ScheduleExpression = Field(
        description="cron(…) with six fields, or rate(…), as EventBridge Scheduler takes them."
    )
    time_zone: TimeZone = Field(
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
