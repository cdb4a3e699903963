"""The buildspec of a suite that says its commands does for real what CodeBuild will do with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.place import Place
from plans.builds import suite_plan
from settings.builds import Build
from settings.suites import Suite
from tests.contract.codebuild import Build as Ran
from tests.contract.codebuild import run_build

DEV = Place(environment="dev", account="111122223333", region="eu-west-1")


def buildspec_of(suite: dict[str, Any]) -> str:
    """The buildspec of a suite of dev."""
    settings = Suite.model_validate(suite)
    return suite_plan("component", "storefront", DEV, settings, Build.model_validate({})).job.buildspec


def run(folder: Path, **suite: Any) -> Ran:
    """Runs a suite's commands in a folder."""
    (folder / "planned.json").write_text(buildspec_of(suite), encoding="utf-8")
    return run_build(folder, "planned.json")


def test_commands_run_in_one_bash_and_in_their_order(tmp_path: Path) -> None:
    commands = ["mkdir deep && cd deep", "export WHAT=done", '[[ -n $BASH_VERSION ]] && echo "$WHAT" > it']
    build = run(tmp_path, commands=commands)
    assert build.status == 0, build.output
    assert (tmp_path / "deep" / "it").read_text(encoding="utf-8") == "done\n"


@pytest.mark.parametrize("failing", ["false", "false | cat", "exit 3", "(exit 4)"])
def test_the_first_command_that_fails_ends_the_suite(tmp_path: Path, failing: str) -> None:
    build = run(tmp_path, commands=["touch before", failing, "touch after"])
    assert build.status != 0
    assert (tmp_path / "before").exists()
    assert not (tmp_path / "after").exists()


def test_quotes_and_dollars_reach_the_shell_as_they_were_written(tmp_path: Path) -> None:
    build = run(tmp_path, commands=["""printf '%s|' "a b" 'c"d' "$((1 + 2))" '$HOME' > it"""])
    assert build.status == 0, build.output
    assert (tmp_path / "it").read_text(encoding="utf-8") == """a b|c"d|3|$HOME|"""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("junit", "JUNITXML"),
        ("cucumber", "CUCUMBERJSON"),
        ("testng", "TESTNGXML"),
        ("nunit", "NUNITXML"),
        ("nunit3", "NUNIT3XML"),
        ("trx", "VISUALSTUDIOTRX"),
    ],
)
def test_results_go_to_the_suites_report_group_in_codebuilds_word_for_their_format(given: str, expected: str) -> None:
    specification = yaml.safe_load(
        buildspec_of({"commands": ["true"], "report": {"format": given, "files": ["out/**/*.xml"]}})
    )
    assert specification["reports"] == {"component": {"files": ["out/**/*.xml"], "file-format": expected}}


def test_a_suite_without_a_report_exports_none() -> None:
    assert "reports" not in yaml.safe_load(buildspec_of({"commands": ["true"]}))


# Reports as the tools write them, 3 of 4 lines covered, with counts further in that are others.
COVERED = {
    "jacoco": (
        "JACOCOXML",
        (
            '<?xml version="1.0"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">'
            '<report name="a"><package name="p"><counter type="LINE" missed="9" covered="0"/></package>'
            '<counter type="INSTRUCTION" missed="50" covered="1"/>'
            '<counter type="LINE" missed="1" covered="3"/></report>'
        ),
    ),
    "cobertura": (
        "COBERTURAXML",
        (
            '<?xml version="1.0"?><coverage lines-covered="3" lines-valid="4" line-rate="0.75" branch-rate="0.1">'
            '<packages><package name="p" line-rate="0.1"/></packages></coverage>'
        ),
    ),
    "clover": (
        "CLOVERXML",
        (
            '<?xml version="1.0"?><coverage generated="1"><project><metrics statements="4" coveredstatements="3" '
            'methods="9" coveredmethods="0"/><file><metrics statements="9" coveredstatements="0"/></file></project>'
            "</coverage>"
        ),
    ),
    "simplecov": (
        "SIMPLECOV",
        '{"RSpec": {"coverage": {"/a.rb": {"lines": [1, null, 0, 7, "ignored"]}, "/b.rb": [null, 2]}}}',
    ),
}


