"""`operations rollback`: which release, which artifact, and what holds it up."""

import io
import json
from dataclasses import replace

import boto3
import pytest

from operations.rollback import command
from operations.rollback.history import since_forward
from release_ledger import Outcome, StoredArtifact, releases
from tests.unit.functions.fake_aws import GREEN
from tests.unit.functions.release_records import release
from tests.unit.operations.hand_world import ARTIFACTS, REGION, RELEASES, HandWorld, digest
from tests.unit.operations.interruption import interrupt, runs
from tests.unit.operations.past import OLD, Past, Repository, bundle, to_first


def test_the_plan_says_what_differs_and_which_tag_to_bring_up(
    past: Past, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
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
    assert max(len(line) for line in said.splitlines() if "s3://" not in line) <= 80


def test_a_dry_run_says_what_would_hold_it_up(past: Past, capsys: pytest.CaptureFixture[str]) -> None:
    past.first = replace(past.first, approvals=())
    past.changed()
    assert past.back("--to", past.first.release, "--dry-run", "--json") == 0
    said = capsys.readouterr()
    approval, migration = json.loads(said.out)["obstacles"]
    assert migration == "migration 0042-drop-price can't be taken back"
    assert "qa-head" in approval
    assert said.err.count("would be held up: ") == 2
    assert past.back(*to_first(past), "--dry-run", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["obstacles"]) == 1


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
    assert says in " ".join(said.split())


def test_what_is_wrong_with_one_migration_makes_no_other_one_reversible(
    past: Past, capsys: pytest.CaptureFixture[str]
) -> None:
    content = bundle(9, f"{OLD}  - {{id: 0042-drop-price, reversible: false}}\n  - {{id: 0043, reversible: maybe}}\n")
    version = past.world.put(content, bucket=ARTIFACTS, key="odd")
    past.changed(artifact=StoredArtifact(bucket=ARTIFACTS, key="odd", version=version))
    assert past.back("--to", "previous") == 1
    said = capsys.readouterr()
    assert "0042-drop-price can't be taken back" in said.err
    database = " ".join(said.out.split())
    assert "nobody can tell all: release.yaml of s3://artifacts/odd" in database
    assert "isn't reversible and has no note" in database


def test_the_same_bytes_are_read_once_however_often_they_were_tried(past: Past) -> None:
    for minutes in range(-9, 0):
        past.world.append(release(minutes, artifact=past.third.artifact, outcome=Outcome.FAILED))
    newest_first = list(releases(past.world.s3, "ledger", "storefront"))
    assert [one.artifact for one in since_forward(newest_first)] == [past.third.artifact]


def test_a_release_that_went_forward_has_all_migrations_before_it(past: Past) -> None:
    content = bundle(4, OLD)
    version = past.world.put(content, bucket=ARTIFACTS, key="storefront-prod/Source/4")
    artifact = StoredArtifact(bucket=ARTIFACTS, key="storefront-prod/Source/4", version=version, sha256=digest(content))
    past.world.append(release(-10, artifact=artifact, approvals=past.third.approvals))
    assert past.back("--to", past.second.release) == 0


def test_previous_is_the_last_good_one_and_what_one_went_back_from_is_not_good(past: Past) -> None:
    assert past.back("--to", "previous", "--despite-migrations") == 0
    assert past.world.ledger[-1]["rollback_of"] == past.second.release
    past.world.pass_time(minutes=1)
    assert past.back("--to", "previous") == 1, "the database still has what the third one did to it"
    assert past.back("--to", "previous", "--despite-migrations") == 0
    assert past.world.ledger[-1]["rollback_of"] == past.first.release
    past.world.pass_time(minutes=1)
    assert past.back("--to", "previous") == 2, "there is nothing before the first"


def test_a_release_that_failed_is_no_way_back_and_does_not_run(past: Past, capsys: pytest.CaptureFixture[str]) -> None:
    past.changed(outcome=Outcome.ROLLED_BACK)
    assert past.back("--to", past.third.release) == 2
    assert "it never ran to a good end" in capsys.readouterr().err
    assert past.back("--to", past.second.release) == 2
    assert f"{past.second.release} runs already" in capsys.readouterr().err
    assert past.back("--to", "previous", "--despite-migrations") == 0
    assert past.world.ledger[-1]["rollback_of"] == past.first.release


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.STOPPED])
@pytest.mark.parametrize("named", [True, False])
def test_the_last_good_one_can_be_brought_back_over_what_a_failure_has_left(
    past: Past, outcome: Outcome, *, named: bool
) -> None:
    past.changed(outcome=outcome)
    words = ("--to", past.second.release if named else "previous")
    assert past.back(*words) == 1, "it may have come as far as the database"
    assert past.world.deployed == []
    assert past.back(*words, "--despite-migrations") == 0
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


def test_an_object_that_is_no_record_hides_the_last_good_release_and_no_other(
    past: Past, capsys: pytest.CaptureFixture[str]
) -> None:
    boto3.client("s3", REGION).put_object(Bucket="ledger", Key="storefront/20261126T000000Z-x.json", Body=b"{}")
    assert past.back("--to", "previous") == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "20261126T000000Z-x.json is no record of a release" in said
    assert "say its id with --to" in said
    assert past.world.changes() == []
    assert past.back(*to_first(past)) == 0
    assert "is no record of a release" in capsys.readouterr().err


def test_a_ledger_that_is_closed_is_said_and_begins_nothing(past: Past, capsys: pytest.CaptureFixture[str]) -> None:
    past.world.outputs = {"ledger": {"bucket": "somebody-elses"}}
    assert past.back("--to", "previous") == 2
    assert capsys.readouterr().err.endswith("nothing was begun\n")
