"""`operations recover`: what it says of a state, what it asks, and what it changes."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError

from operations.command import UnusableError
from operations.engine import Engine
from operations.line import run
from operations.recovery.command import Recover
from operations.recovery.state import pending, settled, to_refresh

URN = "urn:pulumi:prod::delivery::aws:sns/topic:Topic::"
LOCK = '{"pid": 4711, "username": "jane", "hostname": "runner", "timestamp": "2026-11-25T21:36:15.1Z"}'


def resource(name: str, **more: Any) -> dict[str, Any]:
    return {"urn": f"{URN}{name}", "type": "aws:sns/topic:Topic", "inputs": {"name": f"prod-{name}"}, **more}


def state(*resources: Mapping[str, Any], **operations: str) -> dict[str, Any]:
    under_way = [{"type": kind, "resource": resource(name)} for name, kind in operations.items()]
    return {"version": 3, "deployment": {"resources": [*resources], "pending_operations": under_way}}


@dataclass(frozen=True, kw_only=True)
class FakeEngine(Engine):
    """Answers as the Pulumi CLI does, and remembers what it was told to change."""

    kept: dict[str, Any] = field(default_factory=dict)
    backend: str = "https://api.pulumi.com"
    fails: str = ""
    interrupts: str = ""
    told: list[tuple[str, ...]] = field(default_factory=list)

    def ask(self, *words: str, seconds: int = 0) -> str:  # noqa: ARG002 - it never waits
        if words[0] == "whoami":
            return json.dumps({"url": self.backend})
        if words[:2] == ("stack", "export"):
            return json.dumps(self.kept)
        self.told.append(words)
        if words[0] == self.interrupts:
            raise KeyboardInterrupt
        if words[0] == self.fails:
            raise UnusableError(f"pulumi {words[0]} failed: no credentials")
        if words[:2] == ("stack", "import"):
            after = json.loads(Path(words[words.index("--file") + 1]).read_text(encoding="utf-8"))
            self.kept.clear()
            self.kept.update(after)
        return ""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: delivery\nruntime: python\n", encoding="utf-8")
    return tmp_path


def engine(project: Path, kept: dict[str, Any], **more: Any) -> FakeEngine:
    return FakeEngine(project=project, environment={}, kept=kept, **more)


def recover(pulumi: FakeEngine, *words: str) -> int:
    command = Recover(engine=pulumi, backups=pulumi.project / "backups")
    return run((command,), ["recover", "--stack", "prod", *words])


def lock(project: Path) -> str:
    """Put a lock where the file backend has it, and return the backend."""
    folder = project / "state/.pulumi/locks/organization/delivery/prod"
    folder.mkdir(parents=True)
    (folder / "1.json").write_text(LOCK, encoding="utf-8")
    return f"file://{project / 'state'}"


def sit_down(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    seat = io.StringIO("".join(f"{one}\n" for one in answers))
    monkeypatch.setattr(seat, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", seat)


def test_a_state_in_order_is_left_alone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pulumi = engine(project, state(resource("mail", initErrors=["timed out"])))
    assert recover(pulumi) == 0
    assert pulumi.told == []
    said = capsys.readouterr().out
    assert "Nothing is under way in prod" in said
    assert "mail was made and didn't become ready; the next up does it." in said
    assert "pulumi up --stack prod" in said


def test_a_person_says_what_exists_and_the_state_follows(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi = engine(project, state(resource("old", id="old"), mail="creating", page="creating", old="updating"))
    before = json.dumps(pulumi.kept, sort_keys=True)
    sit_down(monkeypatch, "arn:mail", "", "yes")
    assert recover(pulumi) == 0
    resources = {one["urn"].removeprefix(URN): one["id"] for one in pulumi.kept["deployment"]["resources"]}
    assert resources == {"old": "old", "mail": "arn:mail"}
    assert "pending_operations" not in pulumi.kept["deployment"]
    refreshed = [word for words in pulumi.told if words[0] == "refresh" for word in words if word.startswith(URN)]
    assert refreshed == [f"{URN}mail", f"{URN}old"]
    (backup,) = (project / "backups").iterdir()
    assert json.dumps(json.loads(backup.read_text(encoding="utf-8")), sort_keys=True) == before
    assert backup.stat().st_mode & 0o777 == 0o600
    said = capsys.readouterr().out
    assert "creating sns.Topic mail (prod-mail)\n  It may exist in AWS, and the state doesn't know of it." in said
    assert "updating sns.Topic old (prod-old)\n  It may have the old values" in said
    assert str(backup) in said


@pytest.mark.parametrize("answers", [("", "n"), ("", "")])
def test_without_a_yes_nothing_changes(
    project: Path, answers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    pulumi = engine(project, state(mail="creating"))
    sit_down(monkeypatch, *answers)
    assert recover(pulumi) == 1
    assert pulumi.told == []
    assert not (project / "backups").exists()


def test_who_gives_up_in_between_has_changed_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pulumi = engine(project, state(mail="creating"))
    sit_down(monkeypatch, "")
    assert recover(pulumi) == 130
    assert pulumi.told == []


def test_yes_alone_doesnt_say_what_exists(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pulumi = engine(project, state(mail="creating"))
    assert recover(pulumi, "--yes") == 2
    assert "does mail exist? Say --exists mail=ID or --gone mail" in capsys.readouterr().err
    assert pulumi.told == []
    assert recover(pulumi, "--yes", "--gone", "mail") == 0
    assert pulumi.kept["deployment"]["resources"] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--exists", "mail"), "--exists mail: say NAME=ID"),
        (("--gone", "male"), "male: not among what was being made: mail"),
    ],
)
def test_what_is_said_wrongly_changes_nothing(
    project: Path, words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi = engine(project, state(mail="creating"))
    assert recover(pulumi, "--yes", *words) == 2
    assert says in capsys.readouterr().err
    assert pulumi.told == []


def test_a_lock_is_told_with_its_holder_and_stays_without_a_word(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi = engine(project, state(mail="creating"), backend=lock(project))
    assert recover(pulumi, "--yes", "--gone", "mail") == 1
    said = capsys.readouterr().err
    assert "Locked by jane@runner, process 4711, since 2026-11-25T21:36:15Z." in said
    assert "say --unlock" in said
    assert pulumi.told == []
    assert recover(pulumi, "--yes", "--gone", "mail", "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert (len(document["locks"]), len(document["pending"]), document["changed"]) == (1, 1, False)


@pytest.mark.parametrize(("answer", "code", "told"), [("n", 1, []), ("y", 0, [("cancel", "--yes", "--stack", "prod")])])
def test_a_lock_goes_when_a_person_says_that_its_run_is_over(
    project: Path, answer: str, code: int, told: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    pulumi = engine(project, state(), backend=lock(project))
    sit_down(monkeypatch, answer)
    assert recover(pulumi) == code
    assert pulumi.told == told


def test_a_machine_that_looks_changes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pulumi = engine(project, state(mail="creating"), backend=lock(project))
    assert recover(pulumi, "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert [(one["operation"], one["name"]) for one in document["pending"]] == [("creating", "mail")]
    assert document["locks"] == [{"user": "jane", "host": "runner", "process": 4711, "since": "2026-11-25T21:36:15.1Z"}]
    assert pulumi.told == []


def test_what_couldnt_be_read_again_is_said_with_the_way_on(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pulumi = engine(project, state(resource("old", id="old"), old="deleting"), fails="refresh")
    assert recover(pulumi, "--yes") == 2
    said = capsys.readouterr().err
    assert "Before the next up: pulumi refresh --stack prod" in said
    assert str(next((project / "backups").iterdir())) in said


def test_where_two_have_a_name_each_is_asked_by_its_type(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = state(mail="creating", page="creating")
    queue = {"urn": "urn:pulumi:prod::delivery::aws:sqs/queue:Queue::mail", "type": "aws:sqs/queue:Queue", "inputs": {}}
    kept["deployment"]["pending_operations"].append({"type": "creating", "resource": queue})
    pulumi = engine(project, kept)
    assert recover(pulumi, "--yes", "--gone", "page", "--exists", "mail=1") == 2
    assert "mail: not among what was being made: sns.Topic:mail, page, sqs.Queue:mail" in capsys.readouterr().err
    words = ("--gone", "page", "--gone", "sns.Topic:mail", "--exists", "sqs.Queue:mail=https://queue")
    assert recover(pulumi, "--yes", *words) == 0
    assert [(one["urn"], one["id"]) for one in pulumi.kept["deployment"]["resources"]] == [
        (queue["urn"], "https://queue")
    ]


def test_where_nobody_can_be_asked_it_says_how_to_go_on(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    pulumi = engine(project, state(mail="updating"))
    assert recover(pulumi) == 2
    assert "recover: nobody can be asked here; say --yes" in capsys.readouterr().err
    assert pulumi.told == []


def test_a_word_about_something_else_leaves_the_lock(project: Path) -> None:
    pulumi = engine(project, state(mail="creating"), backend=lock(project))
    assert recover(pulumi, "--yes", "--unlock", "--gone", "male") == 2
    assert recover(pulumi, "--yes", "--unlock") == 2, "nobody says whether mail exists"
    assert pulumi.told == []


def test_where_nobody_can_be_asked_the_lock_stays(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    pulumi = engine(project, state(mail="updating"), backend=lock(project))
    assert recover(pulumi, "--unlock") == 2
    assert pulumi.told == []


def test_ctrl_c_while_the_state_is_put_in_place_says_how_to_go_on(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi = engine(project, state(mail="creating"), interrupts="stack")
    assert recover(pulumi, "--yes", "--gone", "mail") == 130
    said = capsys.readouterr().err
    assert str(next((project / "backups").iterdir())) in said
    assert "Before the next up: pulumi refresh --stack prod" in said


@pytest.mark.parametrize("text", ['{"pid": 47', "", "[]", '{"pid": null, "username": null}', "\udcff"])
def test_a_lock_that_was_not_written_to_its_end_is_one(
    project: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi = engine(project, state(), backend=lock(project))
    next((project / "state").rglob("1.json")).write_bytes(text.encode(errors="surrogateescape"))
    assert recover(pulumi, "--yes") == 1
    assert "Locked by somebody@somewhere, process 0.\n" in capsys.readouterr().err


def test_a_bucket_that_takes_no_credentials_is_said_in_a_line(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuses(_service: str, _region: str) -> Any:
        raise NoCredentialsError

    pulumi = engine(project, state(), backend="s3://states?region=eu-central-1")
    command = Recover(engine=pulumi, client=refuses, backups=project / "backups")
    assert run((command,), ["recover", "--stack", "prod"]) == 2
    assert "Unable to locate credentials; nothing was begun" in capsys.readouterr().err


def test_without_a_place_for_the_backup_nothing_changes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pulumi = engine(project, state(mail="creating"))
    (project / "file").write_text("", encoding="utf-8")
    assert recover(pulumi, "--yes", "--gone", "mail", "--backup", str(project / "file")) == 2
    assert "can't be written, so nothing was changed" in capsys.readouterr().err
    assert pulumi.told == []


def test_what_was_to_be_replaced_still_goes_when_its_successor_is_taken_in() -> None:
    kept = state(resource("mail", id="first"), mail="creating")
    old, new = settled(kept, {f"{URN}mail": "second"})["deployment"]["resources"]
    assert (old["id"], old["delete"], new["id"]) == ("first", True, "second")


def test_what_a_later_up_has_made_isnt_taken_in_twice() -> None:
    kept = state(resource("mail", id="first"), mail="creating")
    assert settled(kept, {f"{URN}mail": "first"})["deployment"]["resources"] == [resource("mail", id="first")]


def test_what_was_only_read_and_isnt_known_needs_no_refresh() -> None:
    assert to_refresh(state(mail="reading"), {}) == []
    assert [one.check for one in pending(state(mail="reading"))] == ["Nothing was changed, it was only read."]
