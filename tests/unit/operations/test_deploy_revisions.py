"""What a person may name after `--revision`, and how its artifact is found on each kind of road."""

import boto3
import pytest

from operations.command import UnusableError
from operations.deployment.found import Found, find_revision
from operations.deployment.target import target_of
from operations.deployment.wish import CommitWish, ImageWish, ObjectWish, TagWish, VersionWish, Wish, wish_of
from tests.unit.operations.hand_world import ARTIFACTS, COMMIT, KEY, REGION, RELEASES, HandWorld, digest, told

IMAGE = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("text", "platform", "wish"),
    [
        ("s3://b/a/k.zip", "server", ObjectWish(bucket="b", key="a/k.zip")),
        ("s3://b//k.zip", "server", ObjectWish(bucket="b", key="/k.zip")),
        ("s3://b/k?versionId=V.1_x", "ecs", ObjectWish(bucket="b", key="k", version="V.1_x")),
        (COMMIT, "server", CommitWish(commit=COMMIT)),
        ("3f2a9c1", "lambda", CommitWish(commit="3f2a9c1")),
        ("v1.4.0", "server", TagWish(tag="v1.4.0")),
        ("refs/tags/v1.4.0", "server", TagWish(tag="v1.4.0")),
        ("41", "lambda", VersionWish(version="41")),
        ("41", "server", TagWish(tag="41")),
        (IMAGE, "ecs", ImageWish(digest=IMAGE)),
        (f"1.dkr.ecr.eu-west-1.amazonaws.com/shop@{IMAGE}", "ecs", ImageWish(digest=IMAGE)),
    ],
)
def test_a_text_is_read_by_its_form_and_the_platform(text: str, platform: str, wish: Wish) -> None:
    assert wish_of(text, platform=platform) == wish


@pytest.mark.parametrize(
    ("text", "says"),
    [
        # No tag at all would be that of every release that has none.
        ("refs/tags/", "a commit, a tag"),
        ("s3://[bucket/key", "s3://<bucket>/<key>"),
        ("s3://b", "allowed: s3://<bucket>/<key>"),
        ("s3://b/k?version=1", "allowed: s3://<bucket>/<key>"),
        ("s3://b/k?versionId=", "allowed: s3://<bucket>/<key>"),
        ("s3://b/k.tar.gz", "a zip file"),
        (IMAGE, "images are for ecs; this is server"),
        ("--yes", "allowed: s3://"),
        ("two words", "allowed: s3://"),
        ("", "allowed: s3://"),
    ],
)
def test_a_text_that_means_nothing_is_refused_with_what_is_allowed(text: str, says: str) -> None:
    with pytest.raises(UnusableError, match=says):
        wish_of(text, platform="server")


def find(world: HandWorld, text: str) -> Found:
    target = target_of(world.stack(), None)
    return find_revision(wish_of(text, platform=target.platform), target)


@pytest.mark.parametrize("text", ["v1.4.0", COMMIT, COMMIT[:7]])
def test_what_was_promoted_is_found_by_its_manifest_and_lies_where_nothing_expires(world: HandWorld, text: str) -> None:
    version = world.promote(b"one", tag="v1.4.0")
    world.promote(b"two", tag="v1.5.0", commit="b" * 40)
    world.execution("e-1", version)
    world.execution("e-2", version)
    found = find(world, text)
    assert found.bundle is not None
    assert (found.bundle.bucket, found.bundle.version, found.sha256) == (RELEASES, version, digest(b"one"))
    assert found.executions == ("e-2", "e-1")
    assert (found.source.commit, found.source.tag, found.source.branch) == (COMMIT, "v1.4.0", "release/1.4")
    assert found.source.committed == "2026-11-20T08:00:00Z", "a deployment by hand has a lead time as well"


def test_an_object_of_the_release_bucket_is_pinned_to_its_version_and_told_apart(world: HandWorld) -> None:
    old, new = world.promote(b"one", tag="v1"), world.promote(b"two", tag="v2", commit="b" * 40)
    world.execution("e-1", old)
    assert find(world, f"s3://{RELEASES}/{KEY}?versionId={old}").source.tag == "v1"
    newest = find(world, f"s3://{RELEASES}/{KEY}")
    assert newest.bundle is not None
    assert newest.bundle.version == new
    assert newest.executions == ()


