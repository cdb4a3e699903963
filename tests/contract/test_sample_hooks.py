"""The hooks that the greeters share, on a folder that stands for a server, without building anything."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from runtimes import Runtime
from tests.contract.codedeploy import EVENTS, HookError, Server
from tests.contract.systemctl import put_on_path

SAMPLES = Path(__file__).parents[2] / "samples"
SHARED = ("appspec.yml", "scripts/hook.sh")


@pytest.fixture(autouse=True)
def server_commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put_on_path(monkeypatch, tmp_path)


def artifact(destination: Path, version: str) -> Path:
    """What a build of the Python sample hands over; it has nothing to compile."""
    sample = SAMPLES / Runtime.PYTHON
    shutil.copytree(sample / "greeter", destination / "app" / "greeter")
    shutil.copytree(sample / "scripts", destination / "scripts")
    shutil.copy(sample / "appspec.yml", destination)
    (destination / "VERSION").write_text(f"{version}\n", encoding="utf-8")
    return destination


@pytest.mark.parametrize("runtime", Runtime)
@pytest.mark.parametrize("shared", SHARED)
def test_a_sample_has_its_own_copy_of_what_all_share(runtime: Runtime, shared: str) -> None:
    own, first = SAMPLES / runtime / shared, SAMPLES / Runtime.GO / shared
    assert own.is_file()
    assert not own.is_symlink()
    assert own.read_bytes() == first.read_bytes(), f"copy {first} to {own}"
    assert os.access(own, os.X_OK) == (own.suffix == ".sh")


def test_a_second_version_takes_over_and_leaves_no_file_of_the_first(server: Server, tmp_path: Path) -> None:
    first = artifact(tmp_path / "first", version="1")
    (first / "app" / "retired.py").touch()
    server.deploy(first)
    assert server.inside("/opt/greeter/retired.py").exists()
    server.deploy(artifact(tmp_path / "second", version="2"))
    assert server.health() == {"status": "ok", "version": "2"}
    assert not server.inside("/opt/greeter/retired.py").exists()
    assert len(server.processes()) == 1


def test_the_first_deployment_takes_the_port_from_the_placeholder(server: Server, tmp_path: Path) -> None:
    unit = server.inside("/etc/systemd/system/delivery-placeholder.service")
    unit.parent.mkdir(parents=True)
    unit.write_text(
        "[Service]\nWorkingDirectory=/\nEnvironment=\nEnvironmentFile=/etc/delivery/environment\n"
        "ExecStart=/usr/bin/python3 -m http.server ${PORT}\n",
        encoding="utf-8",
    )
    subprocess.run(
        ["systemctl", "enable", "--now", unit.name], env={**os.environ, "ROOT": str(server.root)}, check=True
    )
    placeholder = int(server.inside(f"/run/{unit.name}.pid").read_text(encoding="utf-8"))
    assert placeholder in server.processes()
    server.deploy(artifact(tmp_path / "first", version="1"))
    assert server.health()["version"] == "1"
    assert placeholder not in server.processes()


def test_a_version_that_does_not_answer_fails_the_deployment_with_what_was_heard(
    server: Server, tmp_path: Path
) -> None:
    server.variables["TRIES"] = "1"
    broken = artifact(tmp_path / "broken", version="1")
    (broken / "app" / "greeter" / "__main__.py").write_text("raise SystemExit\n", encoding="utf-8")
    with pytest.raises(HookError, match="wanted version 1, heard curl: ") as failure:
        server.deploy(broken)
    assert failure.value.event == "ValidateService"


def test_another_version_that_answers_is_not_the_wanted_one(server: Server, tmp_path: Path) -> None:
    deployed = artifact(tmp_path / "first", version="1")
    server.deploy(deployed)
    server.variables["TRIES"] = "1"
    (deployed / "VERSION").write_text("2\n", encoding="utf-8")
    with pytest.raises(HookError, match=r'wanted version 2, heard \{"status": "ok", "version": "1"\}'):
        server.run_hook(event="ValidateService", bundle=deployed)


def test_every_hook_can_run_twice(server: Server, tmp_path: Path) -> None:
    bundle = artifact(tmp_path / "first", version="1")
    for event in ("ApplicationStop", *EVENTS):
        for _ in range(2):
            if event == "Install":
                server.install(bundle)
            else:
                server.run_hook(event=event, bundle=bundle)
    assert server.health()["version"] == "1"
