"""Builds beside what depends on them: suites, checks, the processor of an image, and words that others use."""

from typing import Any

import pytest

from runtimes import Architecture, Runtime, versions_of
from settings.builds import Build, ComputeType
from tests.unit.planning import Config, planned
from tests.unit.settings.stack_file import STOREFRONT, changed, config_of, good, said

APP = "applications.storefront"
BUILD = (*STOREFRONT, "build")
SUITES = (*STOREFRONT, "suites")
CHECKS = (*STOREFRONT, "source", "checks")
ON_LAMBDA = {"runtime": "node", "version": "22", "computeType": "BUILD_LAMBDA_4GB"}
LAMBDA_IMAGE = "aws/codebuild/amazonlinux-aarch64-lambda-standard:python3.13"
PROJECT = "aws:codebuild/project:Project"
OF_OTHERS = ("1.25", "3.9", "6.0", "18", "25")
"""Versions that some runtime has on some machine."""


@pytest.mark.parametrize("runtime", Runtime)
@pytest.mark.parametrize("architecture", Architecture)
@pytest.mark.parametrize("size", [ComputeType.SMALL, ComputeType.LAMBDA_1GB])
def test_a_pair_that_no_image_has_is_refused_at_its_version_with_those_that_exist(
    runtime: Runtime, architecture: Architecture, size: ComputeType
) -> None:
    there = versions_of(runtime, architecture=architecture, compute=size.compute)
    build = {"runtime": str(runtime), "architecture": str(architecture), "computeType": str(size)}
    for version in there:
        Build.model_validate({**build, "version": version})
    for version in {"1.0", *OF_OTHERS} - set(there):
        (line,) = said(changed(config_of("dev"), (BUILD, {**build, "version": version})), stack="dev")
        assert line.startswith(f'{APP}.build.version: given "{version}"; allowed: a version that an image has: ')
        assert line.endswith(f"there is {runtime} {', '.join(there)}")


@pytest.mark.parametrize(
    ("build", "given", "allowed"),
    [
        ({"image": "aws/codebuild/standard:7.0", "architecture": "arm64"}, "arm64", "x86_64"),
        ({"image": "aws/codebuild/amazonlinux-aarch64-standard:3.0", "architecture": "x86_64"}, "x86_64", "arm64"),
    ],
)
def test_an_image_of_codebuild_runs_on_the_processor_that_it_is_made_for(
    build: dict[str, str], given: str, allowed: str
) -> None:
    (line,) = said(changed(config_of("dev"), (BUILD, build)), stack="dev")
    assert line == f'{APP}.build.architecture: given "{given}"; allowed: {allowed}, which the image is made for'
    del build["architecture"]
    read = good("dev", (BUILD, build)).applications["storefront"].build
    assert isinstance(read, Build)
    assert read.architecture == allowed


@pytest.mark.parametrize(
    "wish", [{"timeoutMinutes": 60}, {"vpc": True}, {"docker": True}, {"cache": "s3"}, {}], ids=str
)
@pytest.mark.parametrize("build", [ON_LAMBDA, {"image": LAMBDA_IMAGE, "computeType": "BUILD_LAMBDA_1GB"}])
def test_a_suite_of_a_build_on_lambda_is_free_of_lambdas_limits(build: dict[str, str], wish: dict[str, Any]) -> None:
    suite = {"commands": ["make"], **wish}
    read = good("dev", (BUILD, build), (SUITES, {"long": suite})).applications["storefront"].suites["long"]
    assert (read.compute_type, read.timeout_minutes) == (ComputeType.SMALL, wish.get("timeoutMinutes", 20))


def test_a_suite_is_on_lambda_where_it_says_so_itself() -> None:
    quick = {"commands": ["make"], "computeType": "BUILD_LAMBDA_1GB"}
    read = good("dev", (BUILD, ON_LAMBDA), (SUITES, {"quick": quick})).applications["storefront"].suites["quick"]
    assert (read.compute_type, read.timeout_minutes) == (ComputeType.LAMBDA_1GB, None)
    (line,) = said(
        changed(config_of("dev"), (BUILD, ON_LAMBDA), (SUITES, {"quick": {**quick, "timeoutMinutes": 60}})), stack="dev"
    )
    assert line.startswith(f"{APP}.suites.quick.timeoutMinutes: given 60; allowed: nothing with BUILD_LAMBDA_1GB")


@pytest.mark.parametrize(
    ("build", "kind", "image"),
    [
        (ON_LAMBDA, "LINUX_CONTAINER", "aws/codebuild/amazonlinux-x86_64-standard:6.0"),
        (
            {"image": LAMBDA_IMAGE, "computeType": "BUILD_LAMBDA_1GB"},
            "ARM_CONTAINER",
            "aws/codebuild/amazonlinux-aarch64-standard:3.0",
        ),
    ],
)
def test_its_image_has_the_same_runtime_for_a_container(build: dict[str, str], kind: str, image: str) -> None:
    def tuned(config: Config) -> None:
        config["delivery:applications"]["storefront"].update(
            build=build, suites={"long": {"commands": ["make"], "timeoutMinutes": 60}}
        )

    plan = planned("dev", tuned)
    machine = plan.one(PROJECT, name="storefront-dev-long").inputs
    assert (machine["environment"]["type"], machine["environment"]["image"]) == (kind, image)
    assert machine["buildTimeout"] == 60
    assert "LAMBDA" in plan.one(PROJECT, name="storefront-dev-build").inputs["environment"]["type"]


