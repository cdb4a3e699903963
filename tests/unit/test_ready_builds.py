"""A build by runtime: its image, and what is put into source code that has no buildspec."""

import json
from typing import Any

import pulumi
import pytest
import yaml

from tests.unit.every_build import FEATURES, RUNTIMES, every_build
from tests.unit.planning import Config, planned
from tests.unit.roads import action_of, stages_of
from tests.unit.roles import roles_of

PROJECT = "aws:codebuild/project:Project"
FUNCTION = "aws:lambda/function:Function"
BY_RUNTIME = {"runtime": "python", "version": "3.13"}


def with_build(**build: Any) -> Any:
    """Builds the storefront so, by its runtime."""

    def change(config: Config) -> None:
        config["delivery:applications"]["storefront"]["build"] = {**BY_RUNTIME, **build}

    return change


@pytest.mark.parametrize(
    ("name", "kind", "image"),
    [
        ("java", "LINUX_CONTAINER", "aws/codebuild/amazonlinux-x86_64-standard:6.0"),
        ("dotnet", "LINUX_CONTAINER", "aws/codebuild/amazonlinux-x86_64-standard:6.0"),
        ("python", "LINUX_CONTAINER", "aws/codebuild/amazonlinux-x86_64-standard:6.0"),
        ("ruby", "LINUX_CONTAINER", "aws/codebuild/amazonlinux-x86_64-standard:6.0"),
        ("go", "ARM_CONTAINER", "aws/codebuild/amazonlinux-aarch64-standard:4.0"),
        ("node", "LINUX_LAMBDA_CONTAINER", "aws/codebuild/amazonlinux-x86_64-lambda-standard:nodejs22"),
    ],
)
def test_a_runtime_is_built_on_an_image_that_has_it(name: str, kind: str, image: str) -> None:
    made = every_build().one(PROJECT, name=f"{name}-dev-build").inputs
    assert (made["environment"]["type"], made["environment"]["image"]) == (kind, image)


def test_a_build_on_lambda_has_the_time_that_aws_gives_it() -> None:
    made = every_build().one(PROJECT, name="node-dev-build").inputs
    assert made.get("buildTimeout") is None
    assert made.get("queuedTimeout") is None


@pytest.mark.parametrize("name", RUNTIMES)
def test_source_code_is_prepared_before_it_is_built(name: str) -> None:
    assert dict(stages_of(every_build(), name))["Build"] == ["Prepare", "Build"]
    prepare = action_of(every_build(), "Prepare", name).declaration
    build = action_of(every_build(), "Build", name).declaration
    assert (prepare["inputArtifacts"], prepare["outputArtifacts"]) == (["Source"], ["Prepared"])
    assert (build["inputArtifacts"], build["outputArtifacts"]) == (["Prepared"], ["Bundle"])
    assert prepare["runOrder"] < build["runOrder"]
    # CodeBuild knows no revision of what a function made.
    (revision,) = json.loads(build["configuration"]["EnvironmentVariables"])
    assert (revision["name"], revision["value"]) == ("SOURCE_REVISION", "#{Source.CommitId}")


@pytest.mark.parametrize("name", RUNTIMES)
def test_what_is_put_in_is_the_buildspec_of_the_runtime(name: str) -> None:
    function = every_build().one(FUNCTION, name=f"{name}-dev-provide-buildspec").inputs
    text = function["code"].assets["provide_buildspec/ready_buildspec.yml"]
    assert isinstance(text, pulumi.StringAsset)
    buildspec = yaml.safe_load(text.text)
    key = {"go": "golang", "node": "nodejs"}.get(name, name)
    # The image of a function has one version, and takes no choice.
    assert list(buildspec["phases"]["install"].get("runtime-versions", {})) == ([] if name == "node" else [key])
    assert "cache" not in buildspec
    assert json.loads(function["environment"]["variables"]["PARAMETERS"]) == {"path": "buildspec.yml"}


@pytest.mark.parametrize("name", RUNTIMES)
def test_the_function_writes_its_log_answers_the_pipeline_and_reaches_no_bucket(name: str) -> None:
    role = roles_of(every_build())[f"{name}-dev-provide-buildspec"]
    answers = {"codepipeline:PutJobFailureResult", "codepipeline:PutJobSuccessResult"}
    assert role.actions == {"logs:CreateLogStream", "logs:PutLogEvents", *answers}


@pytest.mark.parametrize("name", FEATURES)
def test_a_build_without_a_runtime_is_built_as_it_comes(name: str) -> None:
    assert dict(stages_of(every_build(), name))["Build"] == ["Build"]


def test_a_buildspec_that_is_named_needs_no_other() -> None:
    dev = planned("dev", with_build(buildspec="ci/build.yml"))
    assert dict(stages_of(dev))["Build"] == ["Build"]
    build = dev.one(PROJECT, name="storefront-dev-build").inputs
    assert build["source"]["buildspec"] == "ci/build.yml"
    assert build["environment"]["image"] == "aws/codebuild/amazonlinux-x86_64-standard:6.0"


def test_a_cache_is_in_the_ready_buildspec_and_a_threshold_in_its_environment() -> None:
    dev = planned("dev", with_build(cache="s3", coverageThreshold=85))
    function = dev.one(FUNCTION, name="storefront-dev-provide-buildspec").inputs
    ready = yaml.safe_load(function["code"].assets["provide_buildspec/ready_buildspec.yml"].text)
    assert ready["cache"]["paths"]
    variables = dev.one(PROJECT, name="storefront-dev-build").inputs["environment"]["environmentVariables"]
    assert {"name": "COVERAGE_THRESHOLD", "value": "85", "type": "PLAINTEXT"} in variables


def test_with_packages_of_the_stack_the_ready_buildspec_resolves_through_them() -> None:
    def change(config: Config) -> None:
        with_build()(config)
        config["delivery:codeArtifact"] = {"formats": ["pypi"]}

    function = planned("dev", change).one(FUNCTION, name="storefront-dev-provide-buildspec").inputs
    ready = yaml.safe_load(function["code"].assets["provide_buildspec/ready_buildspec.yml"].text)
    first = "\n".join(ready["phases"]["install"]["commands"])
    assert first.index("codeartifact") < first.index("pip install")


def test_a_suite_of_another_size_has_the_same_runtime() -> None:
    def change(config: Config) -> None:
        with_build()(config)
        config["delivery:applications"]["storefront"]["suites"] = {
            "quick": {"buildspec": "a.yml", "computeType": "BUILD_LAMBDA_1GB"}
        }

    suite = planned("dev", change).one(PROJECT, name="storefront-dev-quick").inputs
    assert suite["environment"]["image"] == "aws/codebuild/amazonlinux-x86_64-lambda-standard:python3.13"
