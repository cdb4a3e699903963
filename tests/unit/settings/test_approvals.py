"""Who approves, in which order, whom an approver must not be, and who has other names."""

from typing import Any

import pytest

from settings.siblings import Siblings
from settings.tiers import FourEyes
from tests.sources import CONNECTED, source
from tests.unit.settings.stack_file import STOREFRONT, changed, config_of, good, neighbours_of, said

APP = "applications.storefront"
FOUR_EYES = (*STOREFRONT, "fourEyes")
GATE = {"name": "qa-head", "emails": ["qa-head@example.com"]}


def test_production_has_four_eyes_by_default_and_the_others_only_record() -> None:
    assert good("prod").applications["storefront"].four_eyes is FourEyes.AUTHORS
    assert good("staging").applications["storefront"].four_eyes is FourEyes.NONE
    assert good("dev").applications["storefront"].four_eyes is FourEyes.NONE


@pytest.mark.parametrize("rule", ["authors", "starter", "none"])
def test_a_stack_may_say_whom_an_approver_must_not_be(rule: str) -> None:
    assert good("prod", (FOUR_EYES, rule)).applications["storefront"].four_eyes == rule


@pytest.mark.parametrize("wrong", ["off", False, True, "author", None])
def test_any_other_word_is_refused_with_those_that_are_allowed(wrong: object) -> None:
    (line,) = said(changed(config_of("prod"), (FOUR_EYES, wrong)), stack="prod")
    assert line.startswith(f"{APP}.fourEyes: ")
    for word in FourEyes:
        assert word in line


@pytest.mark.parametrize("provider", [*CONNECTED, "s3", "ecr"])
def test_production_refuses_four_eyes_that_cannot_see_before_a_release_waits_for_them(provider: str) -> None:
    config = changed(config_of("prod"), ((*STOREFRONT, "source"), source(provider)))
    (line,) = said(config, stack="prod")
    assert line.startswith(f"{APP}.fourEyes: missing, which means authors in this tier; needed: starter or none")
    assert f"what comes from {provider}" in line
    (line,) = said(changed(config, (FOUR_EYES, "authors")), stack="prod")
    assert line.startswith(f'{APP}.fourEyes: given "authors"; allowed: starter or none')
    for rule in ("starter", "none"):
        assert said(changed(config, (FOUR_EYES, rule)), stack="prod") == []


def test_what_was_promoted_is_known_as_far_as_the_stack_knows_it_that_built_it() -> None:
    def siblings(provider: str) -> Siblings:
        staging = changed(config_of("staging"), ((*STOREFRONT, "source"), source(provider)))
        return {**neighbours_of("prod"), "staging": staging}

    assert said(config_of("prod"), stack="prod", siblings=siblings("codecommit")) == []
    (line,) = said(config_of("prod"), stack="prod", siblings=siblings("github"))
    assert line.startswith(f"{APP}.fourEyes: ")
    assert "what comes from github" in line


def test_what_was_promoted_twice_has_no_authors_that_are_known_wherever_it_began() -> None:
    between = changed(config_of("staging"), ((*STOREFRONT, "source"), {"provider": "promotion", "from": "dev"}))
    siblings: Siblings = {**neighbours_of("prod"), "staging": between}
    (line,) = said(config_of("prod"), stack="prod", siblings=siblings)
    assert line.startswith(f"{APP}.fourEyes: missing, which means authors in this tier; needed: starter or none")
    assert "who wrote what was promoted twice" in line
    assert said(changed(config_of("prod"), (FOUR_EYES, "starter")), stack="prod", siblings=siblings) == []


def test_without_approvals_nobody_asks_for_four_eyes() -> None:
    config = changed(config_of("prod"), ((*STOREFRONT, "source"), source("github")), ((*STOREFRONT, "approvals"), []))
    assert said(config, stack="prod") == []


def test_an_approval_in_a_stage_of_its_own_is_no_way_around_four_eyes() -> None:
    gate = {"name": "board", "provider": "manual", "emails": ["board@example.com"]}
    own = ((*STOREFRONT, "stages"), [{"name": "Board", "before": "Deploy", "actions": [gate]}])
    assert said(changed(config_of("prod"), own), stack="prod") == []
    alone = changed(config_of("prod"), own, ((*STOREFRONT, "approvals"), []))
    (line,) = said(alone, stack="prod")
    assert line.startswith(f"{APP}.fourEyes: missing, which means authors in this tier; needed: approvals beside")
    assert said(changed(alone, (FOUR_EYES, "none")), stack="prod") == []


def test_approvals_wait_side_by_side_unless_they_say_their_order() -> None:
    gates = [{**GATE, "order": 2}, {**GATE, "name": "board"}, {**GATE, "name": "owner", "order": 20}]
    read = good("prod", ((*STOREFRONT, "approvals"), gates)).applications["storefront"].approvals
    assert [(one.name, one.order) for one in read] == [("qa-head", 2), ("board", 1), ("owner", 20)]


@pytest.mark.parametrize("order", [0, 21, "1", 1.5])
def test_an_order_outside_of_1_to_20_is_refused(order: object) -> None:
    (line,) = said(changed(config_of("prod"), ((*STOREFRONT, "approvals"), [{**GATE, "order": order}])), stack="prod")
    assert line.startswith(f"{APP}.approvals[0].order: ")


def test_people_have_names_besides() -> None:
    read = good(
        "prod", (("delivery:people",), {"jane@example.com": ["jdoe", "Jane Doe", "1+j@users.noreply.github.com"]})
    )
    assert read.people == {"jane@example.com": ("jdoe", "Jane Doe", "1+j@users.noreply.github.com")}
    assert good("prod").people == {}


@pytest.mark.parametrize(
    ("people", "path", "told"),
    [
        ({"jane": ["jdoe"]}, "people.jane", "a mail address"),
        ({"jane@example.com": []}, 'people["jane@example.com"]', "at least 1 name"),
        ({"jane@example.com": ["  "]}, 'people["jane@example.com"][0]', "a name, a mail address"),
        ({"jane@example.com": ["j", "j"]}, 'people["jane@example.com"]', "names that differ"),
        (
            {"jane@example.com": ["j"], "kim@example.com": ["k", "J"]},
            'people["kim@example.com"][1]',
            "a name of one person",
        ),
        (
            {"jane@example.com": ["kim@example.com"], "kim@example.com": ["k"]},
            'people["kim@example.com"]',
            "of one person",
        ),
    ],
)
def test_people_that_cannot_be_told_apart_are_refused(people: dict[str, Any], path: str, told: str) -> None:
    lines = said(changed(config_of("prod"), (("delivery:people",), people)), stack="prod")
    assert [line.split(": ")[0] for line in lines] == [path], lines
    assert told in lines[0]


def test_every_problem_of_the_approvals_is_told_at_once() -> None:
    config = changed(
        config_of("prod"),
        ((*STOREFRONT, "source"), source("github")),
        ((*STOREFRONT, "approvals", 0, "order"), 0),
        ((*STOREFRONT, "approvals", 0, "message"), "x" * 401),
        (("delivery:people",), {"jane@example.com": ["j"], "kim@example.com": ["j"]}),
    )
    assert {line.split(": ")[0] for line in said(config, stack="prod")} == {
        f"{APP}.approvals[0].order",
        f"{APP}.approvals[0].message",
        f"{APP}.fourEyes",
        'people["kim@example.com"][0]',
    }
