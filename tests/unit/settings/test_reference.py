"""The README's configuration table."""

from typing import Any

from settings.reference import rows, table
from tests.unit.settings.stack_file import config_of


def _paths(value: Any, under: str) -> set[str]:
    if isinstance(value, dict):
        named = under in ("delivery:applications", "delivery:applications.<name>.suites")
        below = [_paths(one, f"{under}.{'<name>' if named else key}") for key, one in value.items()]
        return {under}.union(*below) if below else {under}
    if isinstance(value, list):
        return {under}.union(*(_paths(one, f"{under}[]") for one in value if isinstance(one, dict)))
    return {under}


def test_every_key_that_the_three_stack_files_use_is_in_the_table() -> None:
    known = {row.key for row in rows()} | {"delivery:applications.<name>", "delivery:applications.<name>.suites.<name>"}
    for stack in ("dev", "staging", "prod"):
        for key, value in config_of(stack).items():
            used = {path for path in _paths(value, key) if not path.endswith("[]")}
            assert used <= known, used - known


def test_every_key_says_what_it_is_for_and_is_there_once() -> None:
    for row in rows():
        assert len(row.purpose) > 10, row
        assert row.purpose.endswith("."), row
    keys = [row.key for row in rows()]
    assert len(set(keys)) == len(keys)


def test_defaults_that_the_tier_decides_are_given_for_each_tier() -> None:
    by_key = {row.key: row.default for row in rows()}
    assert by_key["delivery:network.natGateways"] == "`one` / `one` / `per-zone`"
    assert by_key["delivery:applications.<name>.approvals"] == "`[]` / `[]` / must be said"
    assert by_key["delivery:applications.<name>.deploy.strategy"] == "must be said"
    assert by_key["delivery:applications.<name>.deploy.fleet.port"] == "`8080`"


def test_both_strategies_are_offered_and_what_belongs_to_one_says_so() -> None:
    by_key = {row.key: row for row in rows()}
    strategies = by_key["delivery:applications.<name>.deploy.strategy"].kind
    assert strategies == "`in-place` or `blue-green` or `canary` or `linear`"
    baked = by_key["delivery:applications.<name>.deploy.bakeMinutes"].purpose
    assert baked.endswith(" Only with `platform: server` and `strategy: blue-green`, or `platform: ecs`.")


def test_the_table_has_four_cells_in_every_row() -> None:
    assert {line.replace("\\|", "").count("|") for line in table().splitlines()} == {5}
