"""`measure_delivery`: each record of the ledger is measured once, with the dimensions that dashboards ask for."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import boto3
import pytest
from moto import mock_aws

from measure_delivery.decide import Parameters
from measure_delivery.handler import visit
from pipeline_job.failures import RefusedError
from release_ledger import Kind, Outcome, Release, append
from release_ledger.measures import Metric, measures
from release_ledger.store import record_key
from repository_events.event import parse_event
from tests.unit.functions.delivery_year import a_year
from tests.unit.functions.fake_wire import FakeWire
from tests.unit.functions.release_records import FINISHED, release

LEDGER = "delivery-prod-ledger"
GIVEN = {"environment": "prod", "ledger": LEDGER, "topic": "arn:aws:sns:eu-west-1:111122223333:events"}


class FakeMetrics(FakeWire):
    """A ledger in moto's S3, and a CloudWatch that remembers what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.now = FINISHED + timedelta(minutes=1)
        self.came: dict[str, datetime] = {}
        where = {"LocationConstraint": "eu-west-1"}
        self.clients.s3.create_bucket(Bucket=LEDGER, CreateBucketConfiguration=where, ObjectLockEnabledForBucket=True)
        self.calls.clear()

    def _client(self, service: str) -> Any:
        if service != "s3":
            return super()._client(service)
        client = boto3.client("s3", region_name="eu-west-1", aws_access_key_id="fake", aws_secret_access_key="fake")

        def heard(model: Any, **_: Any) -> Any:
            self.calls.append((f"s3:{model.name}", {}))
            return self._answer("s3", model, {}) if self.errors.get(model.name) else None

        def timed(parsed: Any, **_: Any) -> None:
            for one in parsed.get("Contents", ()):
                one["LastModified"] = self.came.get(one["Key"], one["LastModified"])

        client.meta.events.register("before-call.s3.*", heard)
        client.meta.events.register("after-call.s3.ListObjectsV2", timed)
        return client

    def _cloudwatch_PutMetricData(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802, ARG002
        return {}

    def record(self, one: Release) -> Mapping[str, Any]:
        """A record comes into the ledger, a second after the one before it; its event."""
        append(self.clients.s3, LEDGER, one)
        self.came[record_key(one)] = FINISHED + timedelta(seconds=len(self.came))
        return created(record_key(one))

    def see(self, event: Mapping[str, Any]) -> str:
        """One event; what was done."""
        given = Parameters.parse(json.dumps(GIVEN))
        return visit(parse_event(event), parameters=given, clients=self.clients, clock=lambda: self.now)

    @property
    def points(self) -> list[dict[str, Any]]:
        """What CloudWatch was told."""
        return [point for call in self.asked("PutMetricData") for point in call["MetricData"]]

    def told(self, application: str = "storefront") -> Counter[tuple[str, float, datetime]]:
        """The same of one application, to be compared."""
        return Counter(
            (point["MetricName"], point["Value"], point["Timestamp"])
            for point in self.points
            if {"Name": "Application", "Value": application} in point["Dimensions"]
        )


def come_to(releases: Iterable[Release]) -> Counter[tuple[str, float, datetime]]:
    """What releases come to, all at once."""
    return Counter((str(one.metric), one.value, one.at) for one in measures(releases))


def created(key: str, *, bucket: str = LEDGER) -> Mapping[str, Any]:
    """The event of a new object
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html)."""
    return {
        "account": "111122223333",
        "region": "eu-west-1",
        "time": "2026-11-25T21:08:17Z",
        "detail-type": "Object Created",
        "detail": {"bucket": {"name": bucket}, "object": {"key": key, "size": 1}},
    }


@pytest.fixture
def aws() -> Iterator[FakeMetrics]:
    with mock_aws():
        yield FakeMetrics()


def test_a_deployment_is_a_point_of_its_application_and_environment_at_its_end(aws: FakeMetrics) -> None:
    told = aws.see(aws.record(release(0)))
    assert told == "storefront/20261125T210816Z-e0.json: Deployments 1"
    (call,) = aws.asked("PutMetricData")
    assert call["Namespace"] == "Delivery"
    (point,) = call["MetricData"]
    assert (point["MetricName"], point["Value"], point["Unit"]) == ("Deployments", 1, "Count")
    assert point["Timestamp"] == FINISHED
    assert {one["Name"]: one["Value"] for one in point["Dimensions"]} == {
        "Application": "storefront",
        "Environment": "prod",
    }


def test_an_event_that_comes_twice_is_measured_once(aws: FakeMetrics) -> None:
    event = aws.record(release(0))
    aws.see(event)
    assert aws.see(event).endswith(" is measured already")
    assert len(aws.points) == 1


def test_what_was_broken_is_known_from_the_ledger_itself(aws: FakeMetrics) -> None:
    for one in (release(0), release(60, outcome=Outcome.FAILED), release(75, kind=Kind.ROLLBACK)):
        aws.see(aws.record(one))
    named = Counter(point["MetricName"] for point in aws.points)
    assert named == {"Deployments": 2, "ChangeFailures": 1, "RestoreSeconds": 1}
    assert aws.points[-1]["Value"] == 15 * 60


def test_events_that_come_late_in_the_wrong_order_and_twice_measure_everything_once(aws: FakeMetrics) -> None:
    days = a_year(days=12).releases
    aws.now = days[-1].ended
    events = [aws.record(one) for one in days]
    # Every record is there before the first of them is measured.
    for event in (*events[::-1], *events):
        aws.see(event)
    assert aws.told() == come_to(days)
    assert {name for name, _, _ in aws.told()} == set(Metric)


@pytest.mark.parametrize("late", [False, True])
def test_two_applications_whose_events_come_in_any_order_come_to_what_the_ledger_says(
    aws: FakeMetrics, late: bool
) -> None:
    random = Random(4)  # noqa: S311
    ours = a_year(5, days=9).releases
    others = [replace(one, application="warehouse") for one in a_year(9, days=9).releases]
    coming = sorted([*ours, *others], key=lambda one: one.ended, reverse=True)
    aws.now = coming[0].ended
    if late:
        random.shuffle(coming)
    waiting: list[Mapping[str, Any]] = []
    while coming or waiting:
        if coming and random.random() < 0.6:
            waiting += [aws.record(coming.pop())] * random.choice([1, 1, 2])
        elif waiting:
            aws.see(waiting.pop(random.randrange(len(waiting))))
    for application, known in (("storefront", ours), ("warehouse", others)):
        missing, wrong = come_to(known) - aws.told(application), aws.told(application) - come_to(known)
        assert not missing
        # What a record that comes late makes wrong, nobody can take back.
        assert late or not wrong


def test_a_record_that_nobody_can_read_keeps_no_other_from_being_measured(aws: FakeMetrics) -> None:
    broken = record_key(release(5))
    aws.clients.s3.put_object(Bucket=LEDGER, Key=broken, Body=b"{}")
    aws.came[broken] = FINISHED - timedelta(days=1)
    aws.see(aws.record(release(0, outcome=Outcome.FAILED)))
    aws.see(aws.record(release(30)))
    assert aws.told() == come_to([release(0, outcome=Outcome.FAILED), release(30)])


def test_a_record_that_says_nothing_new_is_marked_all_the_same(aws: FakeMetrics) -> None:
    event = aws.record(release(0, outcome=Outcome.STOPPED))
    assert aws.see(event).endswith(": nothing")
    assert aws.points == []
    assert aws.see(event).endswith(" is measured already")


def test_a_mark_is_no_release_and_no_event_of_its_own(aws: FakeMetrics) -> None:
    aws.see(aws.record(release(0)))
    assert aws.see(created("_measured/storefront/20261125T210816Z-e0.json")).startswith("nothing to measure of")
    keys = [one["Key"] for one in aws.clients.s3.list_objects_v2(Bucket=LEDGER)["Contents"]]
    assert keys == ["_measured/storefront/20261125T210816Z-e0.json", "storefront/20261125T210816Z-e0.json"]


@pytest.mark.parametrize("later", [timedelta(days=20), -timedelta(hours=3)])
def test_what_is_too_old_or_yet_to_come_for_cloudwatch_is_said_and_not_sent(aws: FakeMetrics, later: timedelta) -> None:
    aws.now = FINISHED + later
    event = aws.record(release(0))
    assert aws.see(event).endswith(": nothing; 1 of a time that CloudWatch does not take")
    assert aws.points == []


@pytest.mark.parametrize("operation", ["GetObject", "ListObjectsV2", "PutMetricData"])
def test_what_fails_before_it_is_marked_is_tried_again(aws: FakeMetrics, operation: str) -> None:
    event = aws.record(release(0))
    aws.refuse(operation, "ThrottlingException")
    with pytest.raises(Exception, match="ThrottlingException"):
        aws.see(event)
    assert list(aws.clients.s3.list_objects_v2(Bucket=LEDGER, Prefix="_measured/").get("Contents", ())) == []
    aws.see(event)
    assert {one["MetricName"] for one in aws.points} == {"Deployments"}
    assert aws.see(event).endswith(" is measured already")


@pytest.mark.parametrize(
    "event",
    [
        created("storefront/a.json", bucket="another"),
        created("storefront/notes.txt"),
        {**created("a.json"), "detail-type": "Object Deleted"},
    ],
)
def test_other_objects_are_none_of_its_business(aws: FakeMetrics, event: Mapping[str, Any]) -> None:
    assert aws.see(event).startswith("nothing to measure of")
    assert aws.calls == []


def test_an_object_that_is_no_record_is_refused_by_its_address(aws: FakeMetrics) -> None:
    aws.clients.s3.put_object(Bucket=LEDGER, Key="storefront/a.json", Body=b"{}")
    with pytest.raises(RefusedError, match=r"storefront/a\.json is no record"):
        aws.see(created("storefront/a.json"))


@pytest.mark.parametrize("change", [{"ledger": ""}, {"more": "x"}, {"environment": 1}])
def test_wrong_parameters_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(RefusedError):
        Parameters.parse(json.dumps({**GIVEN, **change}))
