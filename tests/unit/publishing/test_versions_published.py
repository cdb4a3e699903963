"""Files by version and images are published once, whatever happened before."""

import json
from pathlib import Path
from typing import Any

import pytest

from components.publishing import BucketTarget, ImageTarget
from runtimes import PackageFormat
from tests.unit.publishing.runs import COMMIT, PLACE, Machine, at_codeartifact

BUCKET = "delivery-prod-published-444455556666-eu-west-1"
IMAGES = "444455556666.dkr.ecr.eu-west-1.amazonaws.com/shop-prod/image"
S3 = BucketTarget(name="s3", application="shop", place=PLACE, files=("dist/*",))
IMAGE = ImageTarget(name="image", application="shop", place=PLACE, dockerfile="docker/Dockerfile", context=".")
ASSETS = at_codeartifact(PackageFormat.GENERIC, "dist/*")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(folder=tmp_path)
    made.add("VERSION", "2.0.1\n")
    made.add("dist/shop.zip", "shop")
    return made


def kept(machine: Machine) -> Any:
    """What AWS has now."""
    return json.loads((machine.state / "aws.json").read_text())


def test_a_file_lies_under_its_version_and_says_which_commit_and_execution_it_is_from(machine: Machine) -> None:
    machine.add("dist/read me.txt", "read")

    run = machine.publish(S3)

    assert run.rc == 0, run.text
    objects = kept(machine)["objects"]
    assert {path: one["text"] for path, one in objects.items()} == {
        f"{BUCKET}/shop/2.0.1/dist/shop.zip": "shop",
        f"{BUCKET}/shop/2.0.1/dist/read me.txt": "read",
    }
    metadata = objects[f"{BUCKET}/shop/2.0.1/dist/shop.zip"]["metadata"]
    assert (metadata["version"], metadata["commit"]) == ("2.0.1", COMMIT)
    assert metadata["execution"] == "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
    for call in run.of("aws", "s3api", "put-object"):
        assert call[call.index("--if-none-match") + 1] == "*"
        assert call[call.index("--expected-bucket-owner") + 1] == "444455556666"


def test_a_source_without_commits_leaves_the_commit_out(machine: Machine) -> None:
    assert machine.publish(S3, commit="").rc == 0
    (one,) = kept(machine)["objects"].values()
    assert set(one["metadata"]) == {"version", "execution", "sha256"}


def test_without_a_version_of_the_build_the_commit_is_the_version(machine: Machine) -> None:
    (machine.bundle / "VERSION").unlink()
    assert machine.publish(S3).rc == 0
    assert list(kept(machine)["objects"]) == [f"{BUCKET}/shop/{COMMIT}/dist/shop.zip"]


@pytest.mark.parametrize(
    ("version", "complaint"),
    [("", "let the build write one"), ("1.0/../..", "is not 1 to 128 of"), ("-rf", "is not"), ("v" * 129, "is not")],
)
@pytest.mark.parametrize("target", [S3, IMAGE, ASSETS], ids=lambda one: one.name)
def test_a_version_that_is_none_is_refused_before_anything_is_asked(
    target: BucketTarget | ImageTarget, version: str, complaint: str, machine: Machine
) -> None:
    machine.add("VERSION", version)

    run = machine.publish(target, commit="")

    assert run.rc == 1
    assert complaint in run.text
    assert run.calls == []


@pytest.mark.parametrize("target", [S3, ASSETS], ids=lambda one: one.name)
def test_the_same_files_again_are_no_failure(target: BucketTarget, machine: Machine) -> None:
    machine.add("dist/more.txt", "more")
    assert machine.publish(target).rc == 0
    before = kept(machine)

    again = machine.publish(target)

    assert again.rc == 0, again.text
    assert again.text.count("there already, with the same content") == 2
    assert kept(machine) == before


@pytest.mark.parametrize("target", [S3, ASSETS, IMAGE], ids=lambda one: one.name)
def test_another_file_under_the_same_version_fails_and_changes_nothing(
    target: BucketTarget | ImageTarget, machine: Machine
) -> None:
    assert machine.publish(target).rc == 0
    before = kept(machine)
    machine.add("dist/shop.zip", "changed")

    other = machine.publish(target)

    assert other.rc == 1
    assert "nothing is overwritten" in other.text
    assert kept(machine) == before


