"""`operations rollback`: three releases on two versions of the infrastructure, and the way back to the first."""

import io
import json
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from operations.engine import Engine
from operations.line import run
from operations.rollback import command
from operations.rollback.command import Rollback
from operations.rollback.program import Program
from release_ledger import Approval, Infrastructure, Outcome, Release, Source, StoredArtifact
from tests.unit.functions.fake_aws import GREEN
from tests.unit.functions.release_records import FINISHED, release
from tests.unit.operations.hand_world import ARTIFACTS, JANE, REGION, RELEASES, HandWorld, digest
from tests.unit.operations.interruption import interrupt, runs

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


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    repository = Repository(folder=tmp_path_factory.mktemp("clone"))
    repository.git("init", "--initial-branch", "master")
    repository.first = repository.commit("small fleet", "infra-1")
    repository.second = repository.commit("large fleet", "infra-2")
    return repository


@pytest.fixture
def past(world: HandWorld, clone: Repository) -> Past:
    """Three releases: the first on one version of the infrastructure, the others on the next."""
    records = []
    for number, (minutes, commit, tag) in enumerate(
        [(FIRST, clone.first, "infra-1"), (SECOND, clone.second, "infra-2"), (THIRD, clone.second, "infra-2")], start=1
    ):
        content = bundle(number, OLD if number < 3 else NEW)
        key = f"storefront-prod/Source/{number}"
        version = world.put(content, bucket=ARTIFACTS, key=key)
        records.append(
            release(
                minutes,
                artifact=StoredArtifact(bucket=ARTIFACTS, key=key, version=version, sha256=digest(content)),
                infrastructure=Infrastructure(commit=commit, tag=tag, stack="prod", number=number),
                configuration=tag[-1] * 64,
                source=Source(commit=str(number) * 40, tag=f"v1.{number}.0"),
                approvals=(Approval(name="qa-head", by=JANE, at="2026-11-25T20:50:00Z"),),
            )
        )
        world.append(records[-1])
    world.made_by = {"commit": clone.second, "tag": "infra-2", "dirty": False, "configuration": "2" * 64}
    world.now = FINISHED
    first, second, third = records
    return Past(world, clone, first, second, third)


def to_first(past: Past) -> list[str]:
    return ["--to", past.first.release, "--despite-migrations"]


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


def test_the_plan_says_what_differs_and_which_tag_to_bring_up(past: Past, capsys: pytest.CaptureFixture[str]) -> None:
    assert past.back(*to_first(past), "--dry-run") == 0
    said = capsys.readouterr().out
    assert f"runs            {past.third.release}  v1.3.0" in said
    assert f"comes back      {past.first.release}  v1.1.0" in said
    assert f"infra-2 ({past.repository.second[:12]}) now, infra-1 ({past.repository.first[:12]}) then" in said
    assert "Make large fleet" in said
    assert "Pulumi.prod.yaml | 2 +-" in said
    assert "git worktree add ../rollback infra-1" in said
    assert "0042-drop-price can NOT be taken back: the column price is gone" in said
    assert "0041-add" not in said, "both know it"
    assert past.world.changes() == []
    assert past.engines == []
    assert max(len(line) for line in said.splitlines() if "s3://" not in line) <= 100


def test_without_its_infrastructure_that_stays_and_is_recorded_as_it_is(past: Past) -> None:
    assert past.back(*to_first(past)) == 0
    assert past.engines == []
    assert past.world.ledger[-1]["infrastructure"]["commit"] == past.repository.second


def test_a_migration_that_can_not_be_taken_back_holds_it_up(past: Past, capsys: pytest.CaptureFixture[str]) -> None:
    assert past.back("--to", "previous", "--json") == 1
    said = capsys.readouterr()
    assert "0042-drop-price can't be taken back" in said.err
    assert json.loads(said.out)["plan"]["migrations"]["irreversible"] == ["0042-drop-price"]
    assert past.world.changes() == []
    assert past.back("--to", "previous", "--despite-migrations") == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (bundle(9), "has no release.yaml"),
        (b"no zip", "is no zip file"),
        (bundle(9, "  - {id: a, reversible: maybe}\n"), 'reversible: given "maybe"; allowed: true or false'),
    ],
)
def test_migrations_that_nobody_can_tell_are_said_and_hold_nothing_up(
    past: Past, content: bytes, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    version = past.world.put(content, bucket=ARTIFACTS, key="odd")
    past.changed(artifact=StoredArtifact(bucket=ARTIFACTS, key="odd", version=version))
    assert past.back("--to", "previous") == 0
    said = capsys.readouterr().out
    assert "database        nobody can tell" in said
    assert says in said


def test_previous_is_the_last_good_one_and_what_one_went_back_from_is_not_good(past: Past) -> None:
    assert past.back("--to", "previous", "--despite-migrations") == 0
    assert past.world.ledger[-1]["rollback_of"] == past.second.release
    past.world.pass_time(minutes=1)
    assert past.back("--to", "previous") == 0
    assert past.world.ledger[-1]["rollback_of"] == past.first.release
    past.world.pass_time(minutes=1)
    assert past.back("--to", "previous") == 2, "there is nothing before the first"


def test_a_release_that_failed_is_no_way_back_and_does_not_run(past: Past, capsys: pytest.CaptureFixture[str]) -> None:
    past.changed(outcome=Outcome.ROLLED_BACK)
    assert past.back("--to", past.third.release) == 2
    assert "it never ran to a good end" in capsys.readouterr().err
    assert past.back("--to", past.second.release) == 2
    assert f"{past.second.release} runs already" in capsys.readouterr().err
    assert past.back("--to", "previous") == 0
    assert past.world.ledger[-1]["rollback_of"] == past.first.release


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.STOPPED])
@pytest.mark.parametrize("named", [True, False])
def test_the_last_good_one_can_be_brought_back_over_what_a_failure_has_left(
    past: Past, outcome: Outcome, *, named: bool
) -> None:
    past.changed(outcome=outcome)
    assert past.back("--to", past.second.release if named else "previous") == 0
    assert [one["key"] for one in past.world.deployed] == ["storefront-prod/Source/2"]


