"""The sample for ECS: its build run for real, its bundle read by the deployer, by our checker, and by AWS's models."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations.bundle.check import check_bundle
from operations.bundle.contents import open_bundle
from services.bundle import read_bundle
from services.definition import rendered, specified
from services.sight import LABEL
from tests.contract.aws_model import Request, problems
from tests.contract.codebuild import Build, clone_of, results, run_build
from tests.unit.functions.fake_ecs import IMAGE, SETTINGS

ROOT = Path(__file__).parents[2]
SAMPLE, PUBLISHING = ROOT / "samples" / "service", ROOT / "components" / "publishing" / "steps"
COMMIT = "4be1c7a09d3f5e62718394a5b6c7d8e9f0a1b2c3"
DEFINITION = "arn:aws:ecs:eu-west-1:111122223333:task-definition/shop-prod:7"


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = clone_of(SAMPLE, tmp_path_factory.mktemp("build") / "source")
    return run_build(folder, CODEBUILD_RESOLVED_SOURCE_VERSION=COMMIT)


@pytest.fixture
def bundle(build: Build, tmp_path: Path) -> Path:
    """What the pipeline hands on."""
    return build.artifact(destination=tmp_path / "bundle")


def packed(folder: Path) -> io.BytesIO:
    """As CodeBuild packs an artifact."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in folder.rglob("*"):
            archive.write(path, path.relative_to(folder).as_posix())
    return content


def definition(bundle: Path) -> Any:
    read = read_bundle(packed(bundle))
    made = rendered(read.template, settings=SETTINGS, image=IMAGE, container="app", specification=read.specification)
    return made.request


def test_the_build_passes_and_hands_over_what_ecs_and_docker_are_told(build: Build, bundle: Path) -> None:
    assert build.status == 0, build.output
    assert results(build.report("unit"))["not passed"] == 0
    found = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*")}
    assert found == {"Dockerfile", "VERSION", "appspec.yaml", "greeter.py", "taskdef.json"}
    copied = next(line for line in (bundle / "Dockerfile").read_text().splitlines() if line.startswith("COPY "))
    assert set(copied.split()[1:-1]) <= found, "the image is built from the bundle"


def test_the_checker_finds_nothing_in_the_bundle(bundle: Path) -> None:
    assert [str(one) for one in check_bundle(open_bundle(bundle))] == []


def test_aws_takes_the_task_definition_that_the_template_becomes(bundle: Path) -> None:
    made = definition(bundle)
    assert problems(Request(service="ecs", operation="RegisterTaskDefinition", parameters=made, resource="task")) == []
    (app,) = made["containerDefinitions"]
    assert (app["image"], app["readonlyRootFilesystem"]) == (IMAGE, True)
    assert app["dockerLabels"][LABEL]


def test_the_specification_that_is_deployed_names_the_container_and_its_port(bundle: Path) -> None:
    read = read_bundle(packed(bundle))
    (resource,) = yaml.safe_load(specified(read.specification, definition=DEFINITION))["Resources"]
    properties = resource["greeter"]["Properties"]
    (app,) = definition(bundle)["containerDefinitions"]
    assert properties["TaskDefinition"] == DEFINITION
    assert properties["LoadBalancerInfo"] == {
        "ContainerName": app["name"],
        "ContainerPort": app["portMappings"][0]["containerPort"],
    }


@pytest.mark.parametrize("more", [{}, {"a b.txt": b"1", "a/z": b"2", "a.b": b"3", "ä/é.txt": b"4", ".hidden": b""}])
def test_the_deployer_looks_for_the_tag_that_publishing_gives_the_image(bundle: Path, more: dict[str, bytes]) -> None:
    for name, content in more.items():
        (bundle / name).parent.mkdir(exist_ok=True)
        (bundle / name).write_bytes(content)
    (line,) = (line for line in (PUBLISHING / "ecr.sh").read_text().splitlines() if line.startswith("content="))
    said = subprocess.run(
        ["bash", "-c", f'{line}\nprintf %s "$content"'], cwd=bundle, check=True, capture_output=True, text=True
    )
    assert said.stdout == read_bundle(packed(bundle)).tag


def test_another_byte_is_another_image(bundle: Path) -> None:
    before = read_bundle(packed(bundle)).tag
    (bundle / "greeter.py").write_text("pass\n")
    assert read_bundle(packed(bundle)).tag != before
