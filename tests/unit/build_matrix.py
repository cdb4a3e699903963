"""Each runtime on a managed image, on an image of its team's own, and by Jenkins: one stack of eighteen applications.

What a build may say besides is spread over them, so that the engine sees all of it at the price of one stack.
"""

from typing import Any

from tests.unit.every_build import FOREIGN_IMAGE, OWN_IMAGE
from tests.unit.jenkins.stacks import with_jenkins
from tests.unit.planning import Config, apart

Build = dict[str, Any]

X86, ARM = "LINUX_CONTAINER", "ARM_CONTAINER"
X86_LAMBDA, ARM_LAMBDA = "LINUX_LAMBDA_CONTAINER", "ARM_LAMBDA_CONTAINER"

MANAGED: dict[str, tuple[Build, str]] = {
    "java": ({"version": "21", "cache": "s3", "coverageThreshold": 80}, X86),
    "dotnet": ({"version": "10.0", "architecture": "arm64", "vpc": True}, ARM),
    "python": ({"version": "3.9", "docker": True, "cache": "local"}, X86),
    "ruby": ({"version": "3.4", "computeType": "BUILD_LAMBDA_1GB"}, X86_LAMBDA),
    "go": ({"version": "1.24", "architecture": "arm64", "computeType": "BUILD_LAMBDA_10GB"}, ARM_LAMBDA),
    "node": ({"version": "24", "parameters": {"PROFILE": "ci"}, "concurrency": 5}, X86),
}
"""By the runtime: its build on a managed image, and the kind of machine that this is."""

OWN: dict[str, tuple[Build, str]] = {
    "java": ({"image": OWN_IMAGE, "batch": {"mostBuilds": 4}, "computeType": "BUILD_GENERAL1_MEDIUM"}, X86),
    "dotnet": ({"image": FOREIGN_IMAGE, "buildspec": "ci/build.yml"}, X86),
    "python": ({"image": OWN_IMAGE, "secrets": {"TOKEN": "ci/token:value"}}, X86),
    "ruby": ({"image": OWN_IMAGE, "architecture": "arm64", "parameterStore": {"LICENCE": "/ci/licence"}}, ARM),
    "go": ({"image": FOREIGN_IMAGE, "logsInS3": True}, X86),
    "node": ({"image": OWN_IMAGE, "computeType": "BUILD_LAMBDA_2GB", "environment": {"MODE": "ci"}}, X86_LAMBDA),
}
"""By the runtime that the image has: its build there, and the kind of machine."""

SUITES = {"component": {"commands": ["make component"]}}


@apart
def matrix(config: Config) -> None:
    """Puts an application for each cell in the place of the file's, in place."""
    with_jenkins(config)
    ways: dict[str, Build] = {
        **{one: {"runtime": one, **build} for one, (build, _) in MANAGED.items()},
        **{f"{one}-image": build for one, (build, _) in OWN.items()},
        **{f"{one}-jenkins": {"server": "jenkins", "script": f"ci/{one}.sh", "output": "bundle"} for one in MANAGED},
    }
    config["delivery:applications"] = {
        name: {
            "source": {"provider": "codecommit", "repository": name, "branch": "main"},
            "build": build,
            "suites": SUITES if name == "ruby-jenkins" else {},
            "deploy": {"platform": "server", "strategy": "in-place"},
        }
        for name, build in ways.items()
    }
