"""A stack that builds with Jenkins on the real engine: created under both packs, left alone, changed, destroyed."""

from __future__ import annotations

import pytest

from tests.engine.harness import Document, EngineFactory
from tests.engine.lifecycle import Lifecycle, live
from tests.unit.jenkins.stacks import with_jenkins

TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"


def by_jenkins(document: Document) -> None:
    with_jenkins(document["config"])


@pytest.fixture(scope="module", params=["dev", "prod"])
def life(request: pytest.FixtureRequest, module_engine: EngineFactory) -> Lifecycle:
    """The life of a stack of each tier that matters; production with Jenkins builds what it deploys."""
    return live(module_engine(stack=request.param, packs=True, edit=by_jenkins))


def test_a_stack_with_jenkins_passes_both_policy_packs_and_is_created_as_previewed(life: Lifecycle) -> None:
    assert life.preview.rc == 0, life.preview.text
    assert life.preview.mandatory == []
    assert life.created.rc == 0, life.created.text
    assert life.created.changed == life.preview.changed
