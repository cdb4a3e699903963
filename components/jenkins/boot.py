"""What the machine of Jenkins does at its first start: it writes its files, then runs `machine/boot.sh`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from components.jenkins import pinned
from components.jenkins.configuration import configuration
from components.jenkins.plan import DISK_USED, HEALTH_PATH, HOME, METRICS, OWNER, PORT, JenkinsPlan

MACHINE = Path(__file__).with_name("machine")
"""The scripts and units as they lie on the machine."""

_HEAD = """\
#!/bin/bash
set -Eeuo pipefail
trap 'echo "delivery: boot failed in line $LINENO, powering off" | tee /dev/console || true; poweroff' ERR
"""


@dataclass(frozen=True, kw_only=True)
class _File:
    path: str
    text: str
    mode: str = "0644"

    @property
    def written(self) -> str:
        """The command that writes it."""
        return f"install -D -m {self.mode} /dev/stdin {self.path} <<'FILE'\n{self.text.rstrip()}\nFILE\n"


def user_data(plan: JenkinsPlan, *, file_system: str, access_point: str) -> str:
    """The boot script of an Amazon Linux 2023 instance.

    There is no secret in it, because everybody who may describe the instance can read it: the machine fetches or makes
    the administrator's password at start. A machine on which a step fails, or where Jenkins doesn't answer ten minutes
    after its start, is worth nothing and powers itself off; its group puts another in its place, which finds the same
    home.

    Args:
        plan: the server.
        file_system: the id of the file system that holds the home.
        access_point: the id of the access point to it.
    """
    files = _files(plan, file_system=file_system, access_point=access_point)
    return "".join([_HEAD, *(one.written for one in files), _machine("boot.sh")])


def _files(plan: JenkinsPlan, *, file_system: str, access_point: str) -> Iterator[_File]:
    environment = {
        "ACCESS_POINT": access_point,
        "ADMIN_ENTRY": plan.secret_name,
        "AWS_DEFAULT_REGION": plan.place.region,
        "CASC_JENKINS_CONFIG": "/etc/jenkins/jenkins.yaml",
        "DISK_USED": DISK_USED,
        "FILE_SYSTEM": file_system,
        "HEALTH_PATH": HEALTH_PATH,
        "JENKINS_HOME": HOME,
        "JENKINS_SHA256": pinned.JENKINS.sha256,
        "JENKINS_URL": pinned.JENKINS.url,
        "METRICS": METRICS,
        "OWNER": str(OWNER),
        "PACKAGES": " ".join(dict.fromkeys((*pinned.PACKAGES, *plan.packages))),
        "PLUGIN_MANAGER_SHA256": pinned.PLUGIN_MANAGER.sha256,
        "PLUGIN_MANAGER_URL": pinned.PLUGIN_MANAGER.url,
        "PORT": str(PORT),
        "SERVER": plan.name,
    }
    yield _File(path="/etc/jenkins/environment", text="\n".join(f'{key}="{one}"' for key, one in environment.items()))
    yield _File(path="/etc/jenkins/jenkins.yaml", text=configuration(plan))
    yield _File(path="/etc/jenkins/plugins.txt", text="\n".join(f"{key}:{one}" for key, one in pinned.PLUGINS.items()))
    for script in ("admin_password.sh", "start.sh", "report_disk.sh"):
        yield _File(path=f"/opt/jenkins/{script}", text=_machine(script), mode="0755")
    for unit in ("jenkins.service", "jenkins-disk.service", "jenkins-disk.timer"):
        yield _File(path=f"/etc/systemd/system/{unit}", text=_machine(unit))


def _machine(name: str) -> str:
    return (MACHINE / name).read_text(encoding="utf-8")
