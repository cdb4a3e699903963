"""What the hooks ask of systemd on a real server, heard by commands that stand in for it."""

from __future__ import annotations

from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contract.codedeploy import HookError, Server
from tests.contract.test_storefront_build import clone

# `systemctl cat` answers for the units that exist; everything else is only written down.
SYSTEMCTL = """#!/usr/bin/env bash
if [[ "$1" == cat ]]; then [[ -e "${STOREFRONT_ROOT}/etc/systemd/system/$2" ]]; exit; fi
echo "systemctl $*" >>"${STOREFRONT_ROOT}/asked"
"""
JOURNALCTL = """#!/usr/bin/env bash
echo "journalctl $*" >>"${STOREFRONT_ROOT}/asked"
echo "the journal's last line"
"""
USERADD = """#!/usr/bin/env bash
echo "useradd $*" >>"${STOREFRONT_ROOT}/asked"
"""


@dataclass(frozen=True)
class Stage:
    """A server with stand-in commands, and the bundle whose hooks run on it."""

    server: Server
    bundle: Path

    def asked(self, event: str) -> list[str]:
        """Run one hook; the commands it asked for, in order."""
        heard = self.server.root / "asked"
        heard.unlink(missing_ok=True)
        self.server.run_hook(event=event, bundle=self.bundle)
        return heard.read_text(encoding="utf-8").splitlines() if heard.exists() else []

    def add_unit(self, name: str) -> None:
        path = self.server.inside(f"/etc/systemd/system/{name}.service")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    commands = tmp_path / "commands"
    commands.mkdir()
    for name, text in {"systemctl": SYSTEMCTL, "journalctl": JOURNALCTL, "useradd": USERADD}.items():
        (commands / name).write_text(text, encoding="utf-8")
        (commands / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(commands), prepend=":")
    server = Server(root=tmp_path / "server", port=9)
    server.root.mkdir()
    server.variables = {
        "STOREFRONT_SERVICE_MANAGER": "systemd",
        "STOREFRONT_USER": "storefront-not-there",
        "STOREFRONT_START_SECONDS": "0",
    }
    bundle = clone(tmp_path / "bundle")
    (bundle / "VERSION").write_text("0123abcd\n", encoding="utf-8")
    return Stage(server=server, bundle=bundle)


def test_stopping_on_a_server_where_nothing_is_asks_for_nothing(stage: Stage) -> None:
    assert stage.asked("ApplicationStop") == []


@pytest.mark.parametrize("event", ["ApplicationStop", "BeforeInstall"])
def test_the_placeholder_is_stopped_and_does_not_return_with_the_next_boot(event: str, stage: Stage) -> None:
    stage.add_unit("delivery-placeholder")
    assert stage.asked(event)[:2] == [
        "systemctl stop delivery-placeholder.service",
        "systemctl disable delivery-placeholder.service",
    ]


@pytest.mark.parametrize("event", ["ApplicationStop", "BeforeInstall"])
def test_a_running_revision_is_stopped(event: str, stage: Stage) -> None:
    stage.add_unit("storefront")
    assert stage.asked(event)[0] == "systemctl stop storefront.service"


def test_the_account_is_made_without_a_home_and_a_shell(stage: Stage) -> None:
    (asked,) = stage.asked("BeforeInstall")
    assert asked.startswith("useradd --system --no-create-home")
    assert asked.endswith("--shell /sbin/nologin storefront-not-there")


def test_the_unit_runs_the_service_as_its_own_account_on_the_fleets_port(stage: Stage) -> None:
    stage.asked("BeforeInstall")
    stage.server.install(stage.bundle)
    assert stage.asked("AfterInstall") == ["systemctl daemon-reload"]
    unit = ConfigParser(interpolation=None, delimiters=("=",))
    unit.read(stage.server.inside("/etc/systemd/system/storefront.service"), encoding="utf-8")
    service = unit["Service"]
    assert service["User"] == "storefront-not-there"
    assert service["WorkingDirectory"] == str(stage.server.inside("/opt/storefront"))
    assert service["EnvironmentFile"] == f"-{stage.server.inside('/etc/delivery/environment')}"
    assert service["Environment"].startswith("PORT=8080 ")
    assert service["ExecStart"].endswith(" -m storefront")
    assert unit["Install"]["WantedBy"] == "multi-user.target"
    assert "0123abcd" in unit["Unit"]["Description"]


def test_the_start_is_for_now_and_for_every_boot(stage: Stage) -> None:
    assert stage.asked("ApplicationStart") == [
        "systemctl enable storefront.service",
        "systemctl restart storefront.service",
    ]


def test_a_failed_validation_shows_the_journal(stage: Stage) -> None:
    with pytest.raises(HookError, match="the journal's last line"):
        stage.asked("ValidateService")


def test_without_any_variable_the_hooks_mean_the_real_server(stage: Stage) -> None:
    script = (stage.bundle / "scripts" / "service.sh").read_text(encoding="utf-8")
    for default in (
        "STOREFRONT_ROOT:-}",
        "STOREFRONT_SERVICE_MANAGER:-systemd}",
        "STOREFRONT_USER:-storefront}",
        "STOREFRONT_PYTHON:-/usr/bin/python3}",
    ):
        assert default in script


def test_an_unknown_service_manager_is_refused_by_name(stage: Stage) -> None:
    stage.server.variables["STOREFRONT_SERVICE_MANAGER"] = "upstart"
    with pytest.raises(HookError, match="STOREFRONT_SERVICE_MANAGER is 'upstart': expected systemd or process"):
        stage.asked("ApplicationStart")
