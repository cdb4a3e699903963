"""The ledger in moto's S3: a release is written once, found again, and read in the order of the deployments."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from pipeline_job.failures import RefusedError
from release_ledger import append, find, releases
from release_ledger.store import record_key
from tests.unit.functions.release_records import FINISHED, FULL, release

LEDGER = "delivery-prod-ledger"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="eu-west-1")
        client.create_bucket(
            Bucket=LEDGER,
            CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
            ObjectLockEnabledForBucket=True,
        )
        yield client


def test_a_release_lies_under_its_application_the_end_of_its_deployment_and_its_execution(s3: Any) -> None:
    assert append(s3, LEDGER, FULL)
    listed = [one["Key"] for one in s3.list_objects_v2(Bucket=LEDGER)["Contents"]]
    assert listed == ["storefront/20261125T210816Z-0f3a8c1e-0000-4000-8000-000000000001.json"]


def test_a_record_carries_the_checksum_without_which_object_lock_takes_nothing(s3: Any) -> None:
    append(s3, LEDGER, FULL)
    found = s3.head_object(Bucket=LEDGER, Key=record_key(FULL), ChecksumMode="ENABLED")
    assert found["ChecksumSHA256"]


def test_what_is_written_twice_is_there_once_and_as_it_was_first(s3: Any) -> None:
    assert append(s3, LEDGER, FULL)
    assert not append(s3, LEDGER, replace(FULL, reason="something else"))
    versions = s3.list_object_versions(Bucket=LEDGER)["Versions"]
    assert len(versions) == 1
    assert list(releases(s3, LEDGER, "storefront")) == [FULL]


def test_releases_come_in_the_order_in_which_they_ended_not_in_which_they_were_written(s3: Any) -> None:
    for minutes in (20, 0, 10):
        append(s3, LEDGER, release(minutes))
    append(s3, LEDGER, release(5, application="storefront-api"))
    assert list(releases(s3, LEDGER, "storefront")) == [release(20), release(10), release(0)]
    assert list(releases(s3, LEDGER, "storefront", newest_first=False, limit=2)) == [release(0), release(10)]
    assert list(releases(s3, LEDGER, "storefront", since=FINISHED + timedelta(minutes=10))) == [
        release(20),
        release(10),
    ]
    assert list(releases(s3, LEDGER, "warehouse")) == []


def test_more_releases_than_a_page_of_s3_has_are_all_there(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    for minutes in range(5):
        append(s3, LEDGER, release(minutes))
    assert list(releases(s3, LEDGER, "storefront", newest_first=False)) == [release(one) for one in range(5)]


def test_a_release_is_found_by_its_id(s3: Any) -> None:
    for one in (release(0), release(1), release(0, application="storefront-api")):
        append(s3, LEDGER, one)
    assert find(s3, LEDGER, "storefront", release(1).release) == release(1)


@pytest.mark.parametrize("wanted", ["storefront-2026", "storefront-20261125T210817Z", "storefront", "storefront-", "x"])
def test_a_release_that_the_ledger_has_not_is_refused_by_name(s3: Any, wanted: str) -> None:
    append(s3, LEDGER, release(0))
    with pytest.raises(RefusedError, match=f"has no release {wanted} of storefront"):
        find(s3, LEDGER, "storefront", wanted)


@pytest.mark.parametrize("body", [b"{}", b"\xff\xfe"])
def test_what_is_no_record_is_told_by_its_address(s3: Any, body: bytes) -> None:
    s3.put_object(Bucket=LEDGER, Key="storefront/20261125T210816Z-e1.json", Body=body)
    with pytest.raises(RefusedError, match=r"ledger/storefront/20261125T210816Z-e1\.json is no record"):
        list(releases(s3, LEDGER, "storefront"))


def test_a_record_that_lies_where_another_belongs_is_none(s3: Any) -> None:
    for one in (release(0), replace(release(0), application="warehouse"), replace(release(0), execution="")):
        s3.put_object(Bucket=LEDGER, Key="storefront/20261125T210816Z-e9.json", Body=one.to_json().encode())
        with pytest.raises(RefusedError, match=r"storefront/20261125T210816Z-e9\.json is no record"):
            list(releases(s3, LEDGER, "storefront"))


def test_whoever_needs_the_others_hears_of_what_is_no_record_and_gets_them(s3: Any) -> None:
    append(s3, LEDGER, release(0))
    s3.put_object(Bucket=LEDGER, Key="storefront/20261125T211316Z-e5.json", Body=b"{}")
    append(s3, LEDGER, release(10))
    heard: list[str] = []
    assert list(releases(s3, LEDGER, "storefront", unreadable=heard.append)) == [release(10), release(0)]
    assert [one.split(" ")[0] for one in heard] == [f"s3://{LEDGER}/storefront/20261125T211316Z-e5.json"]


def test_a_ledger_that_refuses_is_no_release_that_is_there_already(s3: Any) -> None:
    with pytest.raises(s3.exceptions.ClientError, match="NoSuchBucket"):
        append(s3, "elsewhere", FULL)
