"""`operations rollback` and the infrastructure that a release ran on."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from release_ledger import Infrastructure, StoredArtifact
from tests.unit.operations.hand_world import digest
from tests.unit.operations.past import OLD, Past, Repository, bundle, to_first
from tests.unit.planning import ROOT


def test_with_its_infrastructure_ledger_plan_and_artifact_agree(past: Past, capsys: pytest.CaptureFixture[str]) -> None:
    assert past.back(*to_first(past), "--with-infrastructure", "--reason", "INC-4711", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    record = past.world.ledger[-1]
    (deployed,) = past.world.deployed
    assert isinstance(past.first.artifact, StoredArtifact)
    assert (deployed["key"], deployed["version"]) == (past.first.artifact.key, past.first.artifact.version)
    assert record["artifact"]["sha256"] == past.first.artifact.sha256 == digest(bundle(1, OLD))
    assert (record["kind"], record["outcome"], record["rollback_of"]) == (
        "rollback",
        "succeeded",
        past.first.release,
    )
    assert record["infrastructure"]["commit"] == document["plan"]["infrastructure"]["then"] == past.repository.first
    assert record["configuration"] == past.first.configuration
    assert record["source"]["tag"] == "v1.1.0"
    assert record["reason"] == "INC-4711"
    assert document["plan"]["to"] == past.first.release
    assert document["release"] == record["release"]


def test_the_infrastructure_is_brought_up_first_from_a_folder_of_its_own(past: Past) -> None:
    here = (past.repository.folder / "Pulumi.prod.yaml").read_text(encoding="utf-8")
    pack = past.repository.folder / "policies" / "delivery"
    pack.mkdir(parents=True)
    (pack / "PulumiPolicy.yaml").write_text("runtime: python\n", encoding="utf-8")
    assert past.back(*to_first(past), "--with-infrastructure") == 0
    (engine,) = past.engines
    packs = ("--policy-pack", str(pack.resolve()))
    assert engine.asked == [
        ("preview", "--stack", "prod", *packs),
        ("up", "--stack", "prod", "--yes", "--skip-preview", *packs),
    ]
    assert engine.seen == ["small fleet", "small fleet"]
    assert not engine.project.exists(), "the folder is gone"
    assert (past.repository.folder / "Pulumi.prod.yaml").read_text(encoding="utf-8") == here
    assert past.repository.git("worktree", "list").count("\n") == 0


def test_a_failure_after_the_infrastructure_came_up_says_that_it_did(
    past: Past, capsys: pytest.CaptureFixture[str]
) -> None:
    past.world.refuse("DisableStageTransition", "AccessDeniedException", message="You may not.")
    assert past.back(*to_first(past), "--with-infrastructure") == 2
    assert "The infrastructure is up; storefront follows.\n" in capsys.readouterr().err


def test_without_its_infrastructure_that_stays_and_is_recorded_as_it_is(past: Past) -> None:
    assert past.back(*to_first(past)) == 0
    assert past.engines == []
    assert past.world.ledger[-1]["infrastructure"]["commit"] == past.repository.second


def test_broken_glass_is_announced_once_and_before_the_infrastructure(past: Past) -> None:
    past.first = replace(past.first, approvals=())
    past.changed()
    heard: list[int] = []
    past.works = _Watched(lambda: heard.append(len(past.world.mails)))
    assert past.back(*to_first(past), "--with-infrastructure", "--break-glass", "shop is down") == 0
    assert heard == [1, 1]
    assert len(past.world.mails) == 1


class _Watched(dict[str, bool]):
    """Tells when it is asked."""

    def __init__(self, asked: Callable[[], None]) -> None:
        super().__init__()
        self._asked = asked

    def get(self, _key: str, default: Any = None) -> Any:
        self._asked()
        return default


def test_a_dry_run_shows_what_the_infrastructure_would_change_and_changes_nothing(past: Past) -> None:
    assert past.back(*to_first(past), "--with-infrastructure", "--dry-run") == 0
    (engine,) = past.engines
    assert [words[0] for words in engine.asked] == ["preview"]
    assert past.world.changes() == []
    assert past.back(*to_first(past), "--dry-run") == 0
    assert len(past.engines) == 1, "it stays as it is, so there is nothing to show"


@pytest.mark.parametrize("fails", ["preview", "up"])
def test_a_machine_is_told_of_infrastructure_that_does_not_come_up(
    past: Past, fails: str, capsys: pytest.CaptureFixture[str]
) -> None:
    past.works = {fails: False}
    assert past.back(*to_first(past), "--with-infrastructure", "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["outcome"], document["refused"]) == (None, ["the infrastructure"])
    assert document["plan"]["to"] == past.first.release


@pytest.mark.parametrize("during", ["preview", "up"])
def test_ctrl_c_while_the_infrastructure_comes_up_ends_the_way_back(
    past: Past, during: str, capsys: pytest.CaptureFixture[str]
) -> None:
    past.works = _Interrupting(during)
    assert past.back(*to_first(past), "--with-infrastructure") == 130
    assert past.world.deployed == []
    assert ("operations recover --stack prod" in capsys.readouterr().err) is (during == "up")
    assert past.repository.git("worktree", "list").count("\n") == 0


class _Interrupting(dict[str, bool]):
    """Somebody presses Ctrl-C while `pulumi` is asked one thing."""

    def __init__(self, during: str) -> None:
        super().__init__()
        self._during = during

    def get(self, key: str, default: Any = None) -> Any:
        if key == self._during:
            raise KeyboardInterrupt
        return default


SLOW_GIT = """#!/bin/sh
case "$*" in *"worktree {word}"*) touch {begun}; until test -e {pressed}; do sleep 0.02; done;; esac
exec {git} "$@"
"""
LAYS_OUT = """
import sys
from pathlib import Path
sys.path.append("functions")
from operations.rollback.program import Program
with Program(folder=Path(sys.argv[1])).at(sys.argv[2]):
    pass
