"""What the images for Lambda are like, and that the ready buildspecs get along with it.

Their definitions are public: https://github.com/aws/aws-codebuild-docker-images/tree/master/al-lambda. HOME is /tmp,
the only place that can be written; pip installs into one folder by /etc/pip.conf; not all of them install `find`.
"""

from __future__ import annotations

import os
import subprocess
import sysconfig
import venv
from pathlib import Path
from typing import Any

import pytest
import yaml

from runtimes import Runtime, ready_buildspec
from tests.contract.codebuild import clone_of, run_build

SAMPLES = Path(__file__).parents[2] / "samples"
JACOCO_ROW = "app,com.example,{name},0,0,0,0,{missed},{covered},0,0,0,0"


def commands(runtime: Runtime, phase: str) -> list[str]:
    specification: dict[str, Any] = yaml.safe_load(ready_buildspec(runtime, runtime_versions={}))
    found: list[str] = specification["phases"][phase]["commands"]
    return found


@pytest.fixture
def without_find(tmp_path: Path) -> str:
    """A PATH on which `find` is as good as missing."""
    folder = tmp_path / "commands"
    folder.mkdir()
    (folder / "find").write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    (folder / "find").chmod(0o755)
    return os.pathsep.join([str(folder), os.environ["PATH"]])


def printed(script: str, folder: Path, **variables: str) -> str:
    """What a script of bash prints."""
    environment = {"HOME": "/tmp/home", "REPORTS": "build-output/reports", **variables}  # noqa: S108 - as the image says
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout.strip()


def test_python_is_built_where_pip_installs_into_one_folder(tmp_path: Path) -> None:
    python = tmp_path / "python"
    venv.create(python)
    (packages,) = python.glob("lib/python*/site-packages")
    (packages / "of_the_tests.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    image = tmp_path / "image"
    (image / "pip").mkdir(parents=True)
    (image / "pip" / "pip.conf").write_text(f"[global]\ntarget = {image}/packages\n", encoding="utf-8")
    machine = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    finished = run_build(
        clone_of(SAMPLES / Runtime.PYTHON, tmp_path / "source"),
        buildspec=ready_buildspec(Runtime.PYTHON, runtime_versions={}),
        **{
            **machine,
            "PATH": os.pathsep.join([str(python / "bin"), os.environ["PATH"]]),
            "PIP_NO_INDEX": "",
            "PYTHONPATH": f"{image}/packages",
            "XDG_CONFIG_DIRS": str(image),
            "CODEBUILD_RESOLVED_SOURCE_VERSION": "4be1c7a",
        },
    )
    assert finished.status == 0, finished.output
    assert not (image / "packages").exists()
    assert (finished.folder / "build-output" / "artifact" / "app" / "greeter" / "__main__.py").is_file()


def test_maven_finds_its_settings_and_its_packages_where_home_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "pom.xml").touch()
    script = "\n".join([*commands(Runtime.JAVA, "install"), 'echo "$MAVEN_OPTS"'])
    said = printed(script, tmp_path, PATH=os.environ["PATH"], MAVEN_OPTS="-Xmx1g")
    assert said == "-Duser.home=/tmp/home -Xmx1g"


def test_coverage_and_the_jar_of_java_are_found_without_find(tmp_path: Path, without_find: str) -> None:
    for module, missed, covered in (("", 1, 3), ("module/", 0, 4)):
        report = tmp_path / module / "target" / "site" / "jacoco" / "jacoco.csv"
        report.parent.mkdir(parents=True)
        rows = [
            "GROUP,PACKAGE,CLASS,A,B,C,D,LINE_MISSED,LINE_COVERED",
            JACOCO_ROW.format(name="A", missed=missed, covered=covered),
        ]
        report.write_text("\n".join(rows) + "\n", encoding="utf-8")
    for jar in ("app-1.jar", "app-1-sources.jar", "app-1-javadoc.jar", "app-1-tests.jar", "original-app-1.jar"):
        (tmp_path / "target" / jar).touch()
    (tmp_path / "artifact" / "app").mkdir(parents=True)
    (covered_command,) = [one for one in commands(Runtime.JAVA, "build") if "jacoco.csv" in one]
    packing = [one for one in commands(Runtime.JAVA, "build") if "jars" in one]
    script = "\n".join([covered_command, *packing, 'echo "$COVERED of $(ls "$ARTIFACT/app")"'])
    assert printed(script, tmp_path, PATH=without_find, ARTIFACT="artifact") == "87.50 of app.jar"


def test_coverage_of_several_projects_is_added_up_without_find(tmp_path: Path, without_find: str) -> None:
    reports = tmp_path / "build-output" / "reports"
    for folder, covered, valid in (("unit/one", 3, 4), ("unit/two", 2, 4), ("coverage", 1, 2)):
        (reports / folder).mkdir(parents=True)
        root = f'<coverage line-rate="1" lines-covered="{covered}" lines-valid="{valid}">'
        (reports / folder / "coverage.cobertura.xml").write_text(f"<?xml version='1.0'?>\n{root}\n", encoding="utf-8")
    (command,) = [one for one in commands(Runtime.DOTNET, "build") if "cobertura" in one and "export COVERED" in one]
    assert printed(f'{command}\necho "$COVERED"', tmp_path, PATH=without_find) == "60.00"


def test_the_solution_of_dotnet_is_found_without_find(tmp_path: Path, without_find: str) -> None:
    (tmp_path / "Greeter.sln").touch()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "Other.sln").touch()
    choosing, *_ = commands(Runtime.DOTNET, "install")
    assert printed(f'{choosing}\necho "$SOLUTION"', tmp_path, PATH=without_find) == "./Greeter.sln"
