"""The table of build images, and what the ready buildspecs say. That they work is a contract's matter."""

import subprocess
from itertools import product
from typing import Any

import pytest
import yaml

from plans.builds import check_machine
from runtimes import (
    IMAGES,
    Architecture,
    Compute,
    Runtime,
    UnknownRuntimeError,
    ready_buildspec,
    toolchain,
    versions_of,
)
from settings.builds import Build, ComputeType

# From AWS's lists, as in its documentation: image, then runtime and versions.
NEWER = {
    "java": "8 11 17 21 25",
    "python": "3.10 3.11 3.12 3.13 3.14",
    "node": "22 24",
    "go": "1.24 1.25 1.26",
    "dotnet": "8.0 10.0",
    "ruby": "3.3 3.4 4.0",
}
OLDER = {
    "java": "8 11 17 21 25",
    "python": "3.9 3.10 3.11 3.12 3.13 3.14",
    "node": "18 20 22 24",
    "go": "1.20 1.21 1.22 1.23 1.24 1.25 1.26",
    "dotnet": "6.0 8.0 10.0",
    "ruby": "3.1 3.2 3.3 3.4 4.0",
}
OF_CONTAINERS = {
    "aws/codebuild/standard:7.0": OLDER,
    "aws/codebuild/standard:8.0": NEWER,
    "aws/codebuild/amazonlinux-x86_64-standard:5.0": OLDER,
    "aws/codebuild/amazonlinux-x86_64-standard:6.0": NEWER,
    "aws/codebuild/amazonlinux-aarch64-standard:3.0": OLDER,
    "aws/codebuild/amazonlinux-aarch64-standard:4.0": NEWER,
}
OF_LAMBDA = {
    ("java", "21"): "corretto21",
    ("dotnet", "8.0"): "dotnet8",
    ("python", "3.12"): "python3.12",
    ("python", "3.13"): "python3.13",
    ("ruby", "3.4"): "ruby3.4",
    ("go", "1.24"): "go1.24",
    ("node", "20"): "nodejs20",
    ("node", "22"): "nodejs22",
    ("node", "24"): "nodejs24",
}
FORMATS = {
    "unit": {"JUNITXML", "VISUALSTUDIOTRX"},
    "coverage": {"CLOVERXML", "COBERTURAXML", "JACOCOXML", "SIMPLECOV"},
}


def specification(runtime: Runtime, **choices: Any) -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(ready_buildspec(runtime, **{"runtime_versions": {}, **choices}))
    return parsed


def commands(runtime: Runtime) -> list[str]:
    return [command for phase in specification(runtime)["phases"].values() for command in phase["commands"]]


def test_the_table_has_each_image_of_aws_with_its_versions() -> None:
    table = {image.name: {str(key): " ".join(value) for key, value in image.versions.items()} for image in IMAGES}
    of_lambda = {
        f"aws/codebuild/amazonlinux-{processor}-lambda-standard:{tag}": {runtime: version}
        for processor, ((runtime, version), tag) in product(("x86_64", "aarch64"), OF_LAMBDA.items())
    }
    assert table == OF_CONTAINERS | of_lambda


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_every_pair_of_the_table_is_found_on_an_image_that_has_it(image: Any) -> None:
    for runtime, versions in image.versions.items():
        for version in versions:
            found = toolchain(runtime, version, architecture=image.architecture, compute=image.compute)
            assert version in found.image.versions[runtime]
            assert (found.image.architecture, found.image.compute) == (image.architecture, image.compute)


@pytest.mark.parametrize(
    ("runtime", "version", "architecture", "image"),
    [
        (Runtime.PYTHON, "3.12", Architecture.X86_64, "aws/codebuild/amazonlinux-x86_64-standard:6.0"),
        (Runtime.PYTHON, "3.9", Architecture.X86_64, "aws/codebuild/amazonlinux-x86_64-standard:5.0"),
        (Runtime.JAVA, "21", Architecture.ARM64, "aws/codebuild/amazonlinux-aarch64-standard:4.0"),
        (Runtime.NODE, "20", Architecture.ARM64, "aws/codebuild/amazonlinux-aarch64-standard:3.0"),
    ],
)
def test_the_newest_image_with_the_pair_is_chosen_and_amazons_linux_before_another(
    runtime: Runtime, version: str, architecture: Architecture, image: str
) -> None:
    assert toolchain(runtime, version, architecture=architecture).image.name == image


