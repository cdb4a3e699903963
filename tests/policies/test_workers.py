"""Production with workers beside its main group, judged by both packs."""

from collections.abc import Callable

import pytest

from rulebook.kit.rule import Level
from rulebook.packs import PACKS
from tests.policies.planned import found
from tests.unit.planning import Config, planned

RULES = [rule for pack in PACKS for rule in pack.rules]


def with_workers(config: Config) -> None:
    config["delivery:applications"]["storefront"]["deploy"]["workers"] = {"reports": {}, "mails": {}}


def in_place(config: Config) -> None:
    with_workers(config)
    config["delivery:applications"]["storefront"]["deploy"]["strategy"] = "in-place"


@pytest.mark.parametrize(
    ("level", "besides"),
    # As AWS Config has it, the first stage that deploys should deploy once.
    [(Level.MANDATORY, []), (Level.ADVISORY, ["flow-limited-fanout"])],
)
def test_workers_beside_a_blue_green_group_break_no_rule_that_it_keeps(level: Level, besides: list[str]) -> None:
    there = found(planned("prod"), level=level, rules=RULES)
    assert found(planned("prod", with_workers), level=level, rules=RULES) == sorted([*there, *besides])


def test_workers_beside_a_group_in_place_are_refused_with_it() -> None:
    def beside(change: Callable[[Config], None]) -> set[str]:
        return set(found(planned("prod", change), level=Level.MANDATORY, rules=RULES))

    assert {"flow-prod-blue-green", "flow-workers-beside-blue-green"} <= beside(in_place)
