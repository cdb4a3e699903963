"""`operations replicate`: what it asks, what it writes, and what it refuses."""

import io
import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations.line import run
from operations.replication.command import Replicate
from operations.replication.places import PLACES, WHERE
from settings import read
from settings.reference import rows
from tests.unit.planning import ROOT

QA = ("--from", "staging", "--to", "qa", "--yes", "--set", "applications.storefront.promote=-")
ELSEWHERE = ("--set", "environment.account=999988887777", "--set", "region=us-east-1")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the stack files of this repository."""
    for file in ROOT.glob("Pulumi.*.yaml"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def replicate(project: Path, *words: str) -> int:
    return run((Replicate(project=project),), ["replicate", *words])


def written(project: Path, stack: str = "qa") -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((project / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))
    return document


def edit(project: Path, stack: str, change: Callable[[dict[str, Any]], None]) -> None:
    file = project / f"Pulumi.{stack}.yaml"
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    change(document)
    file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")


def sit_down(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """Put a person at the terminal who says these lines."""
    seat = io.StringIO("".join(f"{one}\n" for one in answers))
    monkeypatch.setattr(seat, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", seat)


def test_the_new_environment_is_one_that_the_program_takes(project: Path) -> None:
    assert replicate(project, *QA) == 0
    qa = read(project / "Pulumi.qa.yaml")
    assert (qa.environment.name, qa.environment.tier, qa.applications["storefront"].promote) == ("qa", "staging", None)


def test_nothing_but_what_was_said_differs(project: Path) -> None:
    assert replicate(project, *QA) == 0
    before = (project / "Pulumi.staging.yaml").read_text(encoding="utf-8").splitlines()
    after = (project / "Pulumi.qa.yaml").read_text(encoding="utf-8").splitlines()
    assert [line for line in before if line not in after] == [
        "  delivery:network: {cidr: 10.20.0.0/16, availabilityZones: [eu-west-1a, eu-west-1b]}",
        "      promote: {to: prod}",
    ]
    assert [line for line in after if line not in before] == [
        "  delivery:network: {cidr: 10.40.0.0/16, availabilityZones: [eu-west-1a, eu-west-1b]}"
    ]


def test_comments_stay_and_how_the_other_stack_encrypts_goes(project: Path) -> None:
    file = project / "Pulumi.staging.yaml"
    text = f"# Ask Jane.\nsecretsprovider: awskms://x\nencryptedkey: abc\n{file.read_text(encoding='utf-8')}"
    file.write_text(text.replace("suites:", "suites: # all of them"), encoding="utf-8")
    assert replicate(project, *QA) == 0
    copy = (project / "Pulumi.qa.yaml").read_text(encoding="utf-8")
    assert copy.startswith("# Ask Jane.\nconfig:\n")
    assert "suites: # all of them" in copy


def test_an_encrypted_value_is_left_out_and_asked_for_by_its_command(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(project, "staging", lambda document: document["config"].update({"aws:secretKey": {"secure": "v1:abc"}}))
    assert replicate(project, *QA) == 0
    assert "aws:secretKey" not in written(project)["config"]
    assert "pulumi config set --secret aws:secretKey --stack qa" in capsys.readouterr().out


def test_without_a_person_everything_that_is_open_is_said_at_once(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replicate(project, "--from", "staging", "--to", "qa") == 2
    said = capsys.readouterr().err
    for place in ("region", "environment.account", "network.cidr=10.40.0.0/16", "notifications.emails"):
        assert f"--set {place}" in said
    assert "--set applications.storefront.promote.to=… " in said
    assert not (project / "Pulumi.qa.yaml").exists()


def test_agreeing_to_everything_still_needs_what_nobody_can_propose(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replicate(project, "--from", "staging", "--to", "qa", "--yes") == 2
    asked = re.findall(r"--set (\S+)=", capsys.readouterr().err)
    assert asked == ["applications.storefront.promote.to"]


def test_another_account_and_region_ask_for_whatever_is_in_the_first(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--from", "prod", "--to", "prod-us", "--yes", *ELSEWHERE)
    assert replicate(project, *words) == 2
    asked = re.findall(r"--set (\S+)=", capsys.readouterr().err)
    fleet = "applications.storefront.deploy.fleet"
    assert asked == ["applications.storefront.source.from", f"{fleet}.certificateArn", f"{fleet}.url"]


def test_variables_receivers_and_whatever_names_the_other_environment_are_asked(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fuller(document: dict[str, Any]) -> None:
        config = document["config"]
        config["delivery:notifications"]["audiences"] = {"chat": {"webhook": "https://hooks.example.com/1"}}
        config["delivery:overrides"] = {"stop": ["OnDuty", "Staging-Lead"], "retry": ["OnDuty"]}
        shop = config["delivery:applications"]["storefront"]
        shop["suites"]["e2e"]["environment"] = {"TABLE": "orders"}
        shop["deploy"]["fleet"] = {
            "amiParameter": "/golden/staging/image",
            "balancer": {"listenerArn": "arn:l", "securityGroupId": "sg-1", "priority": 7, "hosts": ["a.example.com"]},
        }

    edit(project, "staging", fuller)
    assert replicate(project, "--from", "staging", "--to", "qa") == 2
    said = capsys.readouterr().err
    shop = "applications.storefront"
    for asked in (
        "notifications.audiences.chat.webhook=https://hooks.example.com/1",
        "'overrides.stop=OnDuty, Staging-Lead'",
        f"{shop}.suites.e2e.environment.TABLE=orders",
        f"{shop}.deploy.fleet.amiParameter=/golden/staging/image",
        f"{shop}.deploy.fleet.balancer.listenerArn=arn:l",
        f"{shop}.deploy.fleet.balancer.priority=…",
        f"{shop}.deploy.fleet.balancer.hosts=…",
    ):
        assert f"--set {asked}" in said
    assert "overrides.retry" not in said


def test_zones_follow_the_region_and_a_repository_that_isnt_there_is_made(project: Path) -> None:
    assert replicate(project, *QA, *ELSEWHERE) == 0
    config = written(project)["config"]
    assert config["delivery:network"]["availabilityZones"] == ["us-east-1a", "us-east-1b"]
    assert config["delivery:applications"]["storefront"]["source"]["owned"] is True


def test_two_environments_that_promote_are_written_one_after_the_other(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replicate(project, "--from", "staging", "--to", "us-staging", *QA[4:]) == 0
    after_it = (
        *("--from", "prod", "--to", "us-prod", "--yes"),
        *("--set", "applications.storefront.source.from=us-staging"),
        *("--set", "applications.storefront.deploy.fleet.url=https://us.example.com"),
    )
    assert replicate(project, *after_it) == 1
    assert "needs promote: {to: us-prod}" in capsys.readouterr().err
    promotes = {"to": "us-prod"}

    def promote(document: dict[str, Any]) -> None:
        document["config"]["delivery:applications"]["storefront"]["promote"] = promotes

    edit(project, "us-staging", promote)
    assert replicate(project, *after_it) == 0


def test_a_repository_has_one_owner(project: Path) -> None:
    assert replicate(project, "--from", "dev", "--to", "dev2", "--yes") == 0
    assert written(project, "dev2")["config"]["delivery:applications"]["storefront"]["source"]["owned"] is False


def test_what_other_stacks_have_is_refused_with_every_other_problem_and_nothing_is_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--set", "network.cidr=10.10.128.0/20", "--set", "notifications.emails=[nobody]")
    owned = ("--set", "applications.storefront.source.owned=true")
    assert replicate(project, *QA, *words, *owned) == 1
    said = capsys.readouterr().err
    assert said.startswith("Pulumi.qa.yaml: 3 problems; nothing was written.")
    assert 'network.cidr: given "10.10.128.0/20"; allowed: addresses beside those of Pulumi.dev.yaml' in said
    assert "applications.storefront.source.owned: given true; allowed: one owner; dev owns storefront too" in said
    assert "notifications.emails[0]" in said
    assert not (project / "Pulumi.qa.yaml").exists()


def test_a_file_that_is_there_is_never_written(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "Pulumi.qa.yaml").write_text("mine", encoding="utf-8")
    assert replicate(project, *QA) == 2
    assert "Pulumi.qa.yaml is there already, and nothing is overwritten" in capsys.readouterr().err
    assert (project / "Pulumi.qa.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--from", "moon", "--to", "qa"), "there is no Pulumi.moon.yaml; stacks: dev, prod, staging"),
        (("--from", "staging", "--to", "../qa"), "../qa: no name for a stack"),
        (("--from", "staging", "--to", "q" * 300), "a stack's name has at most 100 characters"),
        ((*QA, "--set", "network.cidr"), "--set network.cidr: say PLACE=VALUE"),
        ((*QA, "--set", "a b=1"), "--set a b: no place of a stack file"),
        ((*QA, "--set", "netwrok.cidr=10.50.0.0/16"), "--set netwrok.cidr: unknown key; did you mean network?"),
        ((*QA, "--set", "=1"), "--set : unknown key; known here: applications, "),
        ((*QA, "--set", "region=a", "--set", "aws:region=b"), "--set aws:region: said twice"),
        ((*QA, "--set", "environment.account=12"), "environment.account (12 digits) and region have to be known"),
    ],
)
def test_what_cant_begin_says_why(
    project: Path, words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replicate(project, *words) == 2
    assert says in capsys.readouterr().err


def test_a_value_that_stands_for_another_place_is_written_out_first(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / "Pulumi.staging.yaml"
    file.write_text(f"{file.read_text(encoding='utf-8')}\nmine: &m [1]\nyours: *m\n", encoding="utf-8")
    assert replicate(project, *QA) == 2
    assert re.search(r"Pulumi\.staging\.yaml: \*m in line \d+ stands for another place", capsys.readouterr().err)
    assert not (project / "Pulumi.qa.yaml").exists()


def test_applications_that_are_none_are_refused_with_their_place(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replicate(project, *QA[:-2], "--set", "applications=[1]") == 1
    assert "  applications: given a list of 1; allowed: " in capsys.readouterr().err


def test_a_person_is_asked_in_the_order_of_the_file_and_may_take_what_is_proposed(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sit_down(monkeypatch, "", "", "", "10.50.0.0/16", "qa@example.com, jane@example.com", "", "", "-")
    assert replicate(project, "--from", "staging", "--to", "qa") == 0
    config = written(project)["config"]
    assert config["delivery:network"]["cidr"] == "10.50.0.0/16"
    assert config["delivery:notifications"]["emails"] == ["qa@example.com", "jane@example.com"]
    assert "promote" not in config["delivery:applications"]["storefront"]
    said = capsys.readouterr().err
    assert said.count("say one, or - to leave the key out") == 1
    # What was typed, with its end of line, stands in the terminal behind each colon.
    assert max(len(line) for line in re.split(r"\n|\]: ", said)) <= 80
    assert "network.cidr: addresses that no other stack has\n  was 10.20.0.0/16 [10.40.0.0/16]: " in said
    assert "notifications.emails: who gets these mails\n  [developers@example.com]: " in said


def test_whoever_answered_wrongly_gets_the_words_to_begin_again(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sit_down(monkeypatch, "", "", "", "10.20.0.0/16", "", "", "-")
    assert replicate(project, "--from", "staging", "--to", "qa") == 1
    (again,) = re.findall(r"^The same again: (replicate .*)$", capsys.readouterr().err, flags=re.MULTILINE)
    assert replicate(project, *shlex.split(again.replace("10.20.0.0", "10.60.0.0"))[1:]) == 0
    assert written(project)["config"]["delivery:network"]["cidr"] == "10.60.0.0/16"


def test_giving_up_writes_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sit_down(monkeypatch, "", "")
    assert replicate(project, "--from", "staging", "--to", "qa") == 130
    assert not (project / "Pulumi.qa.yaml").exists()


def test_a_machine_reads_what_stayed_and_what_comes_next(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replicate(project, *QA, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["written"] is True
    assert "notifications.emails" in document["kept"]
    assert any(one.startswith("pulumi stack init qa --secrets-provider=") for one in document["next"])


def test_every_place_is_a_key_of_the_stack_file() -> None:
    known = {row.key for row in rows()}
    for place in (*WHERE, *PLACES):
        assert place.key in known or place.key.removesuffix(".<name>") in known, place.key
