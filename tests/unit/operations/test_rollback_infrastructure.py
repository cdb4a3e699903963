"""`operations rollback` and the infrastructure that a release ran on."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from release_ledger import Infrastructure, StoredArtifact
from tests.unit.operations.hand_world import digest
from tests.unit.operations.past import OLD, Past, bundle, to_first


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
