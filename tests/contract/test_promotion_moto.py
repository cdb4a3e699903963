"""A release's whole way over moto's S3 and KMS: real bytes, real digests, conditional writes as the service has them.

CodePipeline hands over the artifact and the credentials; what it tells of executions comes from a fake, for moto has no
list of action executions.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from admit_release.handler import visit as admit_visit
from pipeline_job.clients import Clients
from pipeline_job.run import Visit, answer_job
from promote_release.handler import visit as promote_visit
from release_manifest import Manifest, manifest_key
from release_manifest.digest import CHUNK
from tests.unit.functions.fake_release import GIVEN, TAKEN, FakeRelease
from tests.unit.functions.pipeline_action import EXECUTION, job_event, message, variables

HERE, THERE = "eu-west-1", "eu-central-1"
ARTIFACTS, RELEASES, ACCOUNT = "delivery-staging-artifacts", "delivery-prod-releases", "123456789012"
BUNDLE, RELEASE = "storefront-staging/Bundle/abc.zip", "storefront/release.zip"
ARTIFACT = bytes(range(256)) * (CHUNK // 256) + b"and more than one part"
DIGEST = hashlib.sha256(ARTIFACT).hexdigest()


class World:
    """Two regions, an artifact store in one, a release bucket in the other, and the executions of staging."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.told = FakeRelease()
        self.here, self.there = (boto3.client("s3", region_name=region) for region in (HERE, THERE))
        keys = {region: boto3.client("kms", region_name=region).create_key()["KeyMetadata"] for region in (HERE, THERE)}
        self.key = keys[THERE]["Arn"]
        for client, region, bucket in ((self.here, HERE, ARTIFACTS), (self.there, THERE, RELEASES)):
            client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
            client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
            rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": keys[region]["Arn"]}
            client.put_bucket_encryption(
                Bucket=bucket,
                ServerSideEncryptionConfiguration={
                    "Rules": [{"ApplyServerSideEncryptionByDefault": rule, "BucketKeyEnabled": True}]
                },
            )
        self.here.put_object(Bucket=ARTIFACTS, Key=BUNDLE, Body=ARTIFACT)

    def call(self, visit: Visit, *, key: str, s3: Any, fixed: Mapping[str, object]) -> dict[str, Any]:
        """One visit of CodePipeline, with this object of the artifact store; what it was answered."""
        self.monkeypatch.setenv("PARAMETERS", json.dumps(fixed))
        event = job_event(parameters=json.dumps({"execution": EXECUTION}))
        place = {"bucketName": ARTIFACTS, "objectKey": key}
        event["CodePipeline.job"]["data"]["inputArtifacts"][0]["location"]["s3Location"] = place
        regions = {HERE: self.here, THERE: self.there}
        clients = Clients(
            make=lambda service: s3 if service == "s3" else self.told.clients.make(service),
            artifacts=lambda _: self.here,
            s3_in=lambda region: regions[region],
        )
        answer_job(event, visit=visit, clients=clients, clock=lambda: self.told.now)
        return self.told.answers[-1]

    def promote(self) -> dict[str, Any]:
        """staging gives its artifact away."""
        fixed = {**GIVEN, "bucket": RELEASES, "account": ACCOUNT}
        return self.call(promote_visit, key=BUNDLE, s3=self.here, fixed=fixed)

    def admit(self) -> dict[str, Any]:
        """prod's source action copies what lies in the release bucket now, and prod looks at the copy."""
        body = self.there.get_object(Bucket=RELEASES, Key=RELEASE)["Body"].read()
        self.here.put_object(Bucket=ARTIFACTS, Key="storefront-prod/Source/def.zip", Body=body)
        fixed = {**TAKEN, "bucket": RELEASES}
        return self.call(admit_visit, key="storefront-prod/Source/def.zip", s3=self.there, fixed=fixed)

    def versions(self, key: str) -> int:
        """How many versions an object of the release bucket has."""
        found = self.there.list_object_versions(Bucket=RELEASES, Prefix=key)
        return len(found.get("Versions", []))

    def rewrite(self, change: Callable[[Manifest], Manifest]) -> None:
        """Somebody who gets past the bucket's policy puts another manifest in the place of the first."""
        key = manifest_key("storefront", DIGEST)
        found = Manifest.from_json(self.there.get_object(Bucket=RELEASES, Key=key)["Body"].read().decode())
        self.there.put_object(Bucket=RELEASES, Key=key, Body=change(found).to_json().encode())


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"):
        monkeypatch.setenv(f"AWS_{name}", "testing")
    with mock_aws():
        yield World(monkeypatch)


