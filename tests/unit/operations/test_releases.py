"""`operations releases`: what ran, in a table that fits, for machines, and without Pulumi."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from operations.command import UnusableError
from operations.line import run
from operations.releases.command import Releases
from operations.stack import Stack
from operations.terminal import columns
from release_ledger import Infrastructure, Kind, Outcome, Source, append
from tests.unit.functions.release_records import FINISHED, FULL, release

LEDGER = "delivery-prod-ledger-444455556666-eu-west-1"


class World:
    """A stack with a ledger."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.s3 = self.client("s3", "eu-west-1")
        self.s3.create_bucket(Bucket=LEDGER, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        self.asked.clear()

    def client(self, service: str, region: str) -> Any:
        self.asked.append((service, region))
        return boto3.client(service, region_name=region, aws_access_key_id="fake", aws_secret_access_key="fake")

    def stack(self, name: str) -> Stack:
        place = {"account": "444455556666", "region": "eu-west-1", "tier": "production"}
        return Stack(stack=name, **place, make=self.client, outputs={"ledger": {"bucket": LEDGER}})

    def run(self, *words: str) -> int:
        command = Releases(open=self.stack, make=self.client, clock=lambda: FINISHED + timedelta(days=1))
        return run((command,), ["releases", *words])


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("COLUMNS", "80")
    with mock_aws():
        yield World()


def test_the_longest_names_fit_80_columns(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    name = "a" * 32
    told = Infrastructure(commit="4f2c" * 10, tag="infra-" + "9" * 30, dirty=True, stack="prod")
    append(world.s3, LEDGER, release(application=name, infrastructure=told, reason="部署は失敗しました。" * 9))
    for words in ((), ("--measures",)):
        assert world.run("--stack", "prod", *words) == 0
    said = capsys.readouterr().out
    assert f"\n{name}-<ended>\n" in said
    assert max(columns(line) for line in said.splitlines()) <= 80


def test_the_newest_are_listed_first_with_what_is_worth_a_glance(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    made_by = Infrastructure(commit="4f2c" * 10, dirty=True, stack="prod")
    append(world.s3, LEDGER, FULL)
    append(
        world.s3,
        LEDGER,
        release(
            60,
            kind=Kind.ROLLBACK,
            outcome=Outcome.FAILED,
            reason="2 of 3\ninstances failed",
            infrastructure=made_by,
            source=Source(commit="9a1b" * 10),
        ),
    )
    assert world.run("--stack", "prod") == 0
    assert capsys.readouterr().out.splitlines() == [
        "storefront: the id of a release is storefront-<ended>",
        "",
        "ended             what             release",
        "20261125T220816Z  rollback failed  9a1b9a1b on 4f2c4f2c+changes; 2 of 3",
        "                                   instances failed",
        "20261125T210816Z  hotfix           v2.3.1 on v1.4.0+changes; approved by jane;",
        "                                   The basket lost items",
        "",
    ]


def test_the_longest_name_and_the_longest_words_fit_into_80_columns(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "a" * 32
    long = release(0, application=name, kind=Kind.REDEPLOYMENT, outcome=Outcome.ROLLED_BACK, reason="because " * 60)
    append(world.s3, LEDGER, replace(long, approvals=FULL.approvals * 3))
    assert world.run("--stack", "prod") == 0
    said = capsys.readouterr().out
    assert max(len(line) for line in said.splitlines()[2:]) <= 80


def test_for_machines_there_is_all_that_is_known(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    append(world.s3, LEDGER, FULL)
    append(world.s3, LEDGER, release(0, application="warehouse"))
    assert world.run("--stack", "prod", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["bucket"] == LEDGER
    assert document["releases"][0] == json.loads(FULL.to_json())
    assert [one["application"] for one in document["releases"]] == ["storefront", "warehouse"]


def test_one_application_and_so_many_of_it_can_be_asked_for(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    for minutes in range(4):
        append(world.s3, LEDGER, release(minutes))
    append(world.s3, LEDGER, release(9, application="warehouse"))
    assert world.run("--stack", "prod", "--application", "storefront", "--limit", "2", "--json") == 0
    found = json.loads(capsys.readouterr().out)["releases"]
    assert [one["release"] for one in found] == ["storefront-20261125T211116Z", "storefront-20261125T211016Z"]


def test_with_the_bucket_no_stack_is_opened(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    def closed(_: str) -> Stack:
        raise UnusableError("there is no pulumi")

    append(world.s3, LEDGER, FULL)
    command = Releases(open=closed, make=world.client)
    assert run((command,), ["releases", "--bucket", LEDGER]) == 0
    assert world.asked == [("s3", "eu-west-1")]
    assert "20261125T210816Z" in capsys.readouterr().out
    assert run((command,), ["releases", "--stack", "prod"]) == 2


def test_the_region_of_a_bucket_that_does_not_say_it_is_asked_for(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert world.run("--bucket", "our-ledger") == 2
    assert "say --region; the name our-ledger doesn't end in one" in capsys.readouterr().err
    world.run("--bucket", "our-ledger", "--region", "us-east-1")
    assert world.asked == [("s3", "us-east-1")]
    assert "NoSuchBucket" in capsys.readouterr().err


def test_an_empty_ledger_is_an_answer(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.s3.put_object(Bucket=LEDGER, Key="_measured/storefront/a.json", Body=b"")
    assert world.run("--stack", "prod") == 0
    assert capsys.readouterr().out == f"{LEDGER}: no release is recorded\n"


@pytest.mark.parametrize("words", [[], ["--measures"]])
def test_what_is_no_record_is_told_by_its_address_and_the_others_are_there(
    world: World, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    append(world.s3, LEDGER, FULL)
    world.s3.put_object(Bucket=LEDGER, Key="storefront/a.json", Body=b"{}")
    assert world.run("--stack", "prod", *words) == 1
    said = capsys.readouterr()
    assert f"left out: s3://{LEDGER}/storefront/a.json is no record of a release" in said.err
    assert any(line.startswith(("20261125T210816Z", "storefront   1 ")) for line in said.out.splitlines())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--stack", "prod", "--region", "eu-west-1"], "--region is that of a --bucket; a stack says its own"),
        (["--stack", "prod", "--days", "7"], "--days is the time of --measures; a list takes --limit"),
        (["--stack", "prod", "--measures", "--limit", "7"], "--limit is of the list; --measures takes --days"),
    ],
)
def test_words_that_would_do_nothing_are_refused(
    world: World, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert world.run(*words) == 2
    assert capsys.readouterr().err == f"releases: {message}\n"


def test_the_measures_of_a_time_are_computed_from_all_that_was(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    day = 24 * 60
    committed = Source(commit="4f2c", committed="2026-11-24T20:08:16Z")
    for one in (
        release(-40 * day, outcome=Outcome.FAILED),
        release(-20 * day, kind=Kind.REDEPLOYMENT),
        release(0, source=committed),
        release(30, outcome=Outcome.ROLLED_BACK),
    ):
        append(world.s3, LEDGER, one)
    assert world.run("--stack", "prod", "--measures", "--days", "30") == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "application  deployments  failed   lead time  time to restore",
        "storefront   2            1 (50%)  1 d 1 h    10 d 5 min",
    ]
    assert world.run("--stack", "prod", "--measures", "--json") == 0
    assert json.loads(capsys.readouterr().out)["measures"]["storefront"] == {
        "deployments": 3,
        "changeFailures": 2,
        "leadTimeSeconds": 90_000,
        "restoreSeconds": (20 * day * 60 + 600) / 2,
    }


@pytest.mark.parametrize("words", [[], ["--stack", "a", "--bucket", "b"], ["--stack", "a", "--limit", "0"]])
def test_wrong_words_are_unusable(world: World, words: list[str]) -> None:
    assert world.run(*words) == 2


@pytest.mark.parametrize("count", ["0", "-1", "many", "1e3", "99999999999"])
def test_a_number_of_days_says_which_there_are(world: World, count: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert world.run("--stack", "a", "--measures", f"--days={count}") == 2
    said = capsys.readouterr().err
    assert f"argument --days: given {count}; allowed: a whole number from 1 to 100000" in said


@pytest.mark.parametrize("outputs", [{}, {"ledger": {}}, {"ledger": None}])
def test_a_stack_that_keeps_no_ledger_is_told_how_to(
    world: World, outputs: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    command = Releases(open=lambda name: replace(world.stack(name), outputs=outputs))
    assert run((command,), ["releases", "--stack", "prod"]) == 2
    assert "stack prod keeps no ledger; run `pulumi up --stack prod`" in capsys.readouterr().err
