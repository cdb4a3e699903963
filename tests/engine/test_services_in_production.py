"""A service of ECS in production, by each strategy, on the real engine under both policy packs."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from tests.engine.harness import Document, Engine, EngineFactory, Outcome

CERTIFICATE = "arn:aws:acm:eu-west-1:444455556666:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
STRATEGIES = ("blue-green", "canary", "linear")


def by(strategy: str, document: Document) -> None:
    """The file's application on ECS, with its image."""
    deploy: dict[str, Any] = {
        "platform": "ecs",
        "strategy": strategy,
        "service": {"certificateArn": CERTIFICATE, "secrets": {"TOKEN": "storefront/token"}},
    }
    application = document["config"]["delivery:applications"]["storefront"]
    application |= {"deploy": deploy, "publish": [{"to": "ecr"}]}


@pytest.fixture(scope="module")
def prod(module_engine: EngineFactory) -> Engine:
    return module_engine(stack="prod", packs=True)


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The configuration of the packs in which a reviewer says which project builds images."""
    folder = tmp_path_factory.mktemp("configuration")
    privileged = {"enforcementLevel": "mandatory", "dockerProjects": ["storefront-prod-publish-image"]}
    files: dict[str, Any] = {"delivery": {}, "hardening": {"supply-no-privileged-build": privileged}}
    for name, configuration in files.items():
        (folder / f"{name}.json").write_text(json.dumps(configuration))
    return tuple(one for name in files for one in ("--policy-pack-config", str(folder / f"{name}.json")))


@pytest.fixture(scope="module")
def previews(prod: Engine, reviewed: tuple[str, ...]) -> dict[str, Outcome]:
    """What each strategy would make."""
    found = {}
    for strategy in STRATEGIES:
        prod.configure(partial(by, strategy))
        found[strategy] = prod.preview(*reviewed)
    return found


@pytest.mark.parametrize("strategy", ["canary", "linear"])
def test_the_packs_let_a_shift_in_steps_into_production(previews: dict[str, Outcome], strategy: str) -> None:
    assert previews[strategy].rc == 0, previews[strategy].text
    assert previews[strategy].mandatory == []


def test_a_shift_of_all_traffic_at_once_is_refused_in_production(previews: dict[str, Outcome]) -> None:
    refused = previews["blue-green"].mandatory
    assert refused == [("flow-no-all-at-once", "aws:codedeploy/deploymentConfig:DeploymentConfig")]


def test_the_packs_have_nothing_to_remark_on_a_service_and_its_front_but_their_tags(
    previews: dict[str, Outcome], prod: Engine, reviewed: tuple[str, ...]
) -> None:
    del previews
    prod.configure(partial(by, "canary"))
    created = prod.up(*reviewed)
    assert (created.rc, created.mandatory) == (0, []), created.text
    about = ("-service", "-front", "-deployment")
    found = {one.policy for one in created.violations if any(word in one.urn.rsplit("::", 1)[-1] for word in about)}
    assert found == {"ops-version-tags"}
    again = prod.up(*reviewed)
    assert (again.rc, again.changed, again.touched) == (0, {}, []), again.text