def test_prod_lets_in_the_very_bytes_that_staging_tested(world: World) -> None:
    given = variables(world.promote())
    taken = variables(world.admit())
    assert given["DIGEST"] == taken["DIGEST"] == DIGEST
    assert taken["TESTS"] == "Build, e2e"
    copied = world.there.get_object(Bucket=RELEASES, Key=RELEASE, VersionId=given["VERSION"])
    assert copied["Body"].read() == ARTIFACT


def test_the_release_lies_under_the_receivers_key_with_the_digest_as_its_checksum(world: World) -> None:
    world.promote()
    found = world.there.head_object(Bucket=RELEASES, Key=RELEASE, ChecksumMode="ENABLED")
    assert found["SSEKMSKeyId"] == world.key
    assert found["Metadata"]["sha256"] == DIGEST
    assert found["ChecksumSHA256"] == base64.b64encode(bytes.fromhex(DIGEST)).decode()
    assert found["ContentLength"] == len(ARTIFACT)


def test_an_object_that_was_tampered_with_does_not_come_in(world: World) -> None:
    world.promote()
    world.there.put_object(Bucket=RELEASES, Key=RELEASE, Body=ARTIFACT[:-1] + b"X", Metadata={"sha256": DIGEST})
    assert "No release of storefront with the digest" in message(world.admit())


def test_a_release_whose_manifest_is_gone_does_not_come_in(world: World) -> None:
    world.promote()
    world.there.delete_object(Bucket=RELEASES, Key=manifest_key("storefront", DIGEST))
    assert f"there is no s3://{RELEASES}/storefront/manifests/{DIGEST}.json" in message(world.admit())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda found: replace(found, application="warehouse"), "it is that of warehouse"),
        (lambda found: replace(found, digest="ab" * 32), f"with the digest {'ab' * 32}"),
        (lambda found: replace(found, pipeline="arn:aws:codepipeline:eu-west-1:1:x"), "has to come from"),
        (lambda found: replace(found, tests=()), "names no test"),
        (lambda found: replace(found, tests=(replace(found.tests[0], status="Failed"),)), "not: Build (Failed)"),
    ],
    ids=["another application", "other bytes", "another pipeline", "no test", "a failed test"],
)
def test_a_release_whose_manifest_says_something_else_does_not_come_in(
    world: World, change: Callable[[Manifest], Manifest], told: str
) -> None:
    world.promote()
    world.rewrite(change)
    assert told in message(world.admit())


def test_a_repeated_promotion_leaves_one_release_and_one_manifest(world: World) -> None:
    assert variables(world.promote()) == variables(world.promote())
    assert (world.versions(RELEASE), world.versions("storefront/manifests/")) == (1, 1)


@pytest.mark.parametrize("older", [False, True], ids=["the first release", "over an older one"])
def test_two_promotions_at_once_leave_one_release(world: World, older: bool) -> None:
    if older:
        world.there.put_object(Bucket=RELEASES, Key=RELEASE, Body=b"older", Metadata={"execution": "before"})
    before = world.versions(RELEASE)
    waiting = [world.promote]

    def meanwhile(params: dict[str, Any], **_: Any) -> None:
        if params["Key"] == RELEASE and waiting:
            waiting.pop()()

    world.there.meta.events.register("before-parameter-build.s3.PutObject", meanwhile)
    assert "continuationToken" in world.promote()
    assert world.versions(RELEASE) == before + 1
    assert variables(world.promote())["DIGEST"] == DIGEST
    assert world.versions(RELEASE) == before + 1


def test_a_second_release_of_the_same_bytes_is_a_new_version_with_the_first_manifest(world: World) -> None:
    first = variables(world.promote())["VERSION"]
    world.there.put_object(Bucket=RELEASES, Key=RELEASE, Body=b"another", Metadata={"execution": "another"})
    second = variables(world.promote())["VERSION"]
    assert first != second
    assert (world.versions(RELEASE), world.versions("storefront/manifests/")) == (3, 1)
    assert variables(world.admit())["DIGEST"] == DIGEST
