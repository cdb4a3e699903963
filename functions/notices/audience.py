"""An audience: which notices it hears, by which channels, and when it wants quiet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from os import environ
from time import localtime, tzset

from pipeline_job.failures import RefusedError
from pipeline_job.values import Values

KINDS = ("approval-needed", "failed", "succeeded", "rolled-back", "superseded", "stopped", "drift")


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """The hours in which only what is urgent passes, every day; they may go over midnight.

    Args:
        begins, ends: times of the day. The minute of `ends` isn't quiet any more.
        zone: the rule of a time zone in POSIX's form, such as `CET-1CEST,M3.5.0,M10.5.0/3`: the runtime of Lambda need
            not have a database of time zones.
    """

    begins: time
    ends: time
    zone: str

    def holds(self, now: datetime) -> bool:
        """Whether it is quiet now."""
        here = local_time(now, zone=self.zone)
        if self.begins < self.ends:
            return self.begins <= here < self.ends
        return here >= self.begins or here < self.ends


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who hears, and how. Where it has no such channel, the text is empty.

    Args:
        name: of the audience.
        kinds: of the notices it hears.
        mail: ARN of the topic with its mail addresses.
        chat: ARN of the topic that its chat listens to.
        webhook: name of the function that calls its webhook.
        queue: address of the queue that holds back what isn't urgent, where it has quiet hours.
        quiet: those hours.
    """

    name: str
    kinds: tuple[str, ...]
    mail: str = ""
    chat: str = ""
    webhook: str = ""
    queue: str = ""
    quiet: Quiet | None = None

    @classmethod
    def parse(cls, value: object) -> "Audience":
        """Read one audience of the function's parameters.

        Raises:
            RefusedError: a key is missing or unknown, or a value makes no sense.
        """
        if not isinstance(value, Mapping):
            raise RefusedError("Parameter `audiences` must be a list of audiences.")
        unknown = set(value) - set(cls.__dataclass_fields__)
        kinds = value.get("kinds")
        if unknown or not isinstance(kinds, list) or not set(kinds) <= set(KINDS):
            raise RefusedError(f"An audience has `kinds` of {list(KINDS)} and no unknown keys; not {sorted(unknown)}.")
        texts = {key: _text(value, key) for key in ("name", "mail", "chat", "webhook", "queue")}
        if not texts["name"]:
            raise RefusedError("An audience has a `name`.")
        quiet = _quiet(value["quiet"]) if "quiet" in value else None
        if (quiet is None) != (not texts["queue"]):
            raise RefusedError("An audience has `queue` and `quiet` both, or neither.")
        return cls(kinds=tuple(kinds), quiet=quiet, **texts)

    def hears(self, kind: str) -> bool:
        """Whether it is told of such notices."""
        return kind in self.kinds

    def waits(self, *, urgent: bool, now: datetime) -> bool:
        """Whether it gets this later, in the digest of its quiet hours."""
        return not urgent and self.quiet is not None and self.quiet.holds(now)


def audiences_of(values: Values) -> tuple[Audience, ...]:
    """The audiences of a function's parameters.

    Raises:
        RefusedError: they make no sense.
    """
    listed = values["audiences"]
    if not isinstance(listed, list):
        raise RefusedError("Parameter `audiences` must be a list of audiences.")
    return tuple(Audience.parse(one) for one in listed)


def local_time(now: datetime, *, zone: str) -> time:
    """The time of the day in a zone, to the minute."""
    before = environ.get("TZ")
    environ["TZ"] = zone
    tzset()
    try:
        here = localtime(now.timestamp())
    finally:
        if before is None:
            del environ["TZ"]
        else:
            environ["TZ"] = before
        tzset()
    return time(here.tm_hour, here.tm_min)


def _text(value: Mapping[str, object], key: str) -> str:
    found = value.get(key, "")
    if not isinstance(found, str):
        raise RefusedError(f"An audience's `{key}` must be a text.")
    return found


@cache
def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise RefusedError(f"Quiet hours begin and end at times such as 19:00; not {text}.") from error


def _quiet(value: object) -> Quiet:
    match value:
        case [str(begins), str(ends), str(zone)] if zone:
            return Quiet(begins=_time(begins), ends=_time(ends), zone=zone)
    raise RefusedError("An audience's `quiet` must be its beginning, its end and the rule of its time zone.")
