"""Stacks that use none of our components are told what is wrong with them, and nothing else."""

import re

import pytest

from rulebook.packs import PACKS
from tests.policies.foreign.stacks import STACKS, Foreign
from tests.policies.harness import Engine

RULES = tuple({rule.id: rule for pack in PACKS for rule in pack.rules}.values())


def found(foreign: Foreign) -> dict[str, set[str]]:
    """For the name of each resource the rules that it breaks, as both packs say together."""
    broken: dict[str, set[str]] = {}
    for answer in Engine(rules=RULES, stack=foreign.stack).ask(*foreign.resources):
        if not answer.undecided:
            # A resource rule isn't given a URN by the SDK; every message names its resource first.
            named = re.search(r"\n[^']*'([^']+)'", answer.message)
            name = answer.urn.rsplit("::", 1)[-1] or (named[1] if named else "")
            broken.setdefault(name, set()).add(answer.rule)
    return broken


@pytest.mark.parametrize("foreign", STACKS.values(), ids=STACKS)
def test_a_foreign_stack_is_told_exactly_what_is_wrong(foreign: Foreign) -> None:
    assert found(foreign) == foreign.broken


@pytest.mark.parametrize("foreign", STACKS.values(), ids=STACKS)
def test_an_expectation_names_resources_and_rules_that_exist(foreign: Foreign) -> None:
    assert set(foreign.broken) <= {given.name for given in foreign.resources}
    assert set().union(*foreign.broken.values()) <= {rule.id for rule in RULES}
