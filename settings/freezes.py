"""Change freezes: when nothing of a stack is deployed."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from settings.base import Model
from settings.detection import TimeZone
from settings.fields import matching, refused

_MIDNIGHT = " 00:00:00 +0000 UTC"


def _as_text(value: Any) -> Any:
    """A day that isn't quoted: YAML makes a date of it, and Pulumi's engine of the date a text with a midnight."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value.removesuffix(_MIDNIGHT) if isinstance(value, str) else value


def _on_the_calendar(value: str) -> str:
    try:
        datetime.fromisoformat(value)
    except ValueError as error:
        raise refused("a day that the calendar has, and a time of 00:00 to 23:59") from error
    return value


Moment = Annotated[
    str,
    BeforeValidator(_as_text),
    matching(r"\d{4}-\d\d-\d\d(T\d\d:\d\d)?", 'a day such as "2026-12-20", or a moment such as "2026-12-20T18:00"'),
    AfterValidator(_on_the_calendar),
]


class Freeze(Model):
    """From one moment to another, no application of the stack enters a stage that deploys."""

    begins: Moment = Field(alias="from", description="A day, whose beginning is meant, or a moment: 2026-12-20T18:00.")
    until: Moment = Field(description="A day, whose end is meant, or a moment.")
    time_zone: TimeZone = Field(
        default="UTC", description="The time zone in which both are meant, of the IANA database."
    )
    reason: Annotated[str, matching(r"[^\r\n]{1,200}", "text on one line, 1 to 200 characters")] = Field(
        description="Why; whoever is stopped reads it."
    )
    hotfixes: bool = Field(default=False, description="Whether the branches of the hotfix lane may pass.")

    @model_validator(mode="after")
    def _in_order(self) -> "Freeze":
        start, end = self.span
        if start >= end:
            raise refused(f"a moment after from, {self.begins}", key="until")
        return self

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when, inclusive, until when, exclusive; in UTC."""
        zone = ZoneInfo(self.time_zone)
        start = datetime.fromisoformat(self.begins)
        end = datetime.fromisoformat(self.until)
        if "T" not in self.until:
            end += timedelta(days=1)
        return start.replace(tzinfo=zone).astimezone(UTC), end.replace(tzinfo=zone).astimezone(UTC)
