"""The decisions of `measure_delivery`: plain values in, plain values out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline_job.values import fixed_values, text_of
from release_ledger import Release
from release_ledger.measures import Measure, Metric, added
from release_ledger.store import ENDING
from repository_events.event import Event, text_in

CREATED = "Object Created"
NAMESPACE = "Delivery"

MARKS = "_measured/"
"""What keys of marks begin with; no application's name has such a sign."""

OLDEST, NEWEST = timedelta(days=13), timedelta(minutes=110)
"""CloudWatch takes no point that is two weeks old, nor one of two hours ahead
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html)."""

_UNITS: Mapping[Metric, str] = {
    Metric.DEPLOYMENTS: "Count",
    Metric.LEAD_TIME: "Seconds",
    Metric.FAILURES: "Count",
    Metric.RESTORE: "Seconds",
}


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What is fixed for the function; the package says what each is."""

    environment: str
    ledger: str
    topic: str

    @classmethod
    def parse(cls, text: str) -> "Parameters":
        """Read the variable `PARAMETERS`.

        Raises:
            RefusedError: not JSON, a key missing or unknown, or a value that makes no sense.
        """
        values = fixed_values(text, needed=cls.__dataclass_fields__)
        return cls(**{key: text_of(values, key) for key in cls.__dataclass_fields__})


def record_of(event: Event, *, parameters: Parameters) -> str:
    """The key of the record that an event tells of; empty where it tells of something else.

    Raises:
        RefusedError: a key is missing; the message names it.
    """
    if event.type != CREATED:
        return ""
    bucket, stored = event.detail.get("bucket"), event.detail.get("object")
    if not isinstance(bucket, Mapping) or text_in(bucket, "name") != parameters.ledger:
        return ""
    key = text_in(stored if isinstance(stored, Mapping) else {}, "key")
    return key if key.endswith(ENDING) and not key.startswith(MARKS) else ""


def fresh(release: Release, others: Sequence[Release], *, now: datetime) -> tuple[list[Measure], int]:
    """What a release adds that CloudWatch takes, and how much is too old for it or, by somebody's wrong clock, still to
    come."""
    new = added(release, others)
    taken = [one for one in new if now - OLDEST < one.at < now + NEWEST]
    return taken, len(new) - len(taken)


def points(measures: Sequence[Measure], *, application: str, environment: str) -> list[dict[str, object]]:
    """The same as PutMetricData wants it."""
    dimensions = [{"Name": "Application", "Value": application}, {"Name": "Environment", "Value": environment}]
    return [
        {
            "MetricName": str(one.metric),
            "Dimensions": dimensions,
            "Timestamp": one.at,
            "Value": one.value,
            "Unit": _UNITS[one.metric],
        }
        for one in measures
    ]
