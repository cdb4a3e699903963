"""Production on machines on premises, judged by both packs: in place is all that CodeDeploy has there."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from rulebook.kit.rule import Level
from rulebook.packs import PACKS
from tests.policies.planned import found
from tests.unit.every_machine import LINUX
from tests.unit.planning import Config, Planned, planned

IN_PLACE = "flow-prod-blue-green"
SLOW = "CodeDeployDefault.OneAtATime"
RULES = [rule for pack in PACKS for rule in pack.rules]


@cache
def production() -> Planned:
    """The production of this repository, with its application on premises."""

    def change(config: Config) -> None:
        config["delivery:applications"]["storefront"]["deploy"] = {**LINUX, "deploymentConfig": SLOW}

    return planned("prod", change)


ALLOWED = {IN_PLACE: {"onPremises": "allowInPlace"}}


def beside_fleets(parameters: Mapping[str, Mapping[str, Any]], level: Level) -> set[str]:
    """What is found here and not in the production with fleets; tags come from the provider, which isn't asked."""
    there = found(production(), level=level, rules=RULES, parameters=parameters)
    return set(there) - set(found(planned("prod"), level=level, rules=RULES))


@pytest.mark.parametrize("level", [Level.MANDATORY, Level.ADVISORY])
def test_a_team_that_allows_it_on_premises_hears_nothing_that_fleets_do_not_hear(level: Level) -> None:
    assert beside_fleets(ALLOWED, level) == set()


def test_without_that_word_the_rule_for_blue_green_is_the_only_one_that_stops_it() -> None:
    assert beside_fleets({}, Level.MANDATORY) == {IN_PLACE}
