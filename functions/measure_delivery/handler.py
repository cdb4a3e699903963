"""Lambda `measure_delivery`: looks, decides, publishes, marks. The decisions are in `decide`."""

import os
from functools import partial

from botocore.exceptions import ClientError

from measure_delivery.decide import MARKS, NAMESPACE, Parameters, fresh, points, record_of
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.failures import error_code
from pipeline_job.run import Clock, utc_now
from pipeline_job.values import VARIABLE
from release_ledger import Release
from release_ledger.store import arrivals, read, read_each
from repository_events.event import Event
from repository_events.run import answer_event, logger

MOST_READ = 200
"""Releases of an application that are read: what is wrong for longer than that is measured by the ledger alone."""


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one event."""
    clients, parameters = runtime_clients(), Parameters.parse(os.environ.get(VARIABLE, ""))
    act = partial(visit, parameters=parameters, clients=clients)
    answer_event(event, name="measure_delivery", visit=act, clients=clients, topic=parameters.topic)


def visit(event: Event, *, parameters: Parameters, clients: Clients, clock: Clock = utc_now) -> str:
    """One event with the given clients; what was done."""
    key = record_of(event, parameters=parameters)
    if not key:
        return f"nothing to measure of {event}"
    if marked(key, parameters=parameters, clients=clients):
        return f"{key} is measured already"
    release = read(clients.s3, parameters.ledger, key)
    others = came_before(key, of=release.application, parameters=parameters, clients=clients)
    new, left_out = fresh(release, others, now=clock())
    if new:
        clients.cloudwatch.put_metric_data(
            Namespace=NAMESPACE,
            MetricData=points(new, application=release.application, environment=parameters.environment),
        )
    mark(key, parameters=parameters, clients=clients)
    told = ", ".join(f"{one.metric} {one.value:g}" for one in new) or "nothing"
    return f"{key}: {told}{f'; {left_out} of a time that CloudWatch does not take' if left_out else ''}"


def came_before(key: str, *, of: str, parameters: Parameters, clients: Clients) -> list[Release]:
    """The releases of the application that were in the ledger before a record came.

    Each is measured with those alone. So what lies between two of them, such as the time to restore, is measured once,
    by the one that came later: whenever their events come, and also where both are measured at the same moment.
    """
    came = arrivals(clients.s3, parameters.ledger, of)
    before = [one for one in came if (came[one], one) < (came[key], key)]
    passed_by = partial(logger.warning, "passed by: %s")
    return list(read_each(clients.s3, parameters.ledger, before[-MOST_READ:], unreadable=passed_by))


def marked(key: str, *, parameters: Parameters, clients: Clients) -> bool:
    """Whether a record is measured."""
    try:
        clients.s3.get_object(Bucket=parameters.ledger, Key=f"{MARKS}{key}")
    except ClientError as error:
        if error_code(error) != "NoSuchKey":
            raise
        return False
    return True


def mark(key: str, *, parameters: Parameters, clients: Clients) -> None:
    """Say that a record is measured; another visit may have said so."""
    try:
        clients.s3.put_object(
            Bucket=parameters.ledger, Key=f"{MARKS}{key}", Body=b"", ChecksumAlgorithm="SHA256", IfNoneMatch="*"
        )
    except ClientError as error:
        if error_code(error) != "PreconditionFailed":
            raise
