"""When something recurs, as Unix writes it: five fields, and the minutes that they mean."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from settings.fields import refused


@dataclass(frozen=True, kw_only=True)
class _Field:
    """One field of an expression: what one is called, its least and most number, and the names of numbers."""

    called: str
    least: int
    most: int
    names: tuple[str, ...] = ()

    @property
    def all(self) -> frozenset[int]:
        return frozenset(range(self.least, self.most + 1))

    def numbers(self, text: str) -> frozenset[int]:
        """The numbers that a text means."""
        return frozenset(number for part in text.split(",") for number in self._part(part))

    def _part(self, part: str) -> Iterator[int]:
        found = re.fullmatch(r"(?:\*|(\w+)(?:-(\w+))?)(?:/([1-9]\d?))?", part)
        if not found:
            raise self._refused()
        begin, end, step = found.groups()
        first = self.least if begin is None else self._number(begin)
        last = self._number(end) if end else first if begin and not step else self.most
        if first > last:
            raise refused(f"{self.called} whose ranges go up: not {part} but {self._upwards(begin, end)}")
        yield from range(first, last + 1, int(step or 1))

    def _number(self, text: str) -> int:
        if text in self.names:
            return self.least + self.names.index(text)
        if not text.isdecimal() or not self.least <= int(text) <= self.most:
            raise self._refused()
        return int(text)

    def _refused(self) -> Exception:
        named = f" or {self.names[0]} to {self.names[-1]}" if self.names else ""
        return refused(f"{self.called} of {self.least} to {self.most}{named}, or *; lists, ranges and steps of them")

    def _upwards(self, begin: str, end: str) -> str:
        """A range over the end of the field, as two of them."""
        first, last = (self.names[0], self.names[-1]) if begin in self.names else (str(self.least), str(self.most))
        before = begin if begin == last else f"{begin}-{last}"
        return f"{before},{end if end == first else f'{first}-{end}'}"


_MINUTE = _Field(called="a minute", least=0, most=59)
_HOUR = _Field(called="an hour", least=0, most=23)
_DAY = _Field(called="a day of month", least=1, most=31)
_MONTH = _Field(
    called="a month",
    least=1,
    most=12,
    names=("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
)
_WEEKDAY = _Field(called="a day of week", least=0, most=7, names=("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))
_FIELDS = (_MINUTE, _HOUR, _DAY, _MONTH, _WEEKDAY)
"""https://docs.aws.amazon.com/autoscaling/ec2/userguide/scheduled-scaling-recurring-schedules.html"""

_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, kw_only=True)
class _Times:
    """The minutes that an expression means. Where a day of the month and one of the week are said, either will do."""

    minutes: frozenset[int]
    hours: frozenset[int]
    months: frozenset[int]
    days: frozenset[int] | None
    weekdays: frozenset[int] | None

    @property
    def come(self) -> bool:
        """Whether there is such a day in any year."""
        if self.days is None or self.weekdays is not None:
            return True
        return any(min(self.days) <= _LONGEST_MONTHS[month - 1] for month in self.months)


def _times(expression: str) -> _Times:
    texts = expression.split(" ")
    if len(texts) != len(_FIELDS):
        raise refused('five fields, minute hour day-of-month month day-of-week, such as "0 7 * * MON-FRI"')
    minutes, hours, days, months, weekdays = (field.numbers(text) for field, text in zip(_FIELDS, texts, strict=True))
    # Sunday is 0 and 7.
    weekdays = frozenset(day % 7 for day in weekdays)
    return _Times(
        minutes=minutes,
        hours=hours,
        months=months,
        days=None if days == _DAY.all else days,
        weekdays=None if len(weekdays) == 7 else weekdays,
    )


def _recurrence(value: str) -> str:
    if not _times(value).come:
        raise refused("a day that one of its months has")
    return value


Recurrence = Annotated[str, AfterValidator(_recurrence)]


def can_meet(one: str, other: str) -> bool:
    """Whether two expressions mean a minute that they have in common."""
    a, b = _times(one), _times(other)
    if not (a.minutes & b.minutes and a.hours & b.hours and a.months & b.months):
        return False
    if a.days and b.days and a.weekdays is b.weekdays is None:
        return bool(a.days & b.days)
    if a.weekdays and b.weekdays and a.days is b.days is None:
        return bool(a.weekdays & b.weekdays)
    # Each day of a month is each day of the week in some year.
    return True
