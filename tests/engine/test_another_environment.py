"""An environment that `operations replicate` has written, on the real engine beside the one it came from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from offline.layout import Layout
from offline.provider.naming import name_property
from operations.line import run
from operations.replication.command import Replicate
from tests.engine.harness import Document, EngineFactory, Outcome
from tests.unit.planning import planned


@dataclass(frozen=True)
class Life:
    """What each call came to, in this order."""

    preview: Outcome
    created: Outcome


@pytest.fixture(scope="module")
def project(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with one stack file more."""
    folder = tmp_path_factory.mktemp("project")
    for one in layout.root.iterdir():
        if one.name not in (".git", ".offline"):
            (folder / one.name).symlink_to(one)
    words = ["replicate", "--from", "staging", "--to", "qa", "--yes", "--set", "applications.storefront.promote=-"]
    assert run((Replicate(project=folder),), words) == 0
    return folder


@pytest.fixture(scope="module")
def life(module_engine: EngineFactory, project: Path) -> Life:
    """Its life."""
    qa = module_engine(stack="qa", program=project, packs=True)
    return Life(preview=qa.preview(), created=qa.up())


def test_it_is_previewed_and_comes_up_under_both_packs(life: Life) -> None:
    assert life.preview.rc == 0, life.preview.text
    assert life.created.rc == 0, life.created.text
    assert life.preview.mandatory == life.created.mandatory == []


def test_it_takes_no_name_of_the_environment_it_came_from(life: Life) -> None:
    made = {name for one in life.created.resources if (name := own_name(one))}
    there = {(one.type, one.inputs.get(name_property(token=one.type))) for one in planned("staging").resources}
    assert len(made) > 50
    assert made & there == set()


def own_name(resource: Document) -> tuple[str, str] | None:
    """Type and name of a resource whose name is its own in the account: its ARN ends with it."""
    name = (resource.get("inputs") or {}).get(name_property(token=resource["type"]))
    arn = (resource.get("outputs") or {}).get("arn")
    return (resource["type"], str(name)) if name and arn and str(arn).endswith(str(name)) else None
