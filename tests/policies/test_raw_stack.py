"""A stack with none of our components, on the real engine, under all rules of both packs."""

from pathlib import Path
from typing import Any

import pytest

from tests.engine.harness import EngineFactory, Outcome

PROGRAM = Path(__file__).parent / "raw"
READS_PERMISSIONS = {"iam-no-admin", "iam-no-wildcard-action", "iam-no-wildcard-resource", "iam-passrole-scoped"}


def previewed(engine: EngineFactory, *, stack: str, tier: str = "", **config: Any) -> Outcome:
    """The preview of the raw program with further configuration of its own project, which may say its tier."""

    def edit(document: dict[str, Any]) -> None:
        document["config"].update({f"rawshop:{key}": value for key, value in config.items()})
        if tier:
            document["config"]["rawshop:environment"] = {"tier": tier, "account": "1"}
            document["config"]["aws:defaultTags"] = {"tags": {"Environment": tier, "Project": "shop"}}

    return engine(program=PROGRAM, stack=stack, edit=edit, packs=True).preview()


def mandatory(outcome: Outcome) -> set[tuple[str, str]]:
    """The rules that ended a preview, each with the resource's logical name."""
    return {(one.policy, one.urn.rsplit("::", 1)[-1]) for one in outcome.violations if one.level == "mandatory"}


def test_a_correct_stack_passes_and_an_unknown_document_is_only_announced(engine: EngineFactory) -> None:
    outcome = previewed(engine, stack="prod")
    assert mandatory(outcome) == set()
    assert outcome.rc == 0, outcome.text
    announced = {one.policy for one in outcome.violations if one.urn.endswith("::reads")}
    assert announced == READS_PERMISSIONS


@pytest.mark.parametrize(
    ("fault", "where", "found"),
    [
        # The deployment group and the pipeline that reaches it are two resources: each is told of what it lacks.
        (
            "no-approval",
            {"stack": "prod"},
            {("flow-prod-manual-approval", "road"), ("flow-single-path-to-prod", "fleet")},
        ),
        # A stack of any name, whose configuration says what it is.
        ("in-place", {"stack": "blue", "tier": "production"}, {("flow-prod-blue-green", "fleet")}),
    ],
)
def test_a_fault_in_production_ends_the_preview_and_is_named(
    engine: EngineFactory, fault: str, where: dict[str, str], found: set[tuple[str, str]]
) -> None:
    outcome = previewed(engine, fault=fault, **where)
    assert outcome.rc != 0
    assert mandatory(outcome) == found
    assert all(rule in outcome.text for rule, _ in found)


def test_what_production_refuses_passes_where_the_configuration_says_development(engine: EngineFactory) -> None:
    outcome = previewed(engine, stack="blue", tier="development", fault="in-place")
    assert mandatory(outcome) == set()
    assert outcome.rc == 0, outcome.text
