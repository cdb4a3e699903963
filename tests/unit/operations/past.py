"""Three releases on two versions of the infrastructure, and the command that goes back among them."""

import io
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import boto3

from operations.engine import Engine
from operations.line import run
from operations.rollback.command import Rollback
from operations.rollback.program import Program
from release_ledger import Release
from tests.unit.operations.hand_world import REGION, HandWorld

FIRST, SECOND, THIRD = -180, -120, -60


def bundle(number: int, migrations: str = "") -> bytes:
    """An artifact whose bytes are its own."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("appspec.yml"), f"version: 0.0 # {number}\n")
        if migrations:
            archive.writestr(zipfile.ZipInfo("release.yaml"), f"version: 1\nmigrations:\n{migrations}")
    return content.getvalue()


OLD = "  - {id: 0041-add, reversible: true}\n"
NEW = OLD + "  - {id: 0042-drop-price, reversible: false, note: the column price is gone}\n"


@dataclass
class Repository:
    """A clone of the program with two versions of it."""

    folder: Path
    first: str = ""
    second: str = ""

    def commit(self, text: str, tag: str) -> str:
        (self.folder / "Pulumi.prod.yaml").write_text(text, encoding="utf-8")
        self.git("add", ".")
        self.git("commit", "--message", f"Make {text}")
        self.git("tag", tag)
        return self.git("rev-parse", "HEAD")

    def git(self, *words: str) -> str:
        who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false"]
        command = ["git", "-C", str(self.folder), *who, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@dataclass(frozen=True, kw_only=True)
class FakePulumi(Engine):
    """What is asked of `pulumi`, where, and what the folder had then."""

    world: HandWorld
    works: Mapping[str, bool] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def show(self, *words: str) -> bool:
        self.asked.append(words)
        self.seen.append((self.project / "Pulumi.prod.yaml").read_text(encoding="utf-8"))
        good = self.works.get(words[0], True)
        if good and words[0] == "up":
            commit = subprocess.run(
                ["git", "-C", str(self.project), "rev-parse", "HEAD"], check=True, capture_output=True, text=True
            ).stdout.strip()
            self.world.made_by = {"commit": commit, "tag": "infra-1", "dirty": False, "configuration": "1" * 64}
        return good


@dataclass
class Past:
    """The world with its history, and the command."""

    world: HandWorld
    repository: Repository
    first: Release
    second: Release
    third: Release
    works: dict[str, bool] = field(default_factory=dict)
    engines: list[FakePulumi] = field(default_factory=list)

    def back(self, *words: str, yes: bool = True) -> int:
        def engine(folder: Path) -> FakePulumi:
            self.engines.append(FakePulumi(project=folder, world=self.world, works=self.works))
            return self.engines[-1]

        command = Rollback(
            open=self.world.stack,
            engine=engine,
            program=Program(folder=self.repository.folder),
            clock=lambda: self.world.now,
            pause=self.world.wait,
        )
        return run((command,), ["rollback", "--stack", "prod", *words, *(["--yes"] if yes else [])])

    def changed(self, **more: Any) -> None:
        """The third release was recorded otherwise."""
        s3 = boto3.client("s3", REGION)
        for one in s3.list_objects_v2(Bucket="ledger")["Contents"]:
            s3.delete_object(Bucket="ledger", Key=one["Key"])
        self.third = replace(self.third, **more)
        for record in (self.first, self.second, self.third):
            self.world.append(record)


def to_first(past: Past) -> list[str]:
    return ["--to", past.first.release, "--despite-migrations"]
