"""A stack that publishes to every kind of target, on the real engine, under both policy packs."""

from __future__ import annotations

import json

import pytest

from tests.engine.harness import Document, Engine, EngineFactory, Outcome
from tests.unit.publishing.planned import NAMES, everything

PRIVILEGED = "supply-no-privileged-build"
IMAGE = "storefront-prod-publish-image"
PRODUCTS = {
    "aws:codeartifact/domain:Domain": 1,
    "aws:codeartifact/domainPermissions:DomainPermissions": 1,
    "aws:codeartifact/repository:Repository": 6,
    "aws:ecr/repository:Repository": 1,
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": 1,
}


def publish(document: Document) -> None:
    everything(document["config"])


@pytest.fixture(scope="module")
def prod(module_engine: EngineFactory) -> Engine:
    """Production, with everything published."""
    return module_engine(stack="prod", edit=publish, packs=True)


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The configuration of the packs in which a reviewer says which project builds images."""
    folder = tmp_path_factory.mktemp("configuration")
    files = {"delivery": {}, "hardening": {PRIVILEGED: {"enforcementLevel": "mandatory", "dockerProjects": [IMAGE]}}}
    for name, configuration in files.items():
        (folder / f"{name}.json").write_text(json.dumps(configuration))
    return tuple(one for name in files for one in ("--policy-pack-config", str(folder / f"{name}.json")))


@pytest.fixture(scope="module")
def created(prod: Engine, reviewed: tuple[str, ...]) -> Outcome:
    """The first `up`."""
    return prod.up(*reviewed)


def test_without_a_word_of_a_reviewer_only_the_privileged_project_is_refused(prod: Engine) -> None:
    preview = prod.preview()
    assert preview.rc != 0
    assert preview.mandatory == [(PRIVILEGED, "aws:codebuild/project:Project")]
    (found,) = [one for one in preview.violations if one.policy == PRIVILEGED]
    assert "publish-image" in found.urn


def test_a_stack_that_publishes_everywhere_is_created_under_both_packs(created: Outcome) -> None:
    assert created.rc == 0, created.text
    assert created.mandatory == []
    kinds = [each["type"] for each in created.resources]
    assert {kind: kinds.count(kind) for kind in PRODUCTS} == PRODUCTS
    projects = {each["inputs"]["name"] for each in created.resources if each["type"] == "aws:codebuild/project:Project"}
    assert {f"storefront-prod-publish-{name}" for name in NAMES} <= projects


def test_the_packs_have_nothing_to_remark_on_what_is_published_to(created: Outcome) -> None:
    about = ("publish", "packages", "images", "published")
    found = [one for one in created.violations if any(word in one.urn.rsplit("::", 1)[-1] for word in about)]
    assert [(one.policy, one.urn) for one in found] == []


def test_the_state_holds_names_of_secrets_and_no_token(created: Outcome) -> None:
    text = json.dumps(created.resources)
    assert "ci/nexus:password" in text
    assert 'authorizationToken":' not in text


def test_a_second_up_changes_nothing_and_destroy_leaves_nothing(
    created: Outcome, prod: Engine, reviewed: tuple[str, ...]
) -> None:
    assert created.rc == 0
    again = prod.up(*reviewed)
    assert again.changed == {}
    assert again.touched == []
    prod.unprotect()
    destroyed = prod.destroy()
    assert destroyed.rc == 0, destroyed.text
    assert destroyed.resources == []
