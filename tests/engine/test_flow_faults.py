"""One fault for each rule of the delivery flow, each seeded into a correct delivery of its own, on the real engine.

Rules that only remark on something in production are made mandatory as a user does it: by a configuration file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from rulebook.packs import DELIVERY
from rulebook.rules.flow import RULES
from tests.engine.harness import Document, EngineFactory, Outcome

PROGRAM = Path(__file__).parent / "one_fault"
PACK = Path(__file__).resolve().parents[2] / "policies" / DELIVERY.folder
FLOW = [rule.id for rule in RULES]
SOUND = "sound"
"""The shop without a fault."""
SHOPS = {rule: f"shop-{number}" for number, rule in enumerate(FLOW)}
"""By rule, the shop that breaks it; its name tells nothing of that."""

SEEN_TOO = {
    # Without the approval nobody guards the road to the group either: two resources, each told of what it lacks.
    "flow-prod-manual-approval": {"flow-single-path-to-prod"},
    # What makes workers in place good enough is the group beside them.
    "flow-prod-blue-green": {"flow-workers-beside-blue-green"},
}
"""By fault, what other rules see of it; no other fault is seen by two."""


@pytest.fixture(scope="module")
def previews(module_engine: EngineFactory, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Outcome]:
    """The program under the pack for the delivery flow, with every rule mandatory: correct, and with every fault."""
    strict = tmp_path_factory.mktemp("configuration") / "strict.json"
    strict.write_text('{"all": "mandatory"}')
    engine = module_engine(program=PROGRAM, stack="prod", packs=[PACK])

    def preview(shops: Mapping[str, str]) -> Outcome:
        def seed(document: Document) -> None:
            document["config"]["oneshop:shops"] = dict(shops)

        engine.configure(seed)
        return engine.preview("--policy-pack-config", str(strict))

    return {
        "correct": preview({SOUND: ""}),
        "faulty": preview({SOUND: "", **{shop: rule for rule, shop in SHOPS.items()}}),
    }


def told(outcome: Outcome, shop: str) -> set[tuple[str, str]]:
    """Rule and level of every violation in one shop."""
    return {(each.policy, each.level) for each in outcome.violations if shop_of(each.urn) == shop}


def shop_of(urn: str) -> str:
    """The shop of a resource."""
    return urn.rsplit("::", 1)[-1].partition(".")[0]


def test_every_rule_of_the_flow_has_its_fault_in_the_program() -> None:
    seeded = re.findall(r"unless\(\s*\"([a-z-]+)\"", (PROGRAM / "__main__.py").read_text())
    assert sorted(seeded) == sorted(FLOW)


def test_the_program_without_a_fault_keeps_every_rule(previews: Mapping[str, Outcome]) -> None:
    outcome = previews["correct"]
    assert outcome.violations == [], "nothing is broken, and nothing is left open"
    assert outcome.rc == 0, outcome.text


@pytest.mark.parametrize("rule", FLOW)
def test_a_seeded_fault_ends_the_preview_and_its_rule_is_named(previews: Mapping[str, Outcome], rule: str) -> None:
    outcome = previews["faulty"]
    assert outcome.rc != 0
    # One violation at this level is enough for the engine to end a preview.
    assert told(outcome, SHOPS[rule]) == {(name, "mandatory") for name in (rule, *SEEN_TOO.get(rule, ()))}
    assert rule in outcome.text
    assert outcome.resources == []


def test_no_violation_lies_outside_the_shops_with_a_fault(previews: Mapping[str, Outcome]) -> None:
    assert {shop_of(each.urn) for each in previews["faulty"].violations} == set(SHOPS.values())
