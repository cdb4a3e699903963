"""`operations recover` after each way in which an `up` fails half way, on the real engine with a small program."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline.provider.faults import Fault
from operations.line import run
from operations.recovery.command import Recover
from tests.engine.harness import Document, Engine, EngineFactory

PROGRAM = """
import pulumi
import pulumi_aws

config = pulumi.Config()
provider = pulumi_aws.Provider("aws", region="eu-west-1", allowed_account_ids=["444455556666"])
of = pulumi.ResourceOptions(provider=provider)
first = pulumi_aws.sns.Topic("first", name="first", opts=of)
if not config.get_bool("without"):
    tags = {"text": config.get("text") or "one"}
    after = pulumi.ResourceOptions(provider=provider, depends_on=[first])
    pulumi_aws.sns.Topic("second", name="second", tags=tags, opts=after)
"""
SECOND = "arn:aws:sns:eu-west-1:444455556666:second"


@pytest.fixture(scope="module")
def created(module_engine: EngineFactory) -> Document:
    """The state after an `up` that came to its end."""
    outcome = (toy := module_engine(source=PROGRAM)).up()
    assert outcome.rc == 0, outcome.text
    return toy.export()


@pytest.fixture
def toy(engine: EngineFactory) -> Engine:
    """The program, and nothing of it is up."""
    return engine(source=PROGRAM)


def recover(toy: Engine, folder: Path, *words: str) -> int:
    command = Recover(engine=toy.cli(), backups=folder / "backups")
    return run((command,), ["recover", "--stack", "dev", "--yes", *words])


def under_way(toy: Engine) -> list[str]:
    return [one["type"] for one in toy.export()["deployment"].get("pending_operations") or []]


def test_what_aws_refuses_leaves_nothing_to_recover_and_the_next_up_goes_on(
    toy: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = toy.cut_short("second", Fault.REFUSED)
    assert failed.rc != 0
    assert "was told to refuse second" in failed.text
    assert recover(toy, tmp_path) == 0
    assert "Nothing is under way in dev" in capsys.readouterr().out
    assert toy.up().changed == {"create": 1}


def test_what_was_never_made_is_forgotten_and_made(toy: Engine, tmp_path: Path) -> None:
    toy.cut_short("second")
    assert under_way(toy) == ["creating"]
    assert recover(toy, tmp_path, "--unlock", "--gone", "second") == 0
    assert under_way(toy) == []
    assert toy.up().changed == {"create": 1}


def test_what_was_made_is_taken_in_and_not_made_again(toy: Engine, tmp_path: Path) -> None:
    toy.cut_short("second")
    assert recover(toy, tmp_path, "--unlock", "--exists", f"second={SECOND}") == 0
    assert toy.up().changed == {}


@pytest.mark.parametrize(
    ("setting", "operation", "then"),
    [
        ({"toy:text": "two"}, "updating", {"update": 1}),
        ({"toy:without": "true"}, "deleting", {"delete": 1}),
    ],
)
def test_what_was_being_changed_is_read_and_the_next_up_ends_it(
    toy: Engine, created: Document, tmp_path: Path, setting: Document, operation: str, then: dict[str, int]
) -> None:
    toy.import_state(created)
    toy.configure(lambda document: document["config"].update(setting))
    toy.cut_short("second")
    assert under_way(toy) == [operation]
    assert recover(toy, tmp_path, "--unlock") == 0
    assert under_way(toy) == []
    assert toy.up().changed == then


def test_the_lock_of_the_run_that_was_cut_off_stops_every_other_until_it_goes(
    toy: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toy.cut_short("second")
    assert "currently locked" in toy.up().text
    assert recover(toy, tmp_path, "--gone", "second") == 1
    assert "Locked by " in capsys.readouterr().err
    assert under_way(toy) == ["creating"]