def test_a_release_that_nobody_knows_is_said_with_those_that_are(
    past: Past, capsys: pytest.CaptureFixture[str]
) -> None:
    assert past.back("--to", "storefront-1") == 2
    said = capsys.readouterr().err
    assert "no release storefront-1; the newest good ones" in said
    assert past.third.release in said


def test_a_release_is_found_however_many_came_after_it(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "MOST_RELEASES", 2)
    assert past.back(*to_first(past)) == 0
    assert past.world.ledger[-1]["rollback_of"] == past.first.release


def test_an_artifact_that_is_gone_is_said_before_anything_begins(
    past: Past, capsys: pytest.CaptureFixture[str]
) -> None:
    assert isinstance(past.first.artifact, StoredArtifact)
    place = {"Bucket": ARTIFACTS, "Key": past.first.artifact.key, "VersionId": past.first.artifact.version}
    boto3.client("s3", REGION).delete_object(**place)
    assert past.back(*to_first(past), "--with-infrastructure") == 2
    said = capsys.readouterr().err
    assert f"{past.first.release} can't come back: s3://artifacts/storefront-prod/Source/1" in said
    assert "is gone" in said
    assert past.world.changes() == []
    assert past.engines == []


def test_what_has_expired_with_the_pipeline_comes_back_from_the_release_bucket(past: Past) -> None:
    version = past.world.put(bundle(1, OLD), bucket=RELEASES)
    past.world.put(bundle(7), bucket=RELEASES)
    assert isinstance(past.first.artifact, StoredArtifact)
    boto3.client("s3", REGION).delete_object(
        Bucket=ARTIFACTS, Key=past.first.artifact.key, VersionId=past.first.artifact.version
    )
    assert past.back(*to_first(past)) == 0
    artifact = past.world.ledger[-1]["artifact"]
    assert (artifact["bucket"], artifact["version"], artifact["sha256"]) == (
        RELEASES,
        version,
        digest(bundle(1, OLD)),
    )


def test_other_bytes_in_its_place_are_not_deployed(past: Past, capsys: pytest.CaptureFixture[str]) -> None:
    assert isinstance(past.second.artifact, StoredArtifact)
    past.second = replace(past.second, artifact=replace(past.second.artifact, sha256="0" * 64))
    past.changed()
    assert past.back("--to", "previous", "--despite-migrations") == 2
    assert "and the ledger says 0000" in " ".join(capsys.readouterr().err.split())


def test_the_alarm_that_asks_for_it_does_not_stop_it(past: Past) -> None:
    past.world.alarms["storefront-5xx"] = ("ALARM", "errors")
    goes_on = past.world.on_wait

    def quiet_after_the_shift() -> None:
        goes_on()
        if past.world.bound == [GREEN]:
            past.world.alarms["storefront-5xx"] = ("OK", "")

    past.world.on_wait = quiet_after_the_shift
    assert past.back("--to", "previous", "--despite-migrations") == 0
    assert past.world.asked("CreateDeployment")[0]["overrideAlarmConfiguration"] == {"enabled": False}


def test_a_way_back_that_was_left_alone_is_gone_on_with_as_one(past: Past, capsys: pytest.CaptureFixture[str]) -> None:
    interrupt(past.world, lambda: runs(past.world))
    assert past.back(*to_first(past)) == 130
    words = capsys.readouterr().err.rsplit("python -m operations rollback ", 1)[1].split()
    assert past.back(*words) == 0
    (record,) = past.world.ledger[3:]
    assert (record["kind"], record["rollback_of"]) == ("rollback", past.first.release)
    assert [one["name"] for one in record["approvals"]] == ["qa-head"]
    assert len(past.world.deployed) == 1


def test_the_approvals_of_the_release_count_and_one_without_needs_broken_glass(past: Past) -> None:
    past.second = replace(past.second, approvals=())
    past.changed()
    assert past.back("--to", "previous", "--despite-migrations") == 1
    assert past.back("--to", "previous", "--despite-migrations", "--break-glass", "shop is down") == 0
    assert len(past.world.mails) == 1
    assert past.world.ledger[-1]["reason"] == "shop is down"


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


def test_an_answer_of_no_begins_nothing(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.terminal.Terminal.can_ask", property(lambda _: True))
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert past.back(*to_first(past), yes=False) == 1
    assert past.world.changes() == []


def test_a_stack_without_a_ledger_or_with_an_empty_one_is_unusable(
    world: HandWorld, clone: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = Past(world, clone, release(), release(), release())
    assert empty.back("--to", "previous") == 2
    assert "the ledger ledger has no release of storefront" in capsys.readouterr().err
    world.outputs = {}
    assert empty.back("--to", "previous") == 2
    assert "stack prod keeps no ledger" in capsys.readouterr().err


def test_a_ledger_that_is_throttled_is_asked_again_and_one_that_is_closed_is_said(
    past: Past, capsys: pytest.CaptureFixture[str]
) -> None:
    boto3.client("s3", REGION).put_object(Bucket="ledger", Key="storefront/20261126T000000Z-x.json", Body=b"{}")
    assert past.back("--to", "previous") == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "is no record of a release" in said
    assert said.endswith("nothing was begun")
