"""What an instance does at its first start, run for real in a folder: only the machine's own commands are stand-ins."""

import base64
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from components.agent import PinnedAgent
from components.user_data import user_data
from tests.unit.planning import STACKS, planned

AGENT = "codedeploy-agent.service"
PLACEHOLDER = "delivery-placeholder.service"
FETCHED = "https://aws-codedeploy-eu-west-1.s3.eu-west-1.amazonaws.com/latest/install"


PINNED_FILE = 'echo "the pinned agent" > "${2##*/}"'
"""What the stand-in for wget does with the address of a pinned agent."""

PINNED = PinnedAgent(
    package="codedeploy-agent-2.1.0-9745926189.x86_64.rpm",
    # Of what the stand-in for wget writes.
    sha256=hashlib.sha256(b"the pinned agent\n").hexdigest(),
)


def script_for(port: int = 8080, agent: PinnedAgent | None = None) -> str:
    return user_data(
        application="storefront",
        environment="dev",
        region="eu-west-1",
        port=port,
        health_path="/health",
        agent=agent,
    )


@dataclass(frozen=True, kw_only=True)
class Boot:
    """One run of the script: how it ended, and the machine's commands in their order."""

    code: int
    output: str
    calls: list[str]
    root: Path

    def place_of(self, call: str) -> int:
        """When a command ran."""
        assert call in self.calls, f"{call!r} is none of {self.calls}"
        return self.calls.index(call)


