"""What can't be built, tested or published so: all of it said at once by the real engine, and nothing planned."""

from __future__ import annotations

from typing import Any

from tests.engine.harness import Document, EngineFactory
from tests.unit.every_build import OWN_IMAGE

ON_LAMBDA = {"runtime": "go", "version": "1.24", "computeType": "BUILD_LAMBDA_1GB"}
NEXUS = {"to": "nexus", "format": "npm", "url": "https://nexus.example.com/repository/npm", "files": "dist/*.tgz"}

# by application: what it says besides source and deployment, and how its line begins
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "pair": ({"build": {"runtime": "java", "version": "20"}}, 'build.version: given "20"; allowed: a version that'),
    "versions": (
        {"build": {"image": OWN_IMAGE, "runtimeVersions": {"java": "21"}}},
        "build.runtimeVersions: unknown key; runtime and version choose the image",
    ),
    "both": (
        {"build": {"image": OWN_IMAGE, "runtime": "java", "version": "21"}},
        f'build.image: given "{OWN_IMAGE[:58]}…; allowed: no image with a runtime',
    ),
    "root": ({"build": {"privileged": True}}, "build.privileged: unknown key; docker: true says"),
    "joined": ({"build": {**ON_LAMBDA, "vpc": True}}, "build.vpc: given true; allowed: false with BUILD_LAMBDA_1GB"),
    "kept": ({"build": {**ON_LAMBDA, "cache": "s3"}}, 'build.cache: given "s3"; allowed: none with BUILD_LAMBDA_1GB'),
    "registry": ({"publish": [NEXUS]}, "publish[0].credentials: missing; needed: The name of a secret"),
    "idle": (
        {"suites": {"e2e": {"after": "deploy"}}},
        "suites.e2e: given a mapping of after; allowed: either buildspec or commands",
    ),
}


def bad(document: Document) -> None:
    """An application for each mistake, beside the good one."""
    applications = document["config"]["delivery:applications"]
    for name, (said, _) in BAD.items():
        applications[name] = {
            "source": {"provider": "codecommit", "repository": name, "branch": "main"},
            "deploy": {"platform": "server", "strategy": "in-place"},
            **said,
        }


def test_every_mistake_is_said_with_its_place_and_nothing_is_planned(engine: EngineFactory) -> None:
    preview = engine(stack="dev", edit=bad).preview()
    assert preview.rc != 0
    assert f"Pulumi.dev.yaml: {len(BAD)} problems; nothing was planned." in preview.text
    missing = [name for name, (_, line) in BAD.items() if f"applications.{name}.{line}" not in preview.text]
    assert missing == [], preview.text
    assert {urn.split("::")[-2] for urn in preview.operations} <= {"pulumi:pulumi:Stack"}
    assert preview.resources == []
