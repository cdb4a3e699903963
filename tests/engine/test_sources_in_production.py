"""Sources of production under both policy packs: what passes as it is, and what an organization has to say first."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.engine.harness import Document, EngineFactory, Outcome
from tests.sources import source

PIPELINE = "aws:codepipeline/pipeline:Pipeline"

FLOW = {"flow-promotion-order": "advisory"}
"""What a team says that builds `main` for production anew instead of promoting what staging had."""
OWNERS = {"supply-allowed-source-owners": {"allowedOwners": ["acme"]}}


def delivers(said: Document) -> Callable[[Document], None]:
    """Gives production's application another source."""

    def edit(document: Document) -> None:
        # AWS tells of neither who wrote it, so four eyes compare approvers with who started it alone.
        document["config"]["delivery:applications"]["storefront"] |= {"source": said, "fourEyes": "starter"}

    return edit


@pytest.fixture(scope="module")
def outcomes(
    module_engine: EngineFactory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Future[Outcome]]]:
    """One call for each case, two at a time."""
    folder = tmp_path_factory.mktemp("configuration")

    def arguments(*packs: Document) -> list[str]:
        files = [folder / f"{next(iter(pack))}.json" for pack in packs]
        for file, pack in zip(files, packs, strict=True):
            file.write_text(json.dumps(pack))
        return [argument for file in files for argument in ("--policy-pack-config", str(file))]

    github, bundle = source("github"), source("s3", built=True)
    opened = {
        name: module_engine(stack="prod", edit=delivers(said), packs=True)
        for name, said in {"bundle": bundle, "github": github, "agreed": github}.items()
    }
    agreed = arguments(FLOW, OWNERS)
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield {
            "agreed": pool.submit(opened["agreed"].up, *agreed),
            "bundle": pool.submit(opened["bundle"].up),
            "github": pool.submit(opened["github"].preview),
        }


def test_a_bundle_of_s3_goes_to_production_as_it_is(outcomes: Mapping[str, Future[Outcome]]) -> None:
    up = outcomes["bundle"].result()

    assert (up.rc, up.mandatory) == (0, []), up.text
    assert up.changed == {"create": len(up.resources)}


def test_a_repository_outside_aws_goes_to_production_only_when_the_organization_has_said_so(
    outcomes: Mapping[str, Future[Outcome]],
) -> None:
    refused, up = outcomes["github"].result(), outcomes["agreed"].result()

    assert refused.rc != 0
    assert refused.mandatory == [("flow-promotion-order", PIPELINE), ("supply-allowed-source-owners", PIPELINE)]
    assert (up.rc, up.mandatory) == (0, []), up.text
    assert up.changed == {"create": len(up.resources)}
