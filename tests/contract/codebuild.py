"""A stand-in for CodeBuild: it runs a buildspec's commands for real.

It runs the phases in one shell, as version 0.2 of the format says, and collects reports and artifacts by the file's
own words: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
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

import yaml

PHASES = ("install", "pre_build", "build", "post_build")
# What a developer's checkout holds and a clone doesn't.
NOT_IN_A_CLONE = shutil.ignore_patterns(
    "__pycache__", ".*_cache", "*.egg-info", "VERSION", "build-output", "node_modules", "reports", "target"
)


@dataclass(frozen=True)
class Build:
    """One finished build: its exit status, its folder and buildspec, what it printed and its variables at the end."""

    status: int
    folder: Path
    specification: dict[str, Any]
    output: str
    variables: Mapping[str, str]

    def report(self, name: str) -> ElementTree.Element:
        """The root element of the one file that a report group's patterns find."""
        group = self.specification["reports"][name]
        base = self.folder / group["base-directory"]
        (file,) = (path for pattern in group["files"] for path in base.glob(pattern))
        # Written a moment ago by the sample's own test run, so there is nobody to distrust.
        return ElementTree.parse(file).getroot()  # noqa: S314

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


def clone_of(sample: Path, destination: Path) -> Path:
    """A copy of a sample as CodePipeline hands it to the build."""
    return Path(shutil.copytree(src=sample, dst=destination, ignore=NOT_IN_A_CLONE))


def run_build(folder: Path, buildspec: str = "buildspec.yml", **variables: str) -> Build:
    """Run a buildspec's phases in `folder` with CodeBuild's variables and `variables`, up to the first failing command.

    `buildspec` is a path in `folder` or, as in a project, the text of one. What CodeBuild would still run after a
    failure can't make the build succeed, so it is left out.
    """
    text = buildspec if "\n" in buildspec else (folder / buildspec).read_text(encoding="utf-8")
    specification = yaml.safe_load(text)
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
        "CODEBUILD_BUILD_ID": "sample-build:7",
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
        # Go compiles its own library first where nothing is cached.
        timeout=600,
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
