"""A development stack that builds in every way: changes for `planned`, for moto and for the engine."""

from functools import cache
from typing import Any

from tests.unit.planning import Config, Planned, planned

DIGEST = f"@sha256:{'0123456789abcdef' * 4}"
OWN_IMAGE = f"111122223333.dkr.ecr.eu-west-1.amazonaws.com/ci/build{DIGEST}"
FOREIGN_IMAGE = f"444455556666.dkr.ecr.eu-central-1.amazonaws.com/ci{DIGEST}"

RUNTIMES: dict[str, dict[str, Any]] = {
    "java": {"runtime": "java", "version": "21"},
    "dotnet": {"runtime": "dotnet", "version": "8.0"},
    "python": {"runtime": "python", "version": "3.13"},
    "ruby": {"runtime": "ruby", "version": "3.4"},
    "go": {"runtime": "go", "version": "1.25", "architecture": "arm64"},
    "node": {"runtime": "node", "version": "22", "computeType": "BUILD_LAMBDA_2GB"},
}
FEATURES: dict[str, dict[str, Any]] = {
    "plain": {},
    "own-image": {"image": OWN_IMAGE},
    "foreign-image": {"image": FOREIGN_IMAGE, "buildspec": "ci/build.yml"},
    "vpc": {"vpc": True},
    "docker": {"docker": True, "cache": "local"},
    "cached": {"cache": "s3"},
    "logged": {"logsInS3": True},
    "parameters": {"parameterStore": {"LICENCE": "/ci/licence", "SEAT": "/ci/seat"}},
    "secrets": {"secrets": {"TOKEN": "ci/token:value", "USER": "ci/token:user"}},
    "batch": {"batch": {"mostBuilds": 4, "timeoutMinutes": 30}, "computeType": "BUILD_GENERAL1_MEDIUM"},
    "by-hand": {"parameters": {"TARGET": "fast"}, "environment": {"MODE": "ci"}, "concurrency": 5},
}


def builds(config: Config, *names: str) -> None:
    """Puts an application for each way to build in the place of the file's, in place."""
    ways = {**RUNTIMES, **FEATURES}
    config["delivery:applications"] = {
        name: {
            "source": {"provider": "codecommit", "repository": name, "branch": "main"},
            "build": ways[name],
            "deploy": {"platform": "server", "strategy": "in-place"},
        }
        for name in names or ways
    }


@cache
def every_build() -> Planned:
    """What dev plans with all of them; planned once per session."""
    return planned("dev", builds)
