"""`operations register-script`: what it writes, and what it never says."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import NoCredentialsError

from operations.line import run
from operations.registration.command import RegisterScript
from tests.unit.every_machine import every_machine as plan
from tests.unit.every_machine import machines
from tests.unit.functions.fake_wire import FakeWire
from tests.unit.operations.premises_machine import CODE, ID
from tests.unit.planning import config_of


class FakeAccount(FakeWire):
    """Who calls, and Systems Manager."""

    account = "111122223333"

    def client(self, service: str, region: str) -> Any:
        assert region == "eu-west-1"
        return self._client(service)

    def _sts_GetCallerIdentity(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"Account": self.account, "Arn": f"arn:aws:sts::{self.account}:assumed-role/Ops/jane"}

    def _ssm_CreateActivation(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"ActivationId": ID, "ActivationCode": CODE}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the stack file of development, whose applications are on premises."""
    config = config_of("dev")
    machines(config)
    (tmp_path / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": config}), encoding="utf-8")
    return tmp_path


def write(project: Path, *words: str, aws: FakeAccount | None = None) -> int:
    command = RegisterScript(client=(aws or FakeAccount()).client, project=project)
    asked = dict(zip(words[::2], words[1::2], strict=False))
    given = {"--stack": "dev", "--application": "tills", "--os": "debian", "--into": str(project / "out"), **asked}
    flags = [word for word in words if word in {"--activate", "--json"}]
    values = [word for key, value in given.items() if key not in flags for word in (key, value)]
    return run((command,), ["register-script", *values, *flags])


def settings_in(folder: Path) -> dict[str, str]:
    lines = (folder / "settings.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_the_scripts_know_what_the_stack_makes(project: Path) -> None:
    assert write(project) == 0
    values = settings_in(project / "out")
    role = plan().one("aws:iam/role:Role", name=values["ROLE"])
    assert role.arn == f"arn:{values['PARTITION']}:iam::{values['ACCOUNT']}:role/{values['ROLE']}"
    assert plan().one("aws:codedeploy/application:Application", name=values["APPLICATION"])
    assert values["AGENT_PACKAGE"] == "codedeploy-agent_2.1.0-9745926189_amd64.deb"
    assert values["SETUP_TOOL"] == "3.3.2299.0/debian_amd64/ssm-setup-cli"


@pytest.mark.parametrize(
    ("system", "application", "kind"), [("red-hat", "tills", ".sh"), ("windows", "kiosks", ".ps1")]
)
def test_each_system_gets_the_scripts_it_can_run(project: Path, system: str, application: str, kind: str) -> None:
    assert write(project, "--os", system, "--application", application) == 0
    names = {one.name for one in (project / "out").iterdir()}
    assert {f"register{kind}", f"deregister{kind}", f"renew-credentials{kind}", "settings.env"} <= names
    assert {Path(one).suffix for one in names if "register" in one} == {kind}


def test_the_only_application_on_premises_needs_no_name(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    words = ["register-script", "--stack", "dev", "--os", "windows"]
    assert run((RegisterScript(project=project),), words) == 2
    assert "say --application; Pulumi.dev.yaml has on premises: kiosks, tills" in capsys.readouterr().err
    file = project / "Pulumi.dev.yaml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    del content["config"]["delivery:applications"]["tills"]
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    assert run((RegisterScript(project=project),), words) == 0
    assert settings_in(project / "kiosks-dev")["SYSTEM"] == "windows"


def test_without_being_asked_no_activation_is_made(project: Path) -> None:
    aws = FakeAccount()
    assert write(project, aws=aws) == 0
    assert aws.calls == []
    assert not (project / "out/activation.env").exists()


def test_an_activation_is_for_the_role_and_as_short_and_small_as_the_stack_file_says(project: Path) -> None:
    aws = FakeAccount()
    assert write(project, "--activate", aws=aws) == 0
    (asked,) = aws.asked("CreateActivation")
    assert (asked["IamRole"], asked["RegistrationLimit"]) == ("tills-dev-machine", 12)
    left = asked["ExpirationDate"] - datetime.now(UTC)
    assert timedelta(days=1, hours=23) < left <= timedelta(days=2)
    assert {"Key": "Delivery", "Value": "tills-dev"} in asked["Tags"]


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_an_activation_is_written_for_its_owner_alone_and_never_said(
    project: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert write(project, "--activate", *words) == 0
    file = project / "out/activation.env"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text(encoding="utf-8") == f"ACTIVATION_ID={ID}\nACTIVATION_CODE={CODE}\n"
    said = "".join(capsys.readouterr())
    others = "".join(one.read_text(encoding="utf-8") for one in (project / "out").iterdir() if one != file)
    assert ID not in said + others
    assert CODE not in said + others


def test_a_machine_reads_what_was_said(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert write(project, "--activate", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["machines"] == 12
    assert "activation.env" in document["files"]


def test_a_second_activation_takes_the_place_of_the_first_with_the_same_mode(project: Path) -> None:
    write(project, "--activate")
    (project / "out/activation.env").chmod(0o644)
    assert write(project, "--activate") == 0
    assert (project / "out/activation.env").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--stack", "moon"), "register-script: there is no Pulumi.moon.yaml; stacks: dev\n"),
        (
            ("--application", "shop"),
            "register-script: Pulumi.dev.yaml has no application shop on premises; there are: ",
        ),
        (
            ("--os", "windows"),
            "register-script: tills has no agents for windows in Pulumi.dev.yaml; there are: debian, ",
        ),
    ],
)
def test_what_is_not_there_is_said_with_what_is(
    project: Path, words: tuple[str, ...], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert write(project, *words) == 2
    assert capsys.readouterr().err.startswith(line)


def test_credentials_of_another_account_open_no_door(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    aws = FakeAccount()
    aws.account = "999988887777"
    assert write(project, "--activate", aws=aws) == 2
    assert "these credentials are of account 999988887777; the stack is in 111122223333" in capsys.readouterr().err
    assert aws.asked("CreateActivation") == []
    assert not (project / "out").exists()


def test_no_activation_is_made_that_cannot_be_written_down(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "out").write_text("", encoding="utf-8")
    aws = FakeAccount()
    assert write(project, "--activate", aws=aws) == 2
    assert "out can't be written: File exists" in capsys.readouterr().err
    assert aws.asked("CreateActivation") == []


def test_without_credentials_and_without_permission_it_says_so_in_a_line(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aws = FakeAccount()
    aws.refuse("CreateActivation", "AccessDeniedException", message="You may not.")
    assert write(project, "--activate", aws=aws) == 2
    assert capsys.readouterr().err == "register-script: AWS refuses the activation: You may not.\n"

    def nobody(_service: str, _region: str) -> Any:
        raise NoCredentialsError

    aws.client = nobody  # type: ignore[assignment,method-assign]
    assert write(project, "--activate", aws=aws) == 2
    assert (
        capsys.readouterr().err
        == "register-script: no credentials of account 111122223333: Unable to locate credentials\n"
    )
