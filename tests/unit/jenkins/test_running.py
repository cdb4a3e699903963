"""What runs on the machine of Jenkins after its boot, for real in a folder: password, start, lock, disk."""

import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from components.jenkins.boot import MACHINE
from components.jenkins.configuration import PASSWORD_FILE
from components.jenkins.plan import HOME, PORT
from tests.unit.jenkins.sandbox import Run, Sandbox, unit
from tests.unit.jenkins.stacks import boot_script, built_by_jenkins

SECRETS_MANAGER = r"""
case "$2" in
  describe-secret) if [ -s "$ROOT/secret" ]; then echo '{"1": ["AWSCURRENT"]}'; else echo None; fi ;;
  get-random-password) echo generated-once ;;
  put-secret-value) cp "${6#file://}" "$ROOT/secret"; echo '{"ARN": "arn", "Name": "name"}' ;;
  get-secret-value) cat "$ROOT/secret"; echo ;;
esac
"""


def first_start(root: Path, **answers: str) -> tuple[Run, Sandbox]:
    """The password's script on a machine, with Secrets Manager in a file."""
    sandbox = Sandbox(root=root, commands={"aws": answers.get("aws", SECRETS_MANAGER)})
    sandbox.at("/run/jenkins").mkdir(parents=True, exist_ok=True)
    text = (MACHINE / "admin_password.sh").read_text(encoding="utf-8")
    return sandbox.run(text, ADMIN_ENTRY="delivery-dev-jenkins/admin"), sandbox


def test_the_first_start_makes_the_password_stores_it_and_hands_it_to_jenkins(tmp_path: Path) -> None:
    done, sandbox = first_start(tmp_path)
    assert done.code == 0, done.output
    assert [call.split()[2] for call in done.calls] == [
        "describe-secret",
        "get-random-password",
        "put-secret-value",
        "get-secret-value",
    ]
    # To the letter: Jenkins would take a line's end for a part of it.
    assert sandbox.at(PASSWORD_FILE).read_bytes() == (tmp_path / "secret").read_bytes() == b"generated-once"
    assert sandbox.at(PASSWORD_FILE).stat().st_mode & 0o777 == 0o600


def test_a_later_start_takes_the_password_that_is_there_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("made by the first")
    done, sandbox = first_start(tmp_path)
    assert done.code == 0, done.output
    assert [call.split()[2] for call in done.calls] == ["describe-secret", "get-secret-value"]
    assert (tmp_path / "secret").read_text() == "made by the first"
    assert sandbox.at(PASSWORD_FILE).read_text() == "made by the first"


def test_nobody_on_the_machine_sees_the_password(tmp_path: Path) -> None:
    done, _ = first_start(tmp_path)
    assert "generated-once" not in done.output
    assert [call for call in done.calls if "generated-once" in call] == []


@pytest.mark.parametrize(
    "aws",
    [
        "exit 254",
        SECRETS_MANAGER.replace('cat "$ROOT/secret"', "exit 254"),
        SECRETS_MANAGER.replace('cat "$ROOT/secret"', "true"),
        SECRETS_MANAGER.replace("echo generated-once", "exit 254"),
    ],
    ids=["nothing answers", "it can't be read", "it is empty", "none is made"],
)
def test_jenkins_does_not_start_without_a_password(tmp_path: Path, aws: str) -> None:
    done, _ = first_start(tmp_path, aws=aws)
    assert done.code != 0


def start(sandbox: Sandbox) -> Run:
    text = (MACHINE / "start.sh").read_text(encoding="utf-8")
    return sandbox.run(text, JENKINS_HOME=HOME, PORT=str(PORT))


def test_jenkins_starts_with_the_plugins_of_its_release_and_no_others(tmp_path: Path) -> None:
    sandbox = Sandbox(root=tmp_path)
    for path in ("/opt/jenkins/plugins/job-dsl.jpi", f"{HOME}/plugins/left-over.jpi", f"{HOME}/jobs/kept.xml"):
        sandbox.at(path).parent.mkdir(parents=True, exist_ok=True)
        sandbox.at(path).write_text("")
    done = start(sandbox)
    assert done.code == 0, done.output
    assert [path.name for path in sandbox.at(f"{HOME}/plugins").iterdir()] == ["job-dsl.jpi"]
    assert sandbox.at(f"{HOME}/jobs/kept.xml").exists()
    (java,) = done.calls
    assert java.endswith(f"-jar {tmp_path}/opt/jenkins/jenkins.war --httpPort={PORT}")
    assert "-Djenkins.install.runSetupWizard=false" in java
    # Jenkins itself fills in the job's name.
    assert f"-Djenkins.model.Jenkins.workspacesDir={tmp_path}/var/cache/jenkins/${{ITEM_FULL_NAME}}" in java


def test_of_two_controllers_on_one_home_the_second_waits_for_the_end_of_the_first(tmp_path: Path) -> None:
    """The unit's own command, twice; what it runs stays until its time is over."""
    home = tmp_path / "home"
    home.mkdir()
    log = tmp_path / "log"
    controller = tmp_path / "controller"
    controller.write_text(f"#!/bin/bash\necho $$ >> {log}\nexec sleep 60\n")
    controller.chmod(0o755)
    _, *options, lock, program = unit("jenkins.service", "Service")["ExecStart"].split()
    assert lock.startswith(f"{HOME}/")
    assert program == "/opt/jenkins/start.sh"
    flock = shutil.which("flock")
    assert flock
    command = [flock, *options, lock.replace(HOME, str(home)), str(controller)]
    with subprocess.Popen(command) as first:
        wait_for_lines(log, 1)
        with subprocess.Popen(command) as second:
            time.sleep(0.5)
            assert log.read_text().split() == [str(first.pid)], "flock became the controller, and the second waits"
            # Java gets no chance to say good-bye; the lock goes with its process all the same.
            first.send_signal(signal.SIGKILL)
            wait_for_lines(log, 2)
            assert log.read_text().split() == [str(first.pid), str(second.pid)]
            second.kill()


def wait_for_lines(path: Path, count: int) -> None:
    deadline = time.monotonic() + 20
    while not path.exists() or len(path.read_text().splitlines()) < count:
        assert time.monotonic() < deadline, f"{path.name} never had {count} lines"
        time.sleep(0.02)


def test_the_machine_reports_how_full_its_disk_is_as_the_alarm_looks_for_it(tmp_path: Path) -> None:
    sandbox = Sandbox(root=tmp_path, commands={"df": "printf 'Use%%\\n 37%%\\n'", "aws": ""})
    text = (MACHINE / "report_disk.sh").read_text(encoding="utf-8")
    planned = built_by_jenkins("dev")
    alarm = planned.one("aws:cloudwatch/metricAlarm:MetricAlarm", name="delivery-dev-jenkins-disk").inputs
    lines = re.findall(r'^(METRICS|DISK_USED|SERVER)="(.*)"$', boot_script(planned), re.MULTILINE)
    done = sandbox.run(text, **dict(lines))
    assert done.code == 0, done.output
    assert done.calls[-1] == (
        f"aws cloudwatch put-metric-data --namespace {alarm['namespace']} --metric-name {alarm['metricName']} "
        f"--dimensions Server={alarm['dimensions']['Server']} --unit Percent --value 37"
    )
    assert alarm["dimensions"] == {"Server": "delivery-dev-jenkins"}
    assert unit("jenkins-disk.timer", "Timer")["OnCalendar"] == "minutely"
