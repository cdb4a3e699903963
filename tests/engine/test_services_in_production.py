"""A service of ECS in production, by each strategy, on the real engine under both policy packs."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.engine.harness import Document, EngineFactory
from tests.engine.lifecycle import reviewed_images

CERTIFICATE = "arn:aws:acm:eu-west-1:444455556666:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"


def by(strategy: str, document: Document, *, controller: str = "code-deploy") -> None:
    """The file's application on ECS, with its image."""
    deploy: dict[str, Any] = {
        "platform": "ecs",
        "strategy": strategy,
        "controller": controller,
        "service": {"certificateArn": CERTIFICATE, "secrets": {"TOKEN": "storefront/token"}},
    }
    application = document["config"]["delivery:applications"]["storefront"]
    application |= {"deploy": deploy, "publish": [{"to": "ecr"}]}


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The configuration of the packs in which a reviewer says which project builds images."""
    return reviewed_images("storefront-prod-publish-image", folder=tmp_path_factory.mktemp("configuration"))


def test_the_packs_let_a_shift_in_steps_into_production_and_remark_on_nothing_but_tags(
    engine: EngineFactory, reviewed: list[str]
) -> None:
    prod = engine(stack="prod", packs=True, edit=partial(by, "canary"))
    created = prod.up(*reviewed)
    assert (created.rc, created.mandatory) == (0, []), created.text
    about = ("-service", "-front", "-deployment")
    found = {one.policy for one in created.violations if any(word in one.urn.rsplit("::", 1)[-1] for word in about)}
    assert found == {"ops-version-tags"}
    again = prod.up(*reviewed)
    assert (again.rc, again.changed, again.touched) == (0, {}, []), again.text


@pytest.mark.parametrize(
    ("strategy", "controller", "refused"),
    [
        ("linear", "code-deploy", []),
        ("linear", "ecs", []),
        ("blue-green", "code-deploy", [("flow-no-all-at-once", "aws:codedeploy/deploymentConfig:DeploymentConfig")]),
        ("blue-green", "ecs", [("flow-ecs-own-shift-careful", "aws:ecs/service:Service")]),
    ],
)
def test_a_shift_of_all_traffic_at_once_is_refused_in_production_and_a_linear_one_is_not(
    engine: EngineFactory, reviewed: list[str], strategy: str, controller: str, refused: list[tuple[str, str]]
) -> None:
    prod = engine(stack="prod", packs=True, edit=partial(by, strategy, controller=controller))
    preview = prod.preview(*reviewed)
    assert (preview.rc != 0) == bool(refused), preview.text
    assert preview.mandatory == refused