@pytest.mark.parametrize("kind", COVERED)
@pytest.mark.parametrize(("threshold", "passes"), [(75, True), (76, False)])
def test_a_suite_that_covers_too_little_fails(tmp_path: Path, kind: str, threshold: int, passes: bool) -> None:
    word, report = COVERED[kind]
    (tmp_path / "the report").write_text(report, encoding="utf-8")
    coverage = {"format": kind, "file": "the report", "threshold": threshold}
    build = run(tmp_path, commands=["touch ran"], coverage=coverage)
    assert (tmp_path / "ran").exists()
    assert (build.status == 0) is passes, build.output
    assert "the report: 75.00% of the lines are covered" in build.output
    assert ("at least 76 % are needed" in build.output) is not passes
    assert build.specification["reports"] == {"coverage": {"files": ["the report"], "file-format": word}}


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        (None, "there is no coverage report coverage.xml"),
        ('<coverage lines-covered="0" lines-valid="0" line-rate="1"/>', "knows no lines"),
        ("<html/>", "line-rate"),
    ],
)
def test_a_suite_whose_coverage_nobody_knows_fails(tmp_path: Path, report: str | None, reason: str) -> None:
    if report:
        (tmp_path / "coverage.xml").write_text(report, encoding="utf-8")
    coverage = {"format": "cobertura", "file": "coverage.xml", "threshold": 1}
    build = run(tmp_path, commands=["true"], coverage=coverage)
    assert build.status != 0
    assert reason in build.output


def test_an_older_cobertura_report_has_only_a_rate(tmp_path: Path) -> None:
    (tmp_path / "coverage.xml").write_text('<coverage line-rate="0.5"/>', encoding="utf-8")
    build = run(tmp_path, commands=["true"], coverage={"format": "cobertura", "file": "coverage.xml", "threshold": 50})
    assert build.status == 0, build.output
    assert "50.00%" in build.output


def test_coverage_without_a_threshold_is_only_reported(tmp_path: Path) -> None:
    build = run(tmp_path, commands=["true"], coverage={"format": "cobertura", "file": "coverage.xml"})
    assert build.status == 0, build.output
    assert "coverage" in build.specification["reports"]


def test_a_failed_test_is_the_reason_that_is_given_and_not_the_coverage(tmp_path: Path) -> None:
    coverage = {"format": "cobertura", "file": "coverage.xml", "threshold": 90}
    build = run(tmp_path, commands=["echo 1 failed; false"], coverage=coverage)
    assert build.status != 0
    assert "coverage report" not in build.output


def test_a_report_that_a_real_tool_wrote_is_judged(tmp_path: Path) -> None:
    (tmp_path / "tills.py").write_text(
        "def open_till():\n    return 1\n\n\ndef shut():\n    return 2\n", encoding="utf-8"
    )
    (tmp_path / "test_tills.py").write_text(
        "import tills\n\n\ndef test_open():\n    assert tills.open_till() == 1\n", encoding="utf-8"
    )
    python = Path(sys.executable).name
    command = f"{python} -m pytest -q -p no:cacheprovider --rootdir . --junitxml=unit.xml --cov=tills --cov-report=xml"
    suite = {
        "commands": [command],
        "report": {"files": ["unit.xml"]},
        "coverage": {"format": "cobertura", "file": "coverage.xml", "threshold": 80},
    }
    build = run(tmp_path, **suite)
    assert build.status != 0
    # Three of the four lines: the body of the function that nobody calls is missing.
    assert "coverage.xml: 75.00% of the lines are covered" in build.output
    suite["coverage"]["threshold"] = 75  # type: ignore[index]
    assert run(tmp_path, **suite).status == 0


def test_the_gate_runs_on_a_python_older_than_ours() -> None:
    """Amazon Linux 2023 has 3.9 as its own."""
    gate = Path(__file__).parents[2] / "components" / "coverage_gate.py"
    check = f"import ast; ast.parse(open({str(gate)!r}).read(), feature_version=(3, 9))"
    assert subprocess.run([sys.executable, "-c", check], check=False, timeout=60).returncode == 0
