"""The configuration files of the tiers: current, correct, and no other levels than a stack has without them."""

import json
from pathlib import Path
from typing import Any

import pytest

from rulebook import tier_files
from rulebook.configuration import LEVEL, configuration_problems
from rulebook.kit.rule import Level
from rulebook.packs import PACKS, Pack
from rulebook.tier_files import POLICIES
from rulebook.tiers import Tier
from tests.policies.cases.groups import ROLLBACK, group
from tests.policies.harness import Engine

EACH = pytest.mark.parametrize(
    ("pack", "tier"), [pytest.param(pack, tier, id=f"{pack.folder}-{tier}") for pack in PACKS for tier in Tier]
)


def written(pack: Pack, tier: Tier) -> Any:
    """The tracked file of a pack and tier."""
    return json.loads((POLICIES / pack.folder / "config" / f"{tier}.json").read_text())


def test_the_files_of_the_tiers_are_current() -> None:
    assert tier_files.main(["--check"]) == 0


def test_there_is_no_file_for_a_tier_that_does_not_exist() -> None:
    for pack in PACKS:
        found = {path.name for path in (POLICIES / pack.folder / "config").iterdir()}
        assert found == {f"{tier}.json" for tier in Tier}


@EACH
def test_a_file_has_no_problem_and_names_every_rule(pack: Pack, tier: Tier) -> None:
    configuration = written(pack, tier)
    assert configuration_problems(configuration, pack) == []
    assert list(configuration) == [rule.id for rule in pack.rules]


@EACH
def test_a_file_gives_the_levels_that_a_stack_of_its_tier_has_without_it(pack: Pack, tier: Tier) -> None:
    without = Engine(rules=pack.rules, stack=tier.value).levels()
    assert {rule: Level(given[LEVEL]) for rule, given in written(pack, tier).items()} == without


def test_a_file_says_which_tier_it_is_whatever_the_stack_is_called() -> None:
    delivery = PACKS[0]
    for tier, level in ((Tier.DEVELOPMENT, Level.ADVISORY), (Tier.PRODUCTION, Level.MANDATORY)):
        given = written(delivery, tier)[ROLLBACK.id]
        parameters = {ROLLBACK.id: {key: value for key, value in given.items() if key != LEVEL}}
        engine = Engine(rules=[ROLLBACK], stack="blue", parameters=parameters, level=Level(given[LEVEL]))
        (answer,) = engine.ask(group())
        assert answer.level is level
        assert "Nothing says which environment" not in answer.message


def test_the_command_writes_what_is_missing_and_says_what_is_stale(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ["--policies", str(tmp_path)]
    assert tier_files.main(["--check", *here]) == 1
    assert "delivery/config/development.json is out of date" in capsys.readouterr().err
    assert tier_files.main(here) == 0
    assert tier_files.main(["--check", *here]) == 0
    (tmp_path / "hardening" / "config" / "staging.json").write_text("{}")
    assert tier_files.main(["--check", *here]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "hardening/config/staging.json is out of date: run `PYTHONPATH=policies python -m rulebook.tier_files`"
    ]
