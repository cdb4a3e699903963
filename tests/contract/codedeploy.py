"""A stand-in for CodeDeploy's agent: it follows a bundle's appspec in a folder that is taken for a server.

It runs the lifecycle events of an in-place deployment in their order, ApplicationStop from the revision before, and
copies, replaces and protects files:
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

import yaml

EVENTS = ("BeforeInstall", "Install", "AfterInstall", "ApplicationStart", "ValidateService")


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
        for hook in appspec(bundle)["hooks"].get(event, []):
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
            "ROOT": str(self.root),
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
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=20) as answer:
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
    """What a bundle's appspec.yml says."""
    document: dict[str, Any] = yaml.safe_load((bundle / "appspec.yml").read_text(encoding="utf-8"))
    return document