def test_a_check_on_lambda_has_neither_a_badge_nor_minutes_of_its_own() -> None:
    owned = {"provider": "codecommit", "repository": "storefront", "owned": True, "flow": "git-flow"}
    config = changed(config_of("dev"), ((*STOREFRONT, "source"), owned), (BUILD, ON_LAMBDA))
    assert said(config, stack="dev") == []
    badge, minutes = said(changed(config, (CHECKS, {"badge": True, "timeoutMinutes": 30})), stack="dev")
    assert badge.startswith(
        f"{APP}.source.checks.badge: given true; allowed: false with build.computeType BUILD_LAMBDA"
    )
    assert minutes.startswith(f"{APP}.source.checks.timeoutMinutes: given 30; allowed: nothing with build.computeType")


def test_an_image_is_unpacked_by_one_build_without_tests() -> None:
    source = {"provider": "ecr", "repository": "storefront", "tag": "release"}
    build = {"runtime": "go", "version": "1.25", "coverageThreshold": 80, "batch": {}}
    config = changed(config_of("dev"), ((*STOREFRONT, "source"), source), (BUILD, build))
    batch, threshold = said(config, stack="dev")
    assert batch.startswith(f"{APP}.build.batch: unknown key; with source.provider ecr the image is unpacked")
    assert threshold.startswith(f"{APP}.build.coverageThreshold: unknown key; with source.provider ecr")


def test_a_build_with_nothing_below_it_is_one_that_says_nothing() -> None:
    nothing, empty = good("dev", (BUILD, None)), good("dev", (BUILD, {}))
    assert nothing.applications["storefront"].build == empty.applications["storefront"].build == Build()


def test_whoever_starts_a_build_by_hand_can_not_send_it_to_other_packages() -> None:
    config = changed(config_of("dev"), (("delivery:codeArtifact",), {"formats": ["maven"]}))
    (line,) = said(changed(config, (BUILD, {"parameters": {"CODEARTIFACT_DOMAIN": "mine"}})), stack="dev")
    assert line.startswith(f"{APP}.build.parameters.CODEARTIFACT_DOMAIN: ")
    assert "delivery:codeArtifact sets this one" in line


def test_what_is_wrong_beside_a_bad_runtime_is_still_said_and_nothing_that_is_not() -> None:
    build = {"runtime": "nodejs", "version": "22", "coverageThreshold": 80, "environment": {"SOURCE_REVISION": "1"}}
    lines = said(changed(config_of("dev"), (BUILD, build)), stack="dev")
    assert [line.partition(": ")[0] for line in lines] == [f"{APP}.build.environment", f"{APP}.build.runtime"]


REGISTRY = {"to": "nexus", "format": "npm", "url": "https://n.example.com/r", "files": "a.tgz", "credentials": "ci/n"}
SERVER = {
    "hostname": "jenkins.example.com",
    "certificateArn": "arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d-1234-5678-9abc-0123456789ab",
    "adminEmail": "builds@example.com",
}
JENKINS = ("delivery:jenkins",)


@pytest.mark.parametrize(
    ("path", "value", "key", "way"),
    [
        (BUILD, {}, "privilegedMode", "docker: true"),
        (BUILD, {}, "environment-variables", "parameterStore and secrets"),
        (BUILD, {}, "runtime-versions", "runtime and version"),
        (BUILD, {}, "badge", "source.checks.badge"),
        (BUILD, {}, "commands", "suites may say commands"),
        ((*SUITES, "e2e"), {"commands": ["make"]}, "privileged", "docker: true"),
        ((*SUITES, "e2e"), {"commands": ["make"]}, "image", "the image of the build"),
        ((*SUITES, "e2e"), {"commands": ["make"]}, "dependsOn", "order"),
        ((*SUITES, "e2e"), {"commands": ["make"]}, "coverageThreshold", "coverage.threshold"),
        ((*STOREFRONT, "publish"), [REGISTRY], "password", "credentials names a secret"),
        ((*STOREFRONT, "publish"), [{"to": "ecr"}], "tag", "the version is the tag"),
        (JENKINS, SERVER, "adminPassword", "the server makes the password itself"),
        (JENKINS, SERVER, "plugins", "components/jenkins/pinned.py"),
        (BUILD, {"server": "jenkins"}, "jenkinsfile", "script names a bash script"),
    ],
)
def test_a_key_that_is_called_otherwise_here_is_told_where_to_go(
    path: tuple[str, ...], value: Any, key: str, way: str
) -> None:
    config = changed(config_of("dev"), (path, value))
    if path == JENKINS or "server" in value:
        config = changed(config, (JENKINS, config.get("delivery:jenkins", SERVER)), (BUILD, {"server": "jenkins"}))
    holder: tuple[str | int, ...] = (*path, 0) if isinstance(value, list) else path
    assert said(config, stack="dev") == []
    (line,) = said(changed(config, ((*holder, key), "hunter2")), stack="dev")
    assert f".{key}: unknown key; " in line
    assert way in line
    assert "hunter2" not in line