def test_a_promoted_release_whose_artifact_was_deleted_is_said_to_be_gone(world: HandWorld) -> None:
    version = world.promote(b"one", tag="v1.4.0")
    world.put(b"one", key=f"{KEY}.kept")
    boto3.client("s3", REGION).delete_object(Bucket=RELEASES, Key=KEY, VersionId=version)
    with pytest.raises(UnusableError, match=r"tag v1\.4\.0 was promoted, but its artifact is gone"):
        find(world, "v1.4.0")
    with pytest.raises(UnusableError, match="is gone: it has expired, or somebody deleted it"):
        find(world, f"s3://{RELEASES}/{KEY}?versionId={version}")


def test_what_was_never_promoted_is_said_so(world: HandWorld) -> None:
    world.promote(b"one")
    with pytest.raises(UnusableError, match=r"no release of storefront from tag v9 was promoted to s3://releases"):
        find(world, "v9")


def test_a_manifest_that_can_not_be_read_hides_no_other(world: HandWorld) -> None:
    s3 = boto3.client("s3", REGION)
    s3.put_object(Bucket=RELEASES, Key="storefront/manifests/0.json", Body=b"\xff")
    s3.put_object(Bucket=RELEASES, Key="storefront/manifests/1.json", Body=b'{"version": 99}')
    world.promote(b"one", tag="v1.4.0")
    assert find(world, "v1.4.0").sha256 == digest(b"one")


@pytest.fixture
def building(world: HandWorld) -> HandWorld:
    """A stack that builds itself: two executions, the newer of which failed before its build was over."""
    world.told = told(artifact="Bundle")
    world.put(b"one", bucket=ARTIFACTS, key="storefront-prod/Bundle/one")
    world.execution("e-1", COMMIT, artifact="storefront-prod/Bundle/one")
    world.execution("e-2", COMMIT, status="Failed")
    world.variables = {"e-1": {"GIT_BRANCH": "refs/tags/v1.4.0"}}
    told_by_source = {"CommitterDate": "2026-11-22T07:30:00Z", "BranchName": "main"}
    of_source = {"category": "Source", "owner": "AWS", "provider": "CodeCommit", "version": "1"}
    world.runs["e-1"][0]["input"] = {"actionTypeId": of_source}
    world.runs["e-1"][0]["output"]["outputVariables"] = told_by_source
    return world


@pytest.mark.parametrize("text", [COMMIT, COMMIT[:7], "v1.4.0", "s3://artifacts/storefront-prod/Bundle/one"])
def test_what_the_pipeline_built_is_found_among_its_executions(building: HandWorld, text: str) -> None:
    found = find(building, text)
    assert found.bundle is not None
    assert (found.bundle.bucket, found.bundle.key) == (ARTIFACTS, "storefront-prod/Bundle/one")
    assert found.executions == ("e-1",)
    assert found.source.commit == COMMIT
    assert found.source.committed == "2026-11-22T07:30:00Z", "a deployment by hand has a lead time as well"
    assert found.source.branch == "", "the action tells the branch it was set up with"


def test_an_artifact_that_has_expired_is_said_to_be_gone_before_anything_begins(
    building: HandWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    boto3.client("s3", REGION).delete_object(Bucket=ARTIFACTS, Key="storefront-prod/Bundle/one")
    assert building.deploy("--revision", COMMIT) == 2
    assert "s3://artifacts/storefront-prod/Bundle/one is gone" in capsys.readouterr().err
    assert building.changes() == []


def test_a_commit_that_was_never_built_is_said_with_how_far_it_was_looked_for(building: HandWorld) -> None:
    with pytest.raises(UnusableError, match="none of the last 2 executions of storefront-prod has made an artifact"):
        find(building, "d" * 40)


def test_an_object_of_nobody_is_deployed_by_broken_glass_alone(building: HandWorld) -> None:
    building.put(b"mine", bucket=RELEASES, key="mine.zip")
    assert building.deploy("--revision", "s3://releases/mine.zip") == 1
    assert building.deploy("--revision", "s3://releases/mine.zip", "--break-glass", "built by hand") == 0
    assert building.deployed[0]["bucket"] == ARTIFACTS
