"""The buildspec of a suite that only says its commands
(https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html)."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from components.build_plan import COVERAGE

GATE = Path(__file__).with_name("coverage_gate.py")

RESULT_FORMATS = {
    "junit": "JUNITXML",
    "cucumber": "CUCUMBERJSON",
    "testng": "TESTNGXML",
    "nunit": "NUNITXML",
    "nunit3": "NUNIT3XML",
    "trx": "VISUALSTUDIOTRX",
}
COVERAGE_FORMATS = {
    "jacoco": "JACOCOXML",
    "cobertura": "COBERTURAXML",
    "clover": "CLOVERXML",
    "simplecov": "SIMPLECOV",
}
"""The formats in CodeBuild's words: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html."""


@dataclass(frozen=True, kw_only=True)
class Results:
    """The results of tests, as files.

    Args:
        kind: one of `RESULT_FORMATS`.
        files: globs.
    """

    kind: str
    files: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Covered:
    """Code coverage, as a file.

    Args:
        kind: one of `COVERAGE_FORMATS`.
        file: its path.
        threshold: percent of the lines under which the suite fails; None only reports.
    """

    kind: str
    file: str
    threshold: int | None


@dataclass(frozen=True, kw_only=True)
class Commands:
    """What a suite runs, instead of a buildspec of the repository.

    Args:
        suite: its name, and that of its report.
        commands: of one line each. CodeBuild runs them in one shell and ends with the first that fails.
        results, coverage: what they leave behind.
    """

    suite: str
    commands: Sequence[str]
    results: Results | None = None
    coverage: Covered | None = None

    @property
    def reports(self) -> tuple[str, ...]:
        """The names of its reports."""
        return (*((self.suite,) if self.results else ()), *((COVERAGE,) if self.coverage else ()))

    def buildspec(self) -> str:
        """The text, as JSON, which is YAML too. CodeBuild takes in the reports of a suite that failed as well."""
        reports: dict[str, object] = {}
        if self.results:
            reports[self.suite] = {"files": list(self.results.files), "file-format": RESULT_FORMATS[self.results.kind]}
        if self.coverage:
            reports[COVERAGE] = {"files": [self.coverage.file], "file-format": COVERAGE_FORMATS[self.coverage.kind]}
        # Without pipefail `tests | tee log` would pass whatever the tests say.
        commands = ["set -o pipefail", *self.commands, *_gate(self.coverage)]
        specification: dict[str, object] = {
            "version": 0.2,
            "env": {"shell": "bash"},
            "phases": {"build": {"commands": commands}},
        }
        return json.dumps(specification | ({"reports": reports} if reports else {}), indent=2)


def _gate(coverage: Covered | None) -> tuple[str, ...]:
    if coverage is None or coverage.threshold is None:
        return ()
    arguments = ("python3", "-c", GATE.read_text(encoding="utf-8"), coverage.kind, coverage.file)
    return (shlex.join([*arguments, str(coverage.threshold)]),)
