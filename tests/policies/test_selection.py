"""Asking only the rules that look at a resource changes nothing but the time it takes."""

import pytest

from rulebook.kit.server import Analyzer
from rulebook.packs import PACKS, Pack
from tests.policies.cases.case import exemption
from tests.policies.foreign.stacks import STACKS, Foreign
from tests.policies.harness import Engine
from tests.policies.test_fuzz import RULES, UNSIGNED, Fuzz


@pytest.mark.parametrize("foreign", STACKS.values(), ids=STACKS)
def test_a_stack_is_told_the_same_as_by_the_sdks_own_way(foreign: Foreign, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(rules=RULES, stack=foreign.stack)
    selected = engine.ask(*foreign.resources)
    monkeypatch.delattr(Analyzer, "Analyze")
    monkeypatch.delattr(Analyzer, "AnalyzeStack")
    assert engine.ask(*foreign.resources) == selected


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: str(pack.name))
def test_spoiled_resources_are_told_the_same_as_by_the_sdks_own_way(
    pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The SDK itself breaks on signatures that it doesn't know.
    given = list(Fuzz(3, odd=UNSIGNED).resources(100))
    # Exemptions of rules that look at nothing here are to be reported too.
    parameters = {rule.id: {"exemptions": [exemption()]} for rule in pack.rules}
    engine = Engine(rules=pack.rules, parameters=parameters)
    selected = engine.ask(*given)
    monkeypatch.delattr(Analyzer, "Analyze")
    monkeypatch.delattr(Analyzer, "AnalyzeStack")
    sdk = engine.ask(*given)
    assert sorted(map(str, selected)) == sorted(map(str, sdk))