@pytest.mark.parametrize(
    ("runtime", "version", "said"),
    [
        (Runtime.JAVA, "21", {"java": "corretto21"}),
        (Runtime.DOTNET, "8.0", {"dotnet": "8.0"}),
        (Runtime.PYTHON, "3.10", {"python": "3.10"}),
        (Runtime.RUBY, "4.0", {"ruby": "4.0"}),
        (Runtime.GO, "1.20", {"golang": "1.20"}),
        (Runtime.NODE, "22", {"nodejs": "22"}),
    ],
)
def test_a_buildspec_names_the_version_in_aws_words_and_as_text(
    runtime: Runtime, version: str, said: dict[str, str]
) -> None:
    chosen = toolchain(runtime, version)
    assert chosen.runtime_versions == said
    install = specification(runtime, runtime_versions=chosen.runtime_versions)["phases"]["install"]
    # Read back: 3.10 as a number would be Python 3.1.
    assert install["runtime-versions"] == said


@pytest.mark.parametrize(
    ("architecture", "size", "environment_type"),
    [
        (Architecture.X86_64, ComputeType.SMALL, "LINUX_CONTAINER"),
        (Architecture.ARM64, ComputeType.SMALL, "ARM_CONTAINER"),
        (Architecture.X86_64, ComputeType.LAMBDA_1GB, "LINUX_LAMBDA_CONTAINER"),
        (Architecture.ARM64, ComputeType.LAMBDA_1GB, "ARM_LAMBDA_CONTAINER"),
    ],
)
def test_the_environment_type_follows_the_image(
    architecture: Architecture, size: ComputeType, environment_type: str
) -> None:
    said = {"runtime": "java", "version": "21", "architecture": architecture, "computeType": size}
    machine = check_machine(Build.model_validate(said), timeout_minutes=20)
    assert machine.kind == environment_type
    (image,) = [one for one in IMAGES if one.name == machine.image]
    assert (image.architecture, image.compute) == (architecture, size.compute)


def test_a_lambda_image_has_one_version_and_nothing_to_choose_from() -> None:
    assert toolchain(Runtime.GO, "1.24", compute=Compute.LAMBDA).runtime_versions == {}
    assert "runtime-versions" not in specification(Runtime.GO)["phases"]["install"]


@pytest.mark.parametrize("runtime", Runtime)
@pytest.mark.parametrize("architecture", Architecture)
@pytest.mark.parametrize("compute", Compute)
def test_a_pair_that_no_image_has_is_refused_with_those_that_exist(
    runtime: Runtime, architecture: Architecture, compute: Compute
) -> None:
    with pytest.raises(UnknownRuntimeError) as refusal:
        toolchain(runtime, "0.1", architecture=architecture, compute=compute)
    known = versions_of(runtime, architecture=architecture, compute=compute)
    assert known
    assert str(refusal.value).endswith(f"there is {runtime} {', '.join(known)}")


def test_a_refusal_says_which_machine_it_speaks_of_and_counts_versions_as_people_do() -> None:
    with pytest.raises(UnknownRuntimeError) as refusal:
        toolchain(Runtime.PYTHON, "2.7", architecture=Architecture.ARM64)
    assert str(refusal.value) == (
        "no image of CodeBuild has python 2.7 on arm64; there is python 3.9, 3.10, 3.11, 3.12, 3.13, 3.14"
    )
    with pytest.raises(UnknownRuntimeError, match=r"has go 1.26 on x86_64 in Lambda compute; there is go 1\.24$"):
        toolchain(Runtime.GO, "1.26", compute=Compute.LAMBDA)


@pytest.mark.parametrize("runtime", Runtime)
def test_a_ready_buildspec_reports_caches_exports_and_hands_over(runtime: Runtime) -> None:
    ready = specification(runtime)
    assert ready["version"] == 0.2
    assert ready["env"]["shell"] == "bash"
    assert ready["env"]["exported-variables"] == ["APP_VERSION"]
    assert ready["artifacts"] == {"base-directory": "build-output/artifact", "files": ["**/*"]}
    assert all(path.endswith("/**/*") for path in ready["cache"]["paths"])
    assert set(ready["reports"]) == set(FORMATS)
    for name, report in ready["reports"].items():
        assert set(report) == {"base-directory", "files", "file-format"}
        assert report["file-format"] in FORMATS[name]


@pytest.mark.parametrize("runtime", Runtime)
def test_lambda_compute_keeps_no_cache(runtime: Runtime) -> None:
    assert "cache" not in specification(runtime, cached=False)


@pytest.mark.parametrize("runtime", Runtime)
def test_bash_can_read_every_command(runtime: Runtime) -> None:
    for command in commands(runtime):
        read = subprocess.run(["bash", "-n"], input=command, capture_output=True, text=True, check=False)
        assert read.returncode == 0, f"{command}\n{read.stderr}"


@pytest.mark.parametrize("runtime", Runtime)
def test_packages_come_from_where_the_owner_says_before_any_is_installed(runtime: Runtime) -> None:
    setup = ["aws codeartifact login --tool pip --domain d --repository r"]
    installed = specification(runtime, package_repository_setup=setup)["phases"]["install"]["commands"]
    assert installed[0] == setup[0]
    assert installed[1:] == specification(runtime)["phases"]["install"]["commands"]
