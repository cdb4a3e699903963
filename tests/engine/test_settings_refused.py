"""What can't be built, approved, told or asked so: all of it said at once by the real engine, and nothing planned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.engine.harness import Document, EngineFactory
from tests.unit.every_build import OWN_IMAGE

ON_LAMBDA = {"runtime": "go", "version": "1.24", "computeType": "BUILD_LAMBDA_1GB"}
NEXUS = {"to": "nexus", "format": "npm", "url": "https://nexus.example.com/repository/npm", "files": "dist/*.tgz"}

# by application: what it says besides source and deployment, and how its line begins
BAD_BUILDS: dict[str, tuple[dict[str, Any], str]] = {
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


def bad_builds(document: Document) -> None:
    """An application for each mistake, beside the good one."""
    applications = document["config"]["delivery:applications"]
    for name, (said, _) in BAD_BUILDS.items():
        applications[name] = {
            "source": {"provider": "codecommit", "repository": name, "branch": "main"},
            "deploy": {"platform": "server", "strategy": "in-place"},
            **said,
        }


BAD_GATES = (
    "applications.storefront.fourEyes: missing, which means authors in this tier; needed: starter or none",
    "applications.storefront.conditions.Deploy.beforeEntry.rules[0].hours: given",
    "freezes[0].until: given",
    *(
        f"notifications.audiences.team.{place}: given"
        for place in (
            *("events[0]", "webhook", "slack.workspace", "slack.channel"),
            *("quietHours.from", "quietHours.timeZone"),
        )
    ),
)


def bad_gates(document: Document) -> None:
    """Four eyes that can't see, a freeze that ends too early, a window of no hours, an audience of no channel."""
    config = document["config"]
    storefront = config["delivery:applications"]["storefront"]
    storefront["source"] = {"provider": "github", "repository": "acme/storefront", "branch": "main"}
    window = {"rule": "window", "hours": "22-4", "closed": "wait"}
    storefront["conditions"] = {"Deploy": {"beforeEntry": {"rules": [window]}}}
    config["delivery:freezes"] = [{"from": "2026-12-20", "until": "2026-12-19", "reason": "x"}]
    config["delivery:notifications"] = {
        "audiences": {
            "team": {
                "events": ["exploded"],
                "webhook": "http://hooks.example.com",
                "slack": {"workspace": "acme", "channel": "#releases"},
                "quietHours": {"from": "7pm", "to": "07:00", "timeZone": "Mars/Olympus"},
            }
        }
    }


@pytest.mark.parametrize(
    ("stack", "edit", "lines"),
    [
        ("dev", bad_builds, [f"applications.{name}.{line}" for name, (_, line) in BAD_BUILDS.items()]),
        ("prod", bad_gates, BAD_GATES),
    ],
    ids=["builds", "gates"],
)
def test_every_mistake_is_said_with_its_place_and_nothing_is_planned(
    engine: EngineFactory, stack: str, edit: Callable[[Document], None], lines: Sequence[str]
) -> None:
    preview = engine(stack=stack, edit=edit).preview()
    assert preview.rc != 0
    assert f"Pulumi.{stack}.yaml: {len(lines)} problems; nothing was planned." in preview.text
    assert [line for line in lines if line not in preview.text] == [], preview.text
    assert {urn.split("::")[-2] for urn in preview.operations} <= {"pulumi:pulumi:Stack"}
    assert preview.resources == []
