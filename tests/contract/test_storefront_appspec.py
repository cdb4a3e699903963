"""The sample's appspec names what exists."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.contract.codedeploy import appspec
from tests.contract.test_storefront_build import SAMPLE

HOOKS = ("ApplicationStop", "BeforeInstall", "AfterInstall", "ApplicationStart", "ValidateService")
SCRIPTS = sorted((SAMPLE / "scripts").glob("*.sh"))


def test_the_appspec_is_one_for_linux_servers_and_has_all_five_hooks() -> None:
    specification = appspec(SAMPLE)
    assert specification["version"] == 0.0
    assert specification["os"] == "linux"
    assert tuple(specification["hooks"]) == HOOKS


@pytest.mark.parametrize("event", HOOKS)
def test_a_hook_names_an_executable_script_with_a_time_out_and_an_account(event: str) -> None:
    for hook in appspec(SAMPLE)["hooks"][event]:
        assert os.access(SAMPLE / hook["location"], os.X_OK), hook["location"]
        assert 0 < hook["timeout"] <= 3600
        assert hook["runas"] == "root"


def test_validation_has_more_time_than_it_spends_waiting() -> None:
    (hook,) = appspec(SAMPLE)["hooks"]["ValidateService"]
    waits = 'start_seconds="${STOREFRONT_START_SECONDS:-60}"'
    assert waits in (SAMPLE / "scripts" / "service.sh").read_text(encoding="utf-8")
    assert hook["timeout"] > 60


def test_what_the_appspec_copies_exists_or_is_written_by_the_build() -> None:
    written = {"VERSION"}
    for entry in appspec(SAMPLE)["files"]:
        assert (SAMPLE / entry["source"]).exists() or entry["source"] in written
        assert entry["destination"].startswith("/opt/storefront")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_stops_at_its_first_error_and_is_executable_in_git_too(script: Path) -> None:
    lines = script.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines
    assert os.access(script, os.X_OK)
    listed = subprocess.run(
        ["git", "ls-files", "--stage", "--", script.name],
        cwd=script.parent,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    # Nothing is listed before the first commit and outside of a repository.
    assert listed == "" or listed.startswith("100755 ")
