"""What a stack file may say of a build, and what is refused with its place and what is allowed."""

from typing import Any

import pytest

from runtimes import Architecture, Runtime
from settings.builds import Build, Cache, ComputeType
from tests.unit.every_build import DIGEST, FOREIGN_IMAGE, OWN_IMAGE
from tests.unit.settings.stack_file import STOREFRONT, changed, config_of, good, said

BUILD = (*STOREFRONT, "build")
SUITES = ((*STOREFRONT, "suites"), {"component": {"buildspec": "a.yml"}})
PLACE = "applications.storefront.build"
JAVA = {"runtime": "java", "version": "21"}
LAMBDA = {"runtime": "python", "version": "3.13", "computeType": "BUILD_LAMBDA_2GB"}
LAMBDA_IMAGE = "aws/codebuild/amazonlinux-x86_64-lambda-standard:python3.13"

# what is said of the build, the place of the line, and what it has to say besides
BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"runtime": "java", "version": "20"}, "version", "no image of codebuild has java 20 on x86_64; there is java 8,"),
    ({"runtime": "go", "version": "1.26.1"}, "version", "there is go 1.20, 1.21"),
    ({**LAMBDA, "version": "3.9"}, "version", "in lambda compute; there is python 3.12, 3.13"),
    ({"runtime": "java"}, "runtime", "runtime and version only together"),
    ({"version": "21"}, "version", "runtime and version only together"),
    ({**JAVA, "architecture": "riscv"}, "architecture", "x86_64, arm64"),
    ({**JAVA, "image": OWN_IMAGE}, "image", "no image with a runtime"),
    ({"image": OWN_IMAGE.replace(DIGEST, ":latest")}, "image", "pinned by its digest"),
    ({"image": "docker.io/library/maven:3"}, "image", "pinned by its digest"),
    ({"image": LAMBDA_IMAGE}, "image", "an image for lambda with build_lambda_"),
    ({"computeType": "BUILD_LAMBDA_2GB"}, "computeType", "a runtime or an image for lambda"),
    ({"computeType": "BUILD_GENERAL1_TINY"}, "computeType", "build_general1_small"),
    ({**LAMBDA, "docker": True}, "docker", "has no docker"),
    ({**LAMBDA, "vpc": True}, "vpc", "joins no network"),
    ({**LAMBDA, "cache": "s3"}, "cache", "has no cache"),
    ({**LAMBDA, "timeoutMinutes": 10}, "timeoutMinutes", "aws fixes 15 minutes"),
    ({"cache": "local", "vpc": True}, "cache", "aws keeps no local cache there"),
    ({"cache": "redis"}, "cache", "none, s3, local"),
    ({"privileged": True}, "privileged", "unknown key; docker: true says"),
    ({"timeoutMinutes": 4}, "timeoutMinutes", "5 to 2160"),
    ({"concurrency": 0}, "concurrency", "1 to 100"),
    ({"environment": {"A": "1"}, "secrets": {"A": "ci/a"}}, "secrets", "aren't said elsewhere too: a"),
    ({"parameterStore": {"A": "/a"}, "secrets": {"A": "ci/a"}}, "secrets", "aren't said elsewhere too: a"),
    ({"parameters": {"A": "1"}, "environment": {"A": "2"}}, "parameters", "aren't said elsewhere too: a"),
    ({"environment": {"CODEBUILD_X": "1"}}, "environment.CODEBUILD_X", "not one of codebuild_"),
    ({"environment": {"SOURCE_REVISION": "1"}}, "environment", "without source_revision, which the program sets"),
    ({"parameters": {"COVERAGE_THRESHOLD": "1"}}, "parameters", "without coverage_threshold, which the program sets"),
    ({"parameters": {"GIT_BRANCH": "main"}}, "parameters.GIT_BRANCH", ""),
    ({"parameterStore": {"A": "a//b"}}, "parameterStore.A", ""),
    ({"secrets": {"A": ""}}, "secrets.A", ""),
    ({**JAVA, "coverageThreshold": 101}, "coverageThreshold", "1 to 100 percent"),
    ({"coverageThreshold": 80}, "coverageThreshold", "only with runtime and without buildspec"),
    ({**JAVA, "buildspec": "a.yml", "coverageThreshold": 80}, "coverageThreshold", "its own judge"),
    ({"batch": {"mostBuilds": 101}}, "batch.mostBuilds", "1 to 100"),
    ({"batch": {"timeoutMinutes": 4}}, "batch.timeoutMinutes", "5 to 2160"),
    ({"server": "teamcity"}, "server", "jenkins"),
]


