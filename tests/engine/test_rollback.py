"""`operations rollback` on the real engine: three releases on two versions of a program, and back to the first."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from operations.engine import Engine as Cli
from operations.line import run
from operations.rollback.command import Rollback
from operations.rollback.program import Program
from operations.stack import Stack, open_stack
from release_ledger import Approval, Infrastructure, StoredArtifact
from tests.engine.harness import EngineFactory
from tests.unit.functions.release_records import FINISHED, release
from tests.unit.operations.hand_world import ARTIFACTS, JANE, LEDGER, HandWorld, digest, hand_world, told
from tests.unit.planning import ROOT

PROGRAM = f"""
import json
import sys
from pathlib import Path

import pulumi
import pulumi_aws

sys.path.append({str(ROOT)!r})
from settings.program_version import version_of

here = Path(__file__).parent
made = version_of(here, {{}})
config = pulumi.Config("delivery")
version = {{"commit": made.commit, "tag": made.tag, "dirty": made.dirty, "configuration": config.require("size")}}
parameter = pulumi_aws.ssm.Parameter(
    "version", name="/delivery/prod/version", type="String", insecure_value=json.dumps(version)
)
pulumi.export("size", config.require("size"))
pulumi.export("version", parameter.insecure_value)
pulumi.export("ledger", {{"bucket": {LEDGER!r}, "versionParameter": parameter.name}})
pulumi.export("applications", {{"storefront": {{"operations": json.loads((here / "told.json").read_text())}}}})
"""
STACK = """config:
  aws:region: eu-west-1
  delivery:environment: {{tier: production, account: "444455556666"}}
  delivery:size: {size}
"""


class World(HandWorld):
    """AWS, in which the parameter of the stack is what the engine's state has."""

    cli: Cli

    def _ssm_GetParameter(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        value = self.cli.outputs("prod")["version"]
        return {"Parameter": {"Name": params["Name"], "Value": value, "Version": 1}}

    def stack(self, name: str = "prod") -> Stack:
        """The stack, as the real engine tells it."""
        return open_stack(name, engine=self.cli, make=super().stack().make)


class Clone:
    """The repository of the program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "--initial-branch", "master")

    def git(self, *words: str) -> str:
        who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false"]
        command = ["git", "-C", str(self.folder), *who, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, size: str, salt: str) -> str:
        (self.folder / "Pulumi.prod.yaml").write_text(f"{STACK.format(size=size)}{salt}", encoding="utf-8")
        self.git("add", ".")
        self.git("commit", "--message", f"Have a {size} fleet")
        self.git("tag", f"infra-{size}")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(key, "testing")
    with hand_world(World) as made:
        yield made


def artifact(number: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("appspec.yml"), f"version: 0.0 # {number}\n")
    return content.getvalue()


def test_back_at_the_first_release_ledger_artifact_and_infrastructure_agree(
    engine: EngineFactory, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "clone"
    folder.mkdir()
    clone = Clone(folder)
    (folder / "Pulumi.yaml").write_text("name: road\nruntime: python\n", encoding="utf-8")
    (folder / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    (folder / "told.json").write_text(json.dumps(told()), encoding="utf-8")
    (folder / ".gitignore").write_text("__pycache__\n", encoding="utf-8")
    (folder / "Pulumi.prod.yaml").write_text(STACK.format(size="none"), encoding="utf-8")
    session = engine(program=folder, stack="prod").session
    environment = session.child_environment()
    salt = (session.work / "stacks" / "prod" / "salt").read_text(encoding="utf-8")

    def cli(where: Path) -> Cli:
        return Cli(project=where, environment=environment)

    world.cli = cli(folder)
    records = []
    for number, size in enumerate(("small", "large", "large"), start=1):
        commit = clone.commit(size, salt) if number < 3 else clone.git("rev-parse", "HEAD")
        assert world.cli.show("up", "--stack", "prod", "--yes", "--skip-preview")
        key = f"storefront-prod/Source/{number}"
        version = world.put(artifact(number), bucket=ARTIFACTS, key=key)
        records.append(
            release(
                number - 10,
                artifact=StoredArtifact(bucket=ARTIFACTS, key=key, version=version, sha256=digest(artifact(number))),
                infrastructure=Infrastructure(commit=commit, tag=f"infra-{size}", stack="prod"),
                configuration=size,
                approvals=(Approval(name="qa-head", by=JANE),),
            )
        )
        world.append(records[-1])
    world.now = FINISHED
    assert world.cli.outputs("prod")["size"] == "large"
    first, *_ = records

    command = Rollback(
        open=world.stack, engine=cli, program=Program(folder=folder), clock=lambda: world.now, pause=world.wait
    )
    capsys.readouterr()
    words = ["rollback", "--stack", "prod", "--to", first.release, "--with-infrastructure", "--yes", "--json"]
    assert run((command,), words) == 0

    document = json.loads(capsys.readouterr().out)
    assert document["plan"]["infrastructure"]["then"] == first.infrastructure.commit
    assert document["plan"]["infrastructure"]["commits"] == [f"- {clone.git('log', '-1', '--format=%h %s')}"]
    outputs = world.cli.outputs("prod")
    assert outputs["size"] == "small"
    assert json.loads(outputs["version"])["commit"] == first.infrastructure.commit
    record = world.ledger[-1]
    assert (record["kind"], record["outcome"], record["rollback_of"]) == ("rollback", "succeeded", first.release)
    assert record["infrastructure"]["commit"] == first.infrastructure.commit
    assert (record["infrastructure"]["tag"], record["infrastructure"]["dirty"]) == ("infra-small", False)
    assert record["artifact"]["sha256"] == digest(artifact(1))
    (bundle,) = world.deployed
    assert isinstance(first.artifact, StoredArtifact)
    assert (bundle["key"], bundle["version"]) == (first.artifact.key, first.artifact.version)
    assert clone.git("status", "--porcelain") == "", "the clone is as it was"
