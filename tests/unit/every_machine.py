"""A stack whose applications run on machines on premises: for `planned`, for moto and for the engine."""

from functools import cache
from typing import Any

from tests.unit.planning import Config, Planned, apart, planned


def agents(package: str, tool: str) -> dict[str, Any]:
    """What is installed on one system, with digests of nothing."""
    return {
        "codeDeploy": {"package": package, "sha256": "c0de" * 16},
        "systemsManager": {"tool": f"3.3.2299.0/{tool}", "sha256": "5e7d" * 16},
    }


LINUX: dict[str, Any] = {
    "platform": "on-premises",
    "strategy": "in-place",
    "agents": {
        "debian": agents("codedeploy-agent_2.1.0-9745926189_amd64.deb", "debian_amd64/ssm-setup-cli"),
        "red-hat": agents("codedeploy-agent-2.1.0-9745926189.x86_64.rpm", "linux_amd64/ssm-setup-cli"),
    },
    "registration": {"machines": 12, "days": 2},
    "tags": {"Site": "Delft"},
    "deploymentConfig": "CodeDeployDefault.HalfAtATime",
    "alarms": {"missing": 1, "existing": ["till-queue-too-long"]},
    "url": "https://tills.example.com",
}
WINDOWS: dict[str, Any] = {
    "platform": "on-premises",
    "strategy": "in-place",
    "agents": {"windows": agents("codedeploy-agent-2.1.0-9745926189.msi", "windows_amd64/ssm-setup-cli.exe")},
}


@apart
def machines(config: Config) -> None:
    """Puts two applications on premises in the place of the file's."""
    config["delivery:applications"] = {
        name: {
            "source": {"provider": "codecommit", "repository": name, "branch": "main"},
            "suites": suites,
            "deploy": deploy,
        }
        for name, deploy, suites in (
            ("tills", LINUX, {"e2e": {"buildspec": "e2e.yml", "after": "deploy"}}),
            ("kiosks", WINDOWS, {}),
        )
    }


@cache
def every_machine() -> Planned:
    """What dev plans with them; planned once per session."""
    return planned("dev", machines)
