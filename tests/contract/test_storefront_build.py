"""The sample's buildspecs do for real what CodeBuild will do with them.

The stand-in for CodeBuild here runs the commands of the phases in one shell, as version 0.2 of the format says, and
collects reports and artifacts by the file's own words:
https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

SAMPLE = Path(__file__).parents[2] / "samples" / "storefront"
COMMIT = "4be1c7a09d3f5e62718394a5b6c7d8e9f0a1b2c3"
PHASES = ("install", "pre_build", "build", "post_build")
# What a developer's checkout holds and a clone doesn't.
NOT_IN_A_CLONE = shutil.ignore_patterns("__pycache__", ".*_cache", "reports", "VERSION")


@dataclass(frozen=True)
class Build:
    """One finished build: its exit status, its folder and buildspec, what it printed and its variables at the end."""

    status: int
    folder: Path
    specification: dict[str, Any]
    output: str
    variables: Mapping[str, str]

    def report(self, name: str) -> ElementTree.Element:
        """The root element of the one file of a report group."""
        group = self.specification["reports"][name]
        (file,) = group["files"]
        # Written a moment ago by the sample's own test run, so there is nobody to distrust.
        return ElementTree.parse(self.folder / group["base-directory"] / file).getroot()  # noqa: S314

    def exported(self) -> dict[str, str]:
        """What later actions of the pipeline can refer to."""
        return {name: self.variables[name] for name in self.specification["env"]["exported-variables"]}

    def artifact(self, destination: Path) -> Path:
        """Copy the files that `artifacts` names to `destination`, modes included, and return it."""
        declared = self.specification["artifacts"]
        base = self.folder / declared.get("base-directory", ".")
        excluded = {path for pattern in declared.get("exclude-paths", []) for path in base.glob(pattern)}
        for pattern in declared["files"]:
            matches = [path for path in base.glob(pattern) if path.is_file() and path not in excluded]
            assert matches, f"artifacts.files: nothing matches {pattern}"
            for path in matches:
                target = destination / path.relative_to(base)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(src=path, dst=target)
        return destination


def clone(destination: Path) -> Path:
    """A copy of the sample as CodePipeline hands it to the build."""
    return Path(shutil.copytree(src=SAMPLE, dst=destination, ignore=NOT_IN_A_CLONE))


def run_build(folder: Path, buildspec: str = "buildspec.yml", **variables: str) -> Build:
    """Run a buildspec's phases in `folder` with CodeBuild's variables and `variables`, up to the first failing command.

    What CodeBuild would still run after a failure can't make the build succeed, so it is left out.
    """
    specification = yaml.safe_load((folder / buildspec).read_text(encoding="utf-8"))
    assert specification["version"] == 0.2
    assert set(specification["phases"]) <= set(PHASES), "a phase that CodeBuild doesn't know"
    last_variables = folder.parent / f"{folder.name}.environment"
    script = []
    for phase in PHASES:
        for command in specification["phases"].get(phase, {}).get("commands", []):
            script += [command, f"(exit $?) || {{ status=$?; echo 'failed in {phase}' >&2; exit $status; }}"]
    script.append(f"env --null > '{last_variables}'")
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(folder.parent),
        "LANG": "C.UTF-8",
        # An index that can't be asked: nothing may be fetched that isn't there already.
        "PIP_NO_INDEX": "1",
        "CODEBUILD_SRC_DIR": str(folder),
        "CODEBUILD_BUILD_ID": "storefront-build:7",
        "CODEBUILD_BUILD_NUMBER": "7",
        **specification.get("env", {}).get("variables", {}),
        **variables,
    }
    shell = specification.get("env", {}).get("shell", "sh")
    finished = subprocess.run(
        [shell, "-c", "\n".join(script)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    pairs = last_variables.read_text(encoding="utf-8").split("\0") if last_variables.exists() else []
    return Build(
        status=finished.returncode,
        folder=folder,
        specification=specification,
        output=finished.stdout,
        variables=dict(pair.split("=", 1) for pair in pairs if pair),
    )


def build_bundle(folder: Path, commit: str) -> Path:
    """Build the sources in `folder` as `commit` and return the bundle, beside it."""
    build = run_build(folder, CODEBUILD_RESOLVED_SOURCE_VERSION=commit)
    assert build.status == 0, build.output
    return build.artifact(destination=folder.parent / f"{folder.name}.bundle")


def results(report: ElementTree.Element) -> dict[str, int]:
    """How many tests a JUnit report tells of, and how many didn't pass."""
    cases = list(report.iter("testcase"))
    bad = [case for case in cases if {child.tag for child in case} & {"failure", "error", "skipped"}]
    return {"tests": len(cases), "not passed": len(bad)}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = clone(tmp_path_factory.mktemp("build") / "source")
    return run_build(folder, CODEBUILD_RESOLVED_SOURCE_VERSION=COMMIT)


