"""A manifest is found by the digest of the bytes, and believed only where it says the same of itself."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from pipeline_job.failures import RefusedError
from release_manifest import Manifest, manifest_key, read_manifest

BUCKET, DIGEST, OTHER = "releases", "ab" * 32, "cd" * 32
MANIFEST = Manifest(application="storefront", digest=DIGEST, commit="4f2c")


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="eu-west-1")
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield client


def read(s3: Any, digest: str = DIGEST) -> Manifest:
    return read_manifest(s3, bucket=BUCKET, application="storefront", digest=digest)


def test_the_manifest_of_a_digest_is_read(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"storefront/manifests/{DIGEST}.json", Body=MANIFEST.to_json().encode())
    assert read(s3) == MANIFEST


def test_bytes_that_nobody_promoted_have_no_manifest(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key=manifest_key("storefront", DIGEST), Body=MANIFEST.to_json().encode())
    with pytest.raises(
        RefusedError, match=f"storefront with the digest {OTHER} was promoted: there is no s3://releases"
    ):
        read(s3, OTHER)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (replace(MANIFEST, application="warehouse"), f"it is that of warehouse with the digest {DIGEST}"),
        (replace(MANIFEST, digest=OTHER), f"it is that of storefront with the digest {OTHER}"),
    ],
)
def test_a_manifest_that_lies_under_a_key_not_its_own_is_refused(s3: Any, found: Manifest, told: str) -> None:
    s3.put_object(Bucket=BUCKET, Key=manifest_key("storefront", DIGEST), Body=found.to_json().encode())
    with pytest.raises(RefusedError, match=told):
        read(s3)


def test_what_is_no_text_is_refused(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key=manifest_key("storefront", DIGEST), Body=b"\xff\xfe")
    with pytest.raises(RefusedError, match="no text"):
        read(s3)


def test_a_bucket_that_is_not_there_is_no_missing_manifest(s3: Any) -> None:
    with pytest.raises(s3.exceptions.ClientError, match="NoSuchBucket"):
        read_manifest(s3, bucket="elsewhere", application="storefront", digest=DIGEST)