@pytest.mark.parametrize(("build", "key", "hint"), BAD)
def test_a_bad_build_is_one_line_with_its_place_and_what_is_allowed(build: dict[str, Any], key: str, hint: str) -> None:
    (line,) = said(changed(config_of("dev"), (BUILD, build), SUITES), stack="dev")
    assert line.startswith(f"{PLACE}.{key}: " if key else f"{PLACE}: ")
    assert hint in line.lower()


@pytest.mark.parametrize(
    ("build", "line"),
    [
        ({"runtime": "perl", "version": "5"}, f'{PLACE}.runtime: given "perl"; allowed: java, dotnet, python'),
        ({"runtime": "java", "version": 21}, f"{PLACE}.version: given 21; allowed: text: quote it"),
    ],
)
def test_a_runtime_and_its_version_are_words_that_we_know(build: dict[str, Any], line: str) -> None:
    lines = said(changed(config_of("dev"), (BUILD, build), SUITES), stack="dev")
    # The version is right, and coming without its runtime isn't its fault.
    (only,) = lines
    assert only.startswith(line)


GOOD: list[dict[str, Any]] = [
    {},
    JAVA,
    {**JAVA, "architecture": "arm64", "docker": True, "cache": "local", "coverageThreshold": 80},
    {**JAVA, "buildspec": "ci/build.yml"},
    LAMBDA,
    {"image": LAMBDA_IMAGE, "computeType": "BUILD_LAMBDA_2GB"},
    {"image": OWN_IMAGE, "vpc": True, "cache": "s3"},
    {"image": FOREIGN_IMAGE},
]


@pytest.mark.parametrize("build", GOOD)
def test_a_good_build_is_taken(build: dict[str, Any]) -> None:
    assert said(changed(config_of("dev"), (BUILD, build), SUITES), stack="dev") == []


def test_a_build_is_read_as_it_is_said() -> None:
    build = good("dev", (BUILD, {**LAMBDA, "architecture": "arm64"}), SUITES).applications["storefront"].build
    assert isinstance(build, Build)
    assert (build.runtime, build.version, build.architecture) == (Runtime.PYTHON, "3.13", Architecture.ARM64)
    assert (build.compute_type, build.timeout_minutes, build.cache) == (ComputeType.LAMBDA_2GB, None, Cache.NONE)


@pytest.mark.parametrize(
    ("build", "hint"),
    [
        (None, "a runtime or an image for lambda"),
        ({"image": "aws/codebuild/standard:7.0"}, "an image for lambda"),
        ({"runtime": "go", "version": "1.26"}, "there is go 1.24"),
    ],
)
def test_a_suite_on_lambda_needs_an_image_for_it(build: dict[str, Any] | None, hint: str) -> None:
    suites = {"quick": {"buildspec": "a.yml", "computeType": "BUILD_LAMBDA_1GB"}}
    changes = [((*STOREFRONT, "suites"), suites), *([(BUILD, build)] if build else [])]
    (line,) = said(changed(config_of("dev"), *changes), stack="dev")
    assert line.startswith("applications.storefront.suites: ")
    assert "suite quick" in line
    assert hint in line.lower()


def test_a_check_says_whether_it_has_a_badge() -> None:
    checks = (*STOREFRONT, "source", "checks")
    (line,) = said(changed(config_of("dev"), (checks, {"badge": "yes"})), stack="dev")
    assert line.startswith("applications.storefront.source.checks.badge: ")