@pytest.fixture
def bundle(build: Build, tmp_path: Path) -> Path:
    return build.artifact(destination=tmp_path / "bundle")


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_build_passes_in_a_clean_folder_and_reports_every_unit_test(build: Build) -> None:
    assert build.status == 0, build.output
    counted = results(build.report("unit"))
    assert counted["tests"] >= 20
    assert counted["not passed"] == 0


def test_the_coverage_report_is_cobertura_and_knows_every_module_of_the_service(build: Build) -> None:
    report = build.report("coverage")
    assert report.tag == "coverage"
    assert float(report.attrib["line-rate"]) >= 0.9
    modules = {path.name for path in (SAMPLE / "storefront").glob("*.py")}
    assert {entry.attrib["filename"] for entry in report.iter("class")} == modules - {"__main__.py"}
    lines = list(report.iter("line"))
    assert sum(line.attrib["hits"] != "0" for line in lines) == int(report.attrib["lines-covered"])
    assert len(lines) == int(report.attrib["lines-valid"])


def test_the_build_exports_the_commit_as_its_version_and_writes_it_into_the_bundle(build: Build, bundle: Path) -> None:
    assert build.exported() == {"APP_VERSION": COMMIT}
    assert (bundle / "VERSION").read_text(encoding="utf-8") == f"{COMMIT}\n"


def test_the_bundle_holds_what_is_deployed_and_what_tests_it_and_nothing_else(build: Build, bundle: Path) -> None:
    # A cache as a developer's tool may leave it: it must not travel.
    (build.folder / "storefront" / "__pycache__").mkdir(exist_ok=True)
    (build.folder / "storefront" / "__pycache__" / "server.pyc").touch()
    bundle = build.artifact(destination=bundle)
    wanted = {"VERSION", "appspec.yml", "pyproject.toml", "requirements-dev.txt"}
    for folder in ("storefront", "scripts", "buildspecs", "tests/component", "tests/e2e"):
        wanted |= {f"{folder}/{name}" for name in files_of(build.folder / folder) if "__pycache__" not in name}
    assert files_of(bundle) == wanted


def test_a_build_that_is_not_told_its_commit_fails_and_names_the_variable(tmp_path: Path) -> None:
    failed = run_build(clone(tmp_path / "source"))
    assert failed.status != 0
    assert "CODEBUILD_RESOLVED_SOURCE_VERSION" in failed.output


def test_a_failing_unit_test_fails_the_build_and_is_in_the_report(tmp_path: Path) -> None:
    folder = clone(tmp_path / "source")
    module = folder / "storefront" / "application.py"
    module.write_text(module.read_text(encoding="utf-8").replace(":02d}", "}"), encoding="utf-8")
    failed = run_build(folder, CODEBUILD_RESOLVED_SOURCE_VERSION=COMMIT)
    assert failed.status != 0
    assert results(failed.report("unit"))["not passed"] == 1
    assert not (folder / "VERSION").exists()


def test_code_that_no_unit_test_runs_fails_the_build(tmp_path: Path) -> None:
    folder = clone(tmp_path / "source")
    untested = "\n".join(f"    value = {number}" for number in range(60))
    (folder / "storefront" / "untested.py").write_text(
        f"from __future__ import annotations\n\n\ndef run() -> None:\n{untested}\n", encoding="utf-8"
    )
    failed = run_build(folder, CODEBUILD_RESOLVED_SOURCE_VERSION=COMMIT)
    assert failed.status == 1, failed.output
    assert "Required test coverage of 90% not reached" in failed.output


def test_a_hook_script_that_bash_cannot_read_fails_the_build(tmp_path: Path) -> None:
    folder = clone(tmp_path / "source")
    (folder / "scripts" / "after_install.sh").write_text("if true; then\n", encoding="utf-8")
    failed = run_build(folder, CODEBUILD_RESOLVED_SOURCE_VERSION=COMMIT)
    assert failed.status != 0
    assert "after_install.sh" in failed.output


@pytest.mark.parametrize("suite", ["component", "e2e"])
def test_a_suite_passes_on_the_built_bundle_and_reports_its_tests(suite: str, bundle: Path) -> None:
    run = run_build(bundle, buildspec=f"buildspecs/{suite}.yml")
    assert run.status == 0, run.output
    counted = results(run.report(suite))
    assert counted["tests"] >= 2
    assert counted["not passed"] == 0


@pytest.mark.parametrize("suite", ["component", "e2e"])
def test_a_suite_fails_on_a_bundle_that_is_broken_and_still_reports(suite: str, bundle: Path) -> None:
    module = bundle / "storefront" / "application.py"
    module.write_text(
        module.read_text(encoding="utf-8").replace('"version": self', '"release": self'), encoding="utf-8"
    )
    run = run_build(bundle, buildspec=f"buildspecs/{suite}.yml")
    assert run.status != 0
    assert results(run.report(suite))["not passed"] >= 1
