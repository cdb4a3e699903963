"""Every rule on every kind of resource that it may meet."""

import pytest

from rulebook.packs import PACKS
from tests.policies.cases.case import Case, Kind
from tests.policies.cases.every import CASES, asked

RULES = {rule.id: rule for pack in PACKS for rule in pack.rules}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_says_what_its_case_expects_and_nothing_else(case: Case) -> None:
    answers = asked(case)
    violations = [answer for answer in answers if not answer.undecided]
    notices = [answer.message for answer in answers if answer.undecided]
    assert len(violations) == len(case.finds), [answer.message for answer in answers]
    for violation, fragment in zip(violations, case.finds, strict=True):
        assert fragment in violation.message
    assert len(notices) == bool(case.undecided), notices
    assert all(case.undecided in notice for notice in notices)
    # Violations come first, so that an engine that stops early has told them.
    assert answers[: len(violations)] == violations


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", Kind)
def test_no_kind_of_case_is_missing_for_any_rule(rule: str, kind: Kind) -> None:
    assert any(case.rule.id == rule and case.kind is kind for case in CASES), f"{rule} has no case '{kind}'"