@pytest.mark.parametrize(
    ("target", "call"),
    [
        (S3, "put-object"),
        (S3, "head-object"),
        (ASSETS, "list-package-version-assets"),
        (ASSETS, "publish-package-version"),
        (IMAGE, "describe-images"),
        (IMAGE, "batch-get-image"),
        (IMAGE, "put-image"),
        (IMAGE, "get-login-password"),
    ],
    ids=lambda one: one if isinstance(one, str) else one.name,
)
def test_what_aws_refuses_fails_the_build(target: BucketTarget | ImageTarget, call: str, machine: Machine) -> None:
    if call == "head-object":
        assert machine.publish(target).rc == 0
    machine.tell("denied", call)

    run = machine.publish(target)

    assert run.rc != 0
    assert "AccessDenied" in run.text
    assert "published" not in run.text.replace(BUCKET, "")


def test_several_assets_are_one_version_that_the_last_one_closes(machine: Machine) -> None:
    machine.add("dist/more.txt", "more")

    run = machine.publish(ASSETS)

    assert run.rc == 0, run.text
    version = kept(machine)["assets"]["2.0.1"]
    assert sorted(version["assets"]) == ["more.txt", "shop.zip"]
    assert version["open"] is False
    assert run.of("aws", "codeartifact", "get-authorization-token") == []


def test_a_version_of_assets_that_ended_half_way_is_carried_on(machine: Machine) -> None:
    machine.add("dist/more.txt", "more")
    assert machine.publish(ASSETS).rc == 0
    world = kept(machine)
    world["assets"]["2.0.1"] = {"assets": {"more.txt": world["assets"]["2.0.1"]["assets"]["more.txt"]}, "open": True}
    (machine.state / "aws.json").write_text(json.dumps(world))

    assert machine.publish(ASSETS).rc == 0
    version = kept(machine)["assets"]["2.0.1"]
    assert sorted(version["assets"]) == ["more.txt", "shop.zip"]
    assert version["open"] is False


def test_an_image_is_built_from_the_bundle_and_tagged_with_its_version(machine: Machine) -> None:
    run = machine.publish(IMAGE)

    assert run.rc == 0, run.text
    images = kept(machine)["images"]
    content, version = sorted(images)[1], sorted(images)[0]
    assert version == "2.0.1"
    assert content.startswith("bundle-")
    assert images[content] == images[version]
    (build,) = run.of("docker", "build")
    assert build[build.index("--file") + 1] == "docker/Dockerfile"
    assert f"org.opencontainers.image.revision={COMMIT}" in build
    assert build[-1] == "."
    assert run.of("docker", "push") == [["docker", "push", f"{IMAGES}:{content}"]]


def test_later_actions_get_the_digest_of_the_image_whether_it_is_new_or_not(machine: Machine) -> None:
    first, second = machine.publish(IMAGE), machine.publish(IMAGE)

    assert first.exported == second.exported
    assert first.exported["IMAGE_DIGEST"].startswith("sha256:")
    assert first.exported["IMAGE_URI"] == f"{IMAGES}@{first.exported['IMAGE_DIGEST']}"


def test_the_same_bundle_again_builds_no_second_image(machine: Machine) -> None:
    assert machine.publish(IMAGE).rc == 0
    before = kept(machine)

    again = machine.publish(IMAGE)

    assert again.rc == 0, again.text
    assert "built from the same bundle" in again.text
    assert again.of("docker") == []
    assert kept(machine) == before


def test_an_image_that_was_pushed_before_its_run_ended_gets_its_version_later(machine: Machine) -> None:
    machine.tell("denied", "put-image")
    assert machine.publish(IMAGE).rc != 0
    machine.tell("denied", "nothing")

    run = machine.publish(IMAGE)

    assert run.rc == 0, run.text
    assert run.of("docker") == []
    assert "2.0.1" in kept(machine)["images"]


def test_a_version_that_no_tag_can_have_is_no_image(machine: Machine) -> None:
    machine.add("VERSION", "1.0+build.5")

    run = machine.publish(IMAGE)

    assert run.rc == 1
    assert "can't be a tag" in run.text
