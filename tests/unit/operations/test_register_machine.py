"""What an administrator runs on a machine on premises, run for real in a folder."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations.registration.folder import MACHINE
from tests.unit.operations.premises_machine import CODE, MACHINE_ID, PACKAGES, TOOL, Machine

CONFIG = "/etc/codedeploy-agent/conf/codedeploy.onpremises.yml"
CREDENTIALS = "/etc/delivery-agent/credentials"
BUCKET = "https://amazon-ssm-eu-west-1.s3.eu-west-1.amazonaws.com"
SHELL = sorted(MACHINE.glob("*.sh"))


@pytest.mark.parametrize("script", SHELL, ids=lambda one: one.name)
def test_shellcheck_has_nothing_to_say(script: Path) -> None:
    shellcheck = shutil.which("shellcheck", path=f"{Path(sys.executable).parent}:{os.defpath}")
    assert shellcheck
    done = subprocess.run([shellcheck, script], capture_output=True, text=True, check=False)
    assert done.stdout == ""


@pytest.mark.parametrize(("system", "installs"), [("debian", "apt-get install -y"), ("red-hat", "dnf install -y")])
def test_a_new_machine_is_registered_and_has_a_running_agent(tmp_path: Path, system: str, installs: str) -> None:
    machine = Machine(root=tmp_path, system=system).activated()
    done = machine.run("register.sh")
    assert done.code == 0, done.errors
    assert f"{MACHINE_ID} works for tills-dev" in done.output
    assert any(call.startswith(installs) and call.endswith(PACKAGES[system]) for call in done.calls)
    assert done.calls[-1] == "systemctl is-active --quiet codedeploy-agent.service"


def test_the_agent_is_who_codedeploy_knows_and_has_the_credentials_of_that_session(tmp_path: Path) -> None:
    machine = Machine(root=tmp_path).activated()
    machine.run("register.sh")
    config = yaml.safe_load(machine.file(CONFIG).read_text(encoding="utf-8"))
    assert config == {
        "iam_session_arn": f"arn:aws:sts::111122223333:assumed-role/tills-dev-machine/{MACHINE_ID}",
        "aws_credentials_file": str(machine.file(CREDENTIALS)),
        "region": "eu-west-1",
    }
    assert machine.file(CREDENTIALS).read_text(encoding="utf-8") == "[default]\n"
    assert machine.file(CREDENTIALS).stat().st_mode & 0o777 == 0o600
    assert machine.file("/etc/delivery-agent").stat().st_mode & 0o777 == 0o700


def test_the_agent_starts_after_it_knows_who_it_is_and_the_timer_before_it(tmp_path: Path) -> None:
    done = Machine(root=tmp_path).activated().run("register.sh")
    order = [
        next(place for place, call in enumerate(done.calls) if call.startswith(words))
        for words in (
            "ssm-setup-cli -register",
            "systemctl enable --now amazon-ssm-agent.service",
            "systemctl enable --now delivery-credentials.timer",
            "apt-get install",
            "systemctl enable --now codedeploy-agent.service",
        )
    ]
    assert order == sorted(order)


def test_twice_is_harmless_and_needs_neither_activation_nor_network(tmp_path: Path) -> None:
    machine = Machine(root=tmp_path).activated()
    machine.run("register.sh")
    (machine.taken / "activation.env").unlink()
    before = machine.file(CONFIG).read_bytes()
    machine.fails = "curl"
    again = machine.run("register.sh")
    assert again.code == 0, again.errors
    assert machine.file(CONFIG).read_bytes() == before
    assert not [call for call in again.calls if call.startswith(("curl", "ssm-setup-cli", "apt-get"))]
    assert not [call for call in again.calls if "restart" in call]


def test_a_changed_pin_installs_the_other_agent_and_restarts_it(tmp_path: Path) -> None:
    machine = Machine(root=tmp_path).activated()
    machine.run("register.sh")
    machine.settings["AGENT_PACKAGE"] = "codedeploy-agent_2.2.0-1_amd64.deb"
    done = machine.run("register.sh")
    assert any(call.endswith("codedeploy-agent_2.2.0-1_amd64.deb") for call in done.calls)
    assert "systemctl restart codedeploy-agent.service" in done.calls


@pytest.mark.parametrize("key", ["AGENT_SHA256", "SETUP_SHA256"])
def test_another_file_than_the_one_of_the_stack_file_is_never_used(tmp_path: Path, key: str) -> None:
    machine = Machine(root=tmp_path, settings={key: "0" * 64}).activated()
    done = machine.run("register.sh")
    assert done.code == 1
    assert done.errors.splitlines()[-1].endswith("its sha256 differs")
    used = "apt-get" if key == "AGENT_SHA256" else "ssm-setup-cli"
    assert not [call for call in done.calls if call.startswith(used)]


def test_no_word_of_the_activation_is_said(tmp_path: Path) -> None:
    done = Machine(root=tmp_path).activated().run("register.sh")
    assert CODE not in done.output + done.errors
    refused = Machine(root=tmp_path / "other", fails="take-activation").activated().run("register.sh")
    assert refused.code == 1
    assert CODE not in refused.output + refused.errors


TROUBLE: dict[str, tuple[dict[str, Any], tuple[str, ...], str]] = {
    "not root": ({"user": 1000}, (), "register: must run as root"),
    "an argument": ({}, ("tills",), "register: takes no argument; what it needs is in settings.env beside it"),
    "no curl": ({"lacks": "curl"}, (), "register: curl is missing on this machine"),
    "no network": (
        {"fails": "curl"},
        (),
        f"register: cannot fetch {BUCKET}/{TOOL}; does this machine reach AWS on port 443?",
    ),
    "another system": (
        {"lacks": "apt-get"},
        (),
        "register: settings.env is for Debian, and apt-get is missing here",
    ),
    "a setting is missing": (
        {"settings": {"ROLE": ""}},
        (),
        "register: settings.env does not say ROLE; write it anew with operations register-script",
    ),
    "an activation that is used up": (
        {"fails": "take-activation"},
        (),
        "register: Systems Manager did not take the activation; is it used up or too old?",
    ),
    "no credentials come": (
        {"brings": False},
        (),
        "register: Systems Manager brought no credentials within a minute",
    ),
    "no package": (
        {"fails": "apt-get"},
        (),
        "register: codedeploy-agent_2.1.0-1_amd64.deb could not be installed",
    ),
}


@pytest.mark.parametrize("case", TROUBLE)
def test_what_is_missing_is_said_in_one_line(tmp_path: Path, case: str) -> None:
    machine, words, line = TROUBLE[case]
    done = Machine(root=tmp_path, **machine).activated().run("register.sh", *words)
    assert done.code == 1
    assert done.errors.splitlines()[-1] == line
    assert len([one for one in done.errors.splitlines() if one.startswith("register:")]) == 1


def test_without_an_activation_a_new_machine_says_how_to_get_one(tmp_path: Path) -> None:
    done = Machine(root=tmp_path).run("register.sh")
    assert done.code == 1
    assert "operations register-script --activate" in done.errors


def test_credentials_that_root_has_already_are_not_written_over(tmp_path: Path) -> None:
    machine = Machine(root=tmp_path).activated()
    own = machine.file("~root/.aws/credentials")
    own.parent.mkdir()
    own.write_text("[default]\nmine\n", encoding="utf-8")
    done = machine.run("register.sh")
    assert done.code == 1
    assert "root has credentials of its own" in done.errors
    assert "mine" in own.read_text(encoding="utf-8")


def test_new_credentials_reach_the_agent_and_old_ones_are_a_failure_of_the_timer(tmp_path: Path) -> None:
    machine = Machine(root=tmp_path).activated()
    machine.run("register.sh")
    source = machine.file("~root/.aws/credentials")
    source.write_text("[default]\nnewer\n", encoding="utf-8")
    assert machine.run("renew-credentials.sh").code == 0
    assert "newer" in machine.file(CREDENTIALS).read_text(encoding="utf-8")
    hour_ago = time.time() - 3600
    os.utime(source, (hour_ago, hour_ago))
    done = machine.run("renew-credentials.sh")
    assert done.code == 1
    assert "older than 55 minutes" in done.errors


def test_the_units_run_what_was_installed_and_often_enough(tmp_path: Path) -> None:
    machine = Machine(root=tmp_path).activated()
    machine.run("register.sh")
    service = machine.file("/etc/systemd/system/delivery-credentials.service").read_text(encoding="utf-8")
    (program,) = re.findall(r"ExecStart=(\S+)", service)
    assert os.access(program, os.X_OK)
    timer = machine.file("/etc/systemd/system/delivery-credentials.timer").read_text(encoding="utf-8")
    # Credentials live for an hour, are renewed by half of it, and are read by the agent every 25 minutes at the latest.
    (minutes,) = re.findall(r"OnUnitActiveSec=(\d+)min", timer)
    assert 30 + int(minutes) + 25 <= 60


def test_deregistration_takes_everything_away_and_says_what_is_left_to_do(tmp_path: Path) -> None:
    machine = Machine(root=tmp_path).activated()
    machine.run("register.sh")
    done = machine.run("deregister.sh")
    assert done.code == 0, done.errors
    assert f"aws ssm deregister-managed-instance --instance-id {MACHINE_ID} --region eu-west-1" in done.output
    for path in (CONFIG, CREDENTIALS, "~root/.aws/credentials", "/var/lib/amazon/ssm/registration"):
        assert not machine.file(path).exists(), path
    assert "apt-get purge -y codedeploy-agent" in done.calls
    assert "amazon-ssm-agent -register -clear -y" in done.calls


def test_deregistration_twice_and_of_a_machine_that_never_was_is_harmless(tmp_path: Path) -> None:
    machine = Machine(root=tmp_path)
    for _ in range(2):
        done = machine.run("deregister.sh")
        assert done.code == 0, done.errors
        assert "this machine is not registered" in done.output


def test_a_machine_can_be_registered_again_after_it_was_deregistered(tmp_path: Path) -> None:
    machine = Machine(root=tmp_path).activated()
    machine.run("register.sh")
    machine.run("deregister.sh")
    assert machine.run("register.sh").code == 0


def test_deregistration_needs_root(tmp_path: Path) -> None:
    done = Machine(root=tmp_path, user=1000).run("deregister.sh")
    assert (done.code, done.errors) == (1, "deregister: must run as root\n")


def test_windows_reads_the_same_settings_and_tells_codedeploy_the_same() -> None:
    """No PowerShell here: what both scripts have in common is compared."""
    posix, windows = ((MACHINE / f"register.{kind}").read_text(encoding="utf-8") for kind in ("sh", "ps1"))
    (needed,) = re.findall(r"for name in ([A-Z_0-9 ]+);", posix)
    (wanted,) = re.findall(r"\$needed = ((?:'\w+',?\s*)+)", windows)
    assert re.findall(r"'(\w+)'", wanted) == needed.split()
    for words in ("iam_session_arn: ", "aws_credentials_file: ", "/releases/", "assumed-role/"):
        assert words in posix
        assert words in windows