"""


@pytest.mark.parametrize("word", ["add", "remove"])
def test_ctrl_c_while_git_lays_a_version_out_leaves_nothing(clone: Repository, tmp_path: Path, word: str) -> None:
    begun, pressed, git = (tmp_path / name for name in ("begun", "pressed", "git"))
    text = SLOW_GIT.format(word=word, begun=begun, pressed=pressed, git=shutil.which("git"))
    git.write_text(text, encoding="utf-8")
    git.chmod(0o700)
    command = subprocess.Popen(
        [sys.executable, "-c", LAYS_OUT, str(clone.folder), clone.first],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    while not begun.exists():
        assert command.poll() is None
        time.sleep(0.02)
    os.killpg(command.pid, signal.SIGINT)
    pressed.touch()
    assert b"KeyboardInterrupt" in command.communicate(timeout=60)[1]
    assert clone.git("worktree", "list").count("\n") == 0


@pytest.mark.parametrize("fails", ["preview", "up"])
def test_infrastructure_that_does_not_come_up_leaves_the_application_alone(
    past: Past, fails: str, capsys: pytest.CaptureFixture[str]
) -> None:
    past.works = {fails: False}
    assert past.back(*to_first(past), "--with-infrastructure") == 1
    assert past.world.deployed == []
    assert len(past.world.ledger) == 3
    said = capsys.readouterr().err
    assert ("Nothing was begun" in said) is (fails == "preview")
    assert ("operations recover --stack prod" in said) is (fails == "up")


@pytest.mark.parametrize(
    ("infrastructure", "says"),
    [
        (Infrastructure(commit="unknown", stack="prod"), "ran on unknown"),
        (Infrastructure(commit="e" * 40, stack="prod"), "this clone has no such commit"),
        (Infrastructure(commit="e" * 40, dirty=True, stack="prod"), "files that nobody committed"),
    ],
)
def test_infrastructure_that_nobody_can_make_again_is_said_before_anything_begins(
    past: Past, infrastructure: Infrastructure, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    past.first = replace(past.first, infrastructure=infrastructure)
    past.changed()
    assert past.back(*to_first(past), "--with-infrastructure") == 2
    assert says in " ".join(capsys.readouterr().err.split())
    assert past.world.changes() == []
    assert past.back(*to_first(past)) == 0, "the application alone can go back"


def test_where_the_infrastructure_is_the_same_nothing_is_brought_up(
    past: Past, capsys: pytest.CaptureFixture[str]
) -> None:
    assert past.back("--to", "previous", "--despite-migrations", "--with-infrastructure") == 0
    assert past.engines == []
    assert ": the same" in capsys.readouterr().out


def test_settings_that_differ_on_the_same_commit_are_said(past: Past, capsys: pytest.CaptureFixture[str]) -> None:
    past.world.made_by["configuration"] = "9" * 64
    assert past.back("--to", "previous", "--dry-run") == 0
    assert "The settings of the stack differ." in capsys.readouterr().out
