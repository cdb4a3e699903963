"""The sample's appspec names what exists, and a stand-in for CodeDeploy's agent that follows its words.

The stand-in runs the lifecycle events of an in-place deployment in their order, ApplicationStop from the revision
before, and copies, replaces and protects files, in a folder that is taken for a server:
https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
"""

from __future__ import annotations

import getpass
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contract.test_storefront_build import SAMPLE

EVENTS = ("BeforeInstall", "Install", "AfterInstall", "ApplicationStart", "ValidateService")
HOOKS = ("ApplicationStop", "BeforeInstall", "AfterInstall", "ApplicationStart", "ValidateService")
SCRIPTS = sorted((SAMPLE / "scripts").glob("*.sh"))


class HookError(Exception):
    """A lifecycle event's script ended with another status than 0."""

    def __init__(self, event: str, output: str) -> None:
        super().__init__(f"{event}: {output}")
        self.event = event
        self.output = output


@dataclass
class Server:
    """A folder that stands for a server's file system, and what its agent remembers."""

    root: Path
    port: int
    variables: dict[str, str] = field(default_factory=dict)
    revision: Path | None = None
    installed: list[Path] = field(default_factory=list)

    def deploy(self, bundle: Path) -> dict[str, str]:
        """Run one deployment. Returns what each event printed; raises HookError at the first that fails."""
        printed = {}
        if self.revision is not None:
            printed["ApplicationStop"] = self.run_hook(event="ApplicationStop", bundle=self.revision)
        for event in EVENTS:
            if event == "Install":
                self.install(bundle)
            else:
                printed[event] = self.run_hook(event=event, bundle=bundle)
        self.revision = bundle
        return printed

    def run_hook(self, event: str, bundle: Path) -> str:
        """Run the scripts of one event as the agent does, within the appspec's time-out; returns what they printed."""
        output = ""
        for hook in appspec(bundle)["hooks"][event]:
            finished = subprocess.run(
                [str(bundle / hook["location"])],
                cwd=self.root,
                env=self.environment(event),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=hook["timeout"],
                check=False,
            )
            output += finished.stdout
            if finished.returncode:
                raise HookError(event=event, output=output)
        return output

    def environment(self, event: str) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "LIFECYCLE_EVENT": event,
            "DEPLOYMENT_ID": "d-EXAMPLE11",
            "STOREFRONT_ROOT": str(self.root),
            "STOREFRONT_SERVICE_MANAGER": "process",
            "STOREFRONT_USER": getpass.getuser(),
            "STOREFRONT_PYTHON": sys.executable,
            "STOREFRONT_START_SECONDS": "20",
            **self.variables,
        }

    def install(self, bundle: Path) -> None:
        """The agent's own event: clear what the last deployment copied, copy, then set the modes."""
        for path in self.installed:
            path.unlink(missing_ok=True)
        self.installed = []
        specification = appspec(bundle)
        for entry in specification["files"]:
            source, destination = bundle / entry["source"], self.inside(entry["destination"])
            files = [path for path in source.rglob("*") if path.is_file()] if source.is_dir() else [source]
            for path in files:
                target = destination / (path.relative_to(source) if source.is_dir() else path.name)
                exists = target.exists()
                assert not exists or specification["file_exists_behavior"] == "OVERWRITE", f"{target} exists already"
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(src=path, dst=target)
                self.installed.append(target)
        for permission in specification["permissions"]:
            assert permission["pattern"] == "**", "this stand-in knows no other pattern"
            for path in self.inside(permission["object"]).rglob("*"):
                if ("directory" if path.is_dir() else "file") in permission["type"]:
                    path.chmod(int(str(permission["mode"]), base=8))

    def inside(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def health(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
            document: dict[str, Any] = json.loads(answer.read())
            return document

    def processes(self) -> list[int]:
        """Every process that works inside this server's folder."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                folder = (entry / "cwd").readlink()
            except OSError:
                # It ended, waits for its parent, or belongs to somebody else.
                continue
            if folder.is_relative_to(self.root):
                found.append(int(entry.name))
        return found


def appspec(bundle: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((bundle / "appspec.yml").read_text(encoding="utf-8"))
    return document


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
