"""The three stacks of the repository, from the first preview to the last resource, under both policy packs."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from offline.layout import Layout
from tests.engine.harness import Document, Outcome
from tests.engine.lifecycle import STACKS, Lifecycle, Lifecycles

BOOKKEEPING = {"sourcePosition", "stackTrace", "created", "modified"}
"""What the engine notes about a resource for itself, with paths and times; no input and no output is among them."""

SECRET_VALUE = re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN|\bgh[pousr]_\w{20,}|\bxox[abprs]-|\bv1:[\w+/=]{8,}:")
SECRET_KEY = re.compile(r"password|passphrase|secret|private_?key|access_?key|api_?key|oauth|credential", re.IGNORECASE)
SECRETIVE_BY_NAME_ONLY = {"additionalSecretOutputs", "imagePullCredentialsType", "skipCredentialsValidation"}
ARCHIVE = "4dabf18193072939515e22adb298388d"  # how the engine marks an archive, a file, or something secret
CIPHERTEXT = "1b47061264138c4ac30d75fd1eb44270"  # how the engine marks a value that it keeps encrypted


@pytest.fixture(params=STACKS)
def life(request: pytest.FixtureRequest, lifecycles: Lifecycles) -> Lifecycle:
    """The life of one stack."""
    return lifecycles[request.param].result()


def test_the_preview_of_a_new_stack_passes_both_policy_packs(life: Lifecycle) -> None:
    assert life.preview.rc == 0, life.preview.text
    assert life.preview.mandatory == []
    assert life.preview.resources == []


def test_up_creates_what_the_preview_promised(life: Lifecycle) -> None:
    assert life.created.rc == 0, life.created.text
    assert life.created.mandatory == []
    assert life.created.changed == life.preview.changed
    assert life.created.changed == {"create": len(life.created.resources)}
    assert of_type(life.created, "aws:codepipeline/pipeline:Pipeline") == ["storefront-pipeline"]


def test_a_second_up_leaves_every_resource_as_it_is(life: Lifecycle) -> None:
    assert life.again.rc == 0, life.again.text
    assert life.again.changed == {}
    assert life.again.touched == []
    assert life.again.operations.keys() == life.created.operations.keys()
    assert content(life.again) == content(life.created)


def test_a_refresh_finds_nothing_that_changed(life: Lifecycle) -> None:
    assert life.refreshed.rc == 0, life.refreshed.text
    assert life.refreshed.changed == {}
    assert content(life.refreshed) == content(life.again)


def test_destroy_leaves_no_resource(life: Lifecycle) -> None:
    assert life.destroyed.rc == 0, life.destroyed.text
    assert life.destroyed.changed == {"delete": len(life.created.resources)}
    assert life.destroyed.resources == []


def test_what_holds_released_artifacts_is_protected_in_production_and_destroyed_all_the_same(
    lifecycles: Lifecycles,
) -> None:
    prod = lifecycles["prod"].result()
    protected = {each["urn"]: each["type"] for each in prod.created.resources if each.get("protect")}

    assert {"aws:s3/bucket:Bucket", "aws:kms/key:Key"} <= set(protected.values())
    assert {prod.destroyed.operations[urn] for urn in protected} == {"delete"}


def test_the_state_holds_nothing_secret(life: Lifecycle) -> None:
    resources = without_bookkeeping(life.again.resources)

    assert CIPHERTEXT not in json.dumps(resources)
    assert [text for _, text in texts(resources) if SECRET_VALUE.search(text)] == []
    assert [key for key, _ in texts(resources) if SECRET_KEY.search(key) and key not in SECRETIVE_BY_NAME_ONLY] == []


def test_the_state_holds_no_path_of_this_machine(life: Lifecycle, layout: Layout) -> None:
    here = {str(layout.root), str(Path.home()), sys.prefix, sys.base_prefix} - {"/"}
    state = without_bookkeeping(life.again.resources)

    assert [text for _, text in texts(state) if any(path in text for path in here)] == []


def of_type(outcome: Outcome, token: str) -> list[str]:
    """The logical names of the resources of one type in the state."""
    return [each["urn"].rsplit("::", 1)[-1] for each in outcome.resources if each["type"] == token]


def content(outcome: Outcome) -> dict[str, Document]:
    """What the state says of each resource, whatever the order in which the program happened to register them."""
    kept = ("id", "parent", "protect", "inputs", "outputs")
    return {each["urn"]: {key: by_hash(each[key]) for key in kept if key in each} for each in outcome.resources}


def by_hash(value: Any) -> Any:
    """A value with each archive as its hash: after a refresh the engine no longer knows where the files lay."""
    if isinstance(value, dict):
        return value.get("hash") if ARCHIVE in value else {key: by_hash(inner) for key, inner in value.items()}
    return [by_hash(inner) for inner in value] if isinstance(value, list) else value


def without_bookkeeping(resources: list[Document]) -> list[Document]:
    """The resources without what the engine notes for itself."""
    return [{key: value for key, value in each.items() if key not in BOOKKEEPING} for each in resources]


def texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a value and every key, with the key above it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, key)
    elif isinstance(value, str) and value:
        yield key, value