def boot(
    root: Path,
    *,
    agent_runs: bool = True,
    fails: str | None = None,
    console: bool = True,
    port: int = 8080,
    agent: PinnedAgent | None = None,
) -> Boot:
    """Runs the script with its paths below `root`.

    Args:
        root: an empty folder.
        agent_runs: whether systemd finds the agent active.
        fails: a command that answers with an error.
        console: whether the instance's console can be written to.
        port: of the application.
        agent: which agent is installed; None is AWS's latest.
    """
    bash = shutil.which("bash")
    assert bash
    calls = root / "calls"
    commands = root / "bin"
    for folder in (commands, root / "etc/systemd/system", root / "opt", root / "tmp"):
        folder.mkdir(parents=True)
    console_at = root / ("console" if console else "no-such-folder/console")
    stand_ins = {
        "dnf": "",
        "wget": PINNED_FILE if agent else 'printf \'#!/bin/bash\\necho ./install "$@" >> %s\\n\' "$CALLS" > install',
        "systemctl": f'[ "$1" != is-active ] || exit {0 if agent_runs else 3}',
        "poweroff": "",
        "sleep": "",
    }
    for name, does in stand_ins.items():
        command = commands / name
        ends = "exit 1" if name == fails else does
        command.write_text(f'#!/bin/bash\necho {name} "$@" >> "$CALLS"\n{ends}\n')
        command.chmod(0o755)
    script = script_for(port, agent).replace("/dev/console", str(console_at))
    for path in ("/etc/", "/opt/"):
        script = script.replace(path, f"{root}{path}")
    done = subprocess.run(
        [bash],
        input=script,
        env={"PATH": f"{commands}:{os.defpath}", "CALLS": str(calls), "TMPDIR": str(root / "tmp")},
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Boot(
        code=done.returncode,
        output=done.stdout + done.stderr,
        calls=calls.read_text().splitlines() if calls.exists() else [],
        root=root,
    )


@pytest.mark.parametrize("stack", STACKS)
def test_the_launch_template_boots_with_this_script(stack: str) -> None:
    encoded = planned(stack).one("aws:ec2/launchTemplate:LaunchTemplate").inputs["userData"]
    script = base64.b64decode(encoded, validate=True).decode()
    assert script == script_for().replace("ENVIRONMENT=dev", f"ENVIRONMENT={stack}")
    assert script.startswith("#!/bin/bash\n")
    # AWS takes 16 KB (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html).
    assert len(script.encode()) < 16_384


def test_a_good_boot_ends_well_and_the_instance_stays_on(tmp_path: Path) -> None:
    done = boot(tmp_path)
    assert done.code == 0, done.output
    assert "poweroff" not in done.calls
    assert "agent is running" in done.output


def test_the_agent_comes_last_after_the_placeholder_answers(tmp_path: Path) -> None:
    done = boot(tmp_path)
    steps = [
        f"systemctl enable --now {PLACEHOLDER}",
        "dnf install -y ruby3.2 wget",
        f"wget --tries=5 {FETCHED}",
        "./install auto",
        f"systemctl enable --now {AGENT}",
        f"systemctl is-active --quiet {AGENT}",
    ]
    order = [done.place_of(step) for step in steps]
    assert order == sorted(order)
    assert order[-1] == len(done.calls) - 1


def test_an_instance_whose_agent_does_not_run_says_so_and_powers_itself_off(tmp_path: Path) -> None:
    done = boot(tmp_path, agent_runs=False)
    assert done.code != 0
    assert "agent does not run" in done.output
    assert done.calls[-1] == "poweroff"
    assert done.calls.count(f"systemctl is-active --quiet {AGENT}") > 10
    assert "powering off" in (tmp_path / "console").read_text()


def test_a_pinned_agent_is_fetched_by_its_name_and_installed_from_the_file(tmp_path: Path) -> None:
    done = boot(tmp_path, agent=PINNED)
    assert done.code == 0, done.output
    steps = [
        f"systemctl enable --now {PLACEHOLDER}",
        f"wget --tries=5 {FETCHED.removesuffix('latest/install')}releases/{PINNED.package}",
        f"dnf install -y ./{PINNED.package}",
        f"systemctl enable --now {AGENT}",
    ]
    order = [done.place_of(step) for step in steps]
    assert order == sorted(order)


def test_an_instance_that_gets_another_agent_than_the_pinned_one_powers_itself_off(tmp_path: Path) -> None:
    done = boot(tmp_path, agent=replace(PINNED, sha256="0" * 64))
    assert done.code != 0
    assert done.calls[-1] == "poweroff"
    assert f"dnf install -y ./{PINNED.package}" not in done.calls


@pytest.mark.parametrize("command", ["dnf", "wget"])
def test_an_instance_that_cannot_fetch_its_agent_powers_itself_off(tmp_path: Path, command: str) -> None:
    done = boot(tmp_path, fails=command)
    assert done.code != 0
    assert done.calls[-1] == "poweroff"
    assert f"systemctl enable --now {AGENT}" not in done.calls


def test_an_instance_without_a_console_powers_itself_off_all_the_same(tmp_path: Path) -> None:
    done = boot(tmp_path, agent_runs=False, console=False)
    assert done.code != 0
    assert done.calls[-1] == "poweroff"


def test_the_application_finds_where_it_runs(tmp_path: Path) -> None:
    done = boot(tmp_path, port=3000)
    lines = (done.root / "etc/delivery/environment").read_text().splitlines()
    assert dict(line.split("=", 1) for line in lines) == {
        "APPLICATION": "storefront",
        "ENVIRONMENT": "dev",
        "PORT": "3000",
        "HEALTH_PATH": "/health",
    }


def test_the_placeholders_unit_runs_the_file_that_was_written(tmp_path: Path) -> None:
    done = boot(tmp_path)
    unit = (done.root / f"etc/systemd/system/{PLACEHOLDER}").read_text()
    settings = dict(line.split("=", 1) for line in unit.splitlines() if "=" in line)
    interpreter, program = settings["ExecStart"].split()
    assert interpreter == "/usr/bin/python3"
    assert Path(program).is_file()
    assert Path(settings["EnvironmentFile"]).is_file()
    # A port below 1024 needs a right that a user of systemd's own making doesn't have.
    assert (settings["DynamicUser"], settings["AmbientCapabilities"]) == ("yes", "CAP_NET_BIND_SERVICE")


@pytest.fixture
def placeholder(tmp_path: Path) -> Iterator[str]:
    """The address of a running placeholder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = boot(tmp_path, port=port).root / "opt/delivery-placeholder/server.py"
    with subprocess.Popen(
        [sys.executable, "-I", str(program)], env={"PORT": str(port)}, stderr=subprocess.DEVNULL
    ) as server:
        yield f"http://127.0.0.1:{port}"
        server.terminate()


def test_a_new_instance_is_healthy_before_there_is_anything_to_run(placeholder: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urlopen(f"{placeholder}/health", timeout=10) as answer:  # noqa: S310 - our own address
                assert answer.status == 200
                assert b"waiting for the first deployment" in answer.read()
            return
        except URLError:
            assert time.monotonic() < deadline, "the placeholder doesn't answer"
            time.sleep(0.05)
