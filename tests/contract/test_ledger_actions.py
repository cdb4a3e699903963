"""The functions of the ledger make exactly the calls that they declare."""

from collections.abc import Iterable

from moto import mock_aws

import measure_delivery
import record_release
from repository_events.run import answer_event
from tests.unit.functions.fake_ledger import LINE, FakeLedger, ended
from tests.unit.functions.fake_pipeline import TOPIC
from tests.unit.functions.release_records import release
from tests.unit.functions.test_measure_delivery import FakeMetrics

LISTS = {"s3:ListObjectsV2": "s3:ListBucket"}
"""Calls whose action in IAM has another name."""


def named(calls: Iterable[str]) -> list[str]:
    """The calls as IAM actions."""
    return sorted({LISTS.get(one, one) for one in calls})


def test_whoever_records_calls_what_it_declares() -> None:
    with mock_aws():
        aws = FakeLedger()
        built = {**LINE, "releases": "", "repository": "storefront"}
        failed = aws.start(aws.record("a"))
        aws.act(failed, "ShiftTraffic", "Failed", deployment="d-1")
        aws.deployments["d-1"] = {"status": "Failed"}
        aws.end(failed, "Failed")
        aws.see(ended(failed, "FAILED"), line=built)
        promoted = aws.begin()
        aws.deploy(promoted)
        aws.see(ended(promoted))
        aws.refuse("GetParameter", "AccessDeniedException")
        lost = aws.begin()
        aws.deploy(lost)
        event = ended(lost)
        answer_event(event, name="x", visit=lambda _: aws.see(event), clients=aws.clients, topic=TOPIC)
        assert named(aws.actions) == list(record_release.API_ACTIONS)


def test_whoever_measures_calls_what_it_declares() -> None:
    with mock_aws():
        aws = FakeMetrics()
        event = aws.record(release(0))
        aws.see(event)
        # Nothing is published to the topic but what could not be measured; `answer_event` does that for all alike.
        assert named({*aws.actions, "sns:Publish"}) == list(measure_delivery.API_ACTIONS)
