"""What the machine of Jenkins does at its first start, run for real in a folder."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from components.jenkins import pinned
from components.jenkins.boot import MACHINE, user_data
from components.jenkins.configuration import PASSWORD_FILE
from components.jenkins.plan import HOME, OWNER, PORT
from settings.jenkins_rules import MOST_JOBS
from tests.unit.jenkins.plans import job, plan
from tests.unit.jenkins.sandbox import Run, Sandbox, checksum, unit
from tests.unit.jenkins.stacks import BUILT, boot_script, built_by_jenkins

SCRIPTS = ("admin_password.sh", "report_disk.sh", "start.sh")
UNITS = ("jenkins.service", "jenkins-disk.service", "jenkins-disk.timer")
GET = "--fail --silent --show-error --location --output"


def script(*, known_downloads: bool = True) -> str:
    """The boot script; with checksums of what the sandbox downloads, or with the pinned ones."""
    text = user_data(plan(), file_system="fs-0123456789abcdef0", access_point="fsap-0123456789abcdef0")
    if known_downloads:
        for one in (pinned.JENKINS, pinned.PLUGIN_MANAGER):
            text = text.replace(one.sha256, checksum(one.url))
    return text


def boot(root: Path, *, fails: str | None = None, known_downloads: bool = True, unhealthy: bool = False) -> Run:
    (root / "etc").mkdir()
    return Sandbox(root=root).run(
        script(known_downloads=known_downloads), fails=fails, UNHEALTHY="1" if unhealthy else "0"
    )


def shellcheck(*arguments: str, text: str | None = None) -> str:
    """What shellcheck says, of every severity; nothing where all is well."""
    program = shutil.which("shellcheck", path=f"{Path(sys.executable).parent}:{os.defpath}")
    assert program
    done = subprocess.run(
        [program, "--shell=bash", *arguments], input=text, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_shellcheck_has_nothing_to_say_of_the_whole_boot_script() -> None:
    assert shellcheck("-", text=script()) == ""


@pytest.mark.parametrize("name", SCRIPTS)
def test_shellcheck_has_nothing_to_say_of_what_runs_later(name: str) -> None:
    assert shellcheck(str(MACHINE / name)) == ""


def test_shellcheck_would_see_a_slip() -> None:
    assert "SC2086" in shellcheck("-", text=script().replace('patiently mount "$JENKINS_HOME"', "mount $JENKINS_HOME"))


@pytest.mark.parametrize("stack", BUILT)
def test_the_launch_template_boots_with_this_script(stack: str) -> None:
    planned = built_by_jenkins(stack)
    text = boot_script(planned)
    home = planned.one("aws:efs/fileSystem:FileSystem").arn.split("/")[-1]
    way_in = planned.one("aws:efs/accessPoint:AccessPoint").arn.split("/")[-1]
    assert text.startswith("#!/bin/bash\n")
    assert f'FILE_SYSTEM="{home}"' in text
    assert f'ACCESS_POINT="{way_in}"' in text
    assert text.endswith((MACHINE / "boot.sh").read_text(encoding="utf-8"))


def test_the_largest_server_boots_from_no_more_than_16_kilobytes() -> None:
    jobs = [job(f"{'j' * 18}{number:02}", "s" * 80, "o" * 80) for number in range(MOST_JOBS)]
    largest = replace(
        plan(*jobs),
        hostname=f"{'h' * 63}.{'h' * 63}.{'h' * 63}.{'h' * 58}.com",
        admin_email=f"{'a' * 64}@{'b' * 185}.com",
        packages=[f"{'p' * 38}{number:02}" for number in range(20)],
    )
    text = user_data(largest, file_system="fs-0123456789abcdef0", access_point="fsap-0123456789abcdef0")
    assert len(text.encode()) <= 16_384


def test_a_good_boot_does_each_step_in_its_order_and_the_machine_stays_on(tmp_path: Path) -> None:
    done = boot(tmp_path)
    assert done.code == 0, done.output
    steps = [
        "dnf install -y amazon-efs-utils awscli-2 fontconfig java-21-amazon-corretto-headless",
        f"groupadd --gid {OWNER} jenkins",
        f"useradd --uid {OWNER} --gid {OWNER} ",
        f"mount {tmp_path}{HOME}",
        f"curl {GET} {tmp_path}/opt/jenkins/jenkins.war {pinned.JENKINS.url}",
        f"curl {GET} {tmp_path}/opt/jenkins/plugin-manager.jar {pinned.PLUGIN_MANAGER.url}",
        f"java -jar {tmp_path}/opt/jenkins/plugin-manager.jar",
        "systemctl daemon-reload",
        "systemctl enable --now jenkins-disk.timer jenkins.service",
        "curl --fail --silent --output /dev/null",
    ]
    order = [done.place_of(step) for step in steps]
    assert order == sorted(order)
    assert order[-1] == len(done.calls) - 1
    assert f"http://127.0.0.1:{PORT}/login" in done.calls[-1]
    assert "Jenkins is running" in done.output
    assert "poweroff" not in done.calls


def test_the_home_is_mounted_by_tls_with_the_role_through_the_access_point_and_again_after_a_reboot(
    tmp_path: Path,
) -> None:
    boot(tmp_path)
    assert (tmp_path / "etc/fstab").read_text() == (
        f"fs-0123456789abcdef0:/ {tmp_path}{HOME} efs "
        "_netdev,noresvport,tls,iam,accesspoint=fsap-0123456789abcdef0 0 0\n"
    )


def test_the_pinned_plugins_are_installed_and_their_own_needs_at_the_versions_they_ask_for(tmp_path: Path) -> None:
    done = boot(tmp_path)
    listed = (tmp_path / "etc/jenkins/plugins.txt").read_text().splitlines()
    assert listed == [f"{name}:{version}" for name, version in pinned.PLUGINS.items()]
    command = done.calls[done.place_of("java -jar")]
    assert f"--plugin-file {tmp_path}/etc/jenkins/plugins.txt" in command
    assert command.endswith("--latest false")


def test_what_is_pinned_is_a_version_and_a_checksum() -> None:
    for one in (pinned.JENKINS, pinned.PLUGIN_MANAGER):
        assert one.version in one.url
        assert one.url.startswith("https://")
        assert re.fullmatch(r"[0-9a-f]{64}", one.sha256)
    assert all(re.fullmatch(r"[0-9][\w.]*", version) for version in pinned.PLUGINS.values())


def test_another_file_than_the_pinned_one_is_not_run(tmp_path: Path) -> None:
    done = boot(tmp_path, known_downloads=False)
    assert done.code != 0
    assert done.calls[-1] == "poweroff"
    assert not [call for call in done.calls if call.startswith(("java", "systemctl"))]


@pytest.mark.parametrize("command", ["dnf", "useradd", "mount", "curl", "java", "systemctl"])
def test_a_step_that_fails_ends_in_a_machine_that_powers_itself_off(tmp_path: Path, command: str) -> None:
    done = boot(tmp_path, fails=command)
    assert done.code != 0
    assert done.calls[-1] == "poweroff"
    assert done.calls.count("poweroff") == 1
    assert "powering off" in (tmp_path / "console").read_text()


def test_what_depends_on_others_is_tried_for_five_minutes(tmp_path: Path) -> None:
    done = boot(tmp_path, fails="mount")
    assert done.calls.count(f"mount {tmp_path}{HOME}") == 21
    assert done.calls.count("sleep 15") == 20


def test_a_jenkins_that_does_not_answer_says_why_and_powers_the_machine_off(tmp_path: Path) -> None:
    done = boot(tmp_path, unhealthy=True)
    assert done.code != 0
    assert "the last words of Jenkins" in done.output
    assert "Jenkins does not run" in done.output
    assert done.calls[-1] == "poweroff"


def test_every_file_is_where_the_units_and_the_environment_look_for_it(tmp_path: Path) -> None:
    boot(tmp_path)
    sandbox = Sandbox(root=tmp_path)
    for name in UNITS:
        assert sandbox.at(f"/etc/systemd/system/{name}").is_file()
    service, disk = unit("jenkins.service", "Service"), unit("jenkins-disk.service", "Service")
    programs = [service["ExecStartPre"], service["ExecStart"].split()[-1], disk["ExecStart"]]
    assert sorted(programs) == sorted(f"/opt/jenkins/{name}" for name in SCRIPTS)
    for program in programs:
        assert os.access(sandbox.at(program), os.X_OK)
    lines = sandbox.at(service["EnvironmentFile"]).read_text().splitlines()
    environment = dict(line.split("=", 1) for line in lines)
    assert all(re.fullmatch(r'"[^"$`\\]*"', value) for value in environment.values()), "systemd and bash read it alike"
    assert Path(environment["CASC_JENKINS_CONFIG"].strip('"')).is_file()


def test_jenkins_starts_again_with_the_machine_after_its_home_as_its_own_user() -> None:
    service = unit("jenkins.service", "Service")
    assert unit("jenkins.service", "Install") == {"WantedBy": "multi-user.target"}
    assert unit("jenkins.service", "Unit")["RequiresMountsFor"] == HOME
    assert (service["User"], service["Restart"]) == ("jenkins", "on-failure")
    # The password lies in memory, in a folder that systemd makes for this user at each start and takes away after it.
    assert f"/run/{service['RuntimeDirectory']}" == str(Path(PASSWORD_FILE).parent)
    assert service["RuntimeDirectoryMode"] == "0700"


def test_there_is_no_secret_in_the_user_data() -> None:
    text = script()
    assert not re.search(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN", text)
    passwords = re.findall(r"(?i)passw\w*\s*[:=]\s*(\S+)", text)
    assert passwords
    assert all(value.startswith(('"$(aws', "${readFile:")) for value in passwords)
