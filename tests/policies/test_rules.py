"""Every rule on every kind of resource that it may meet."""

import pytest

from rulebook.packs import PACKS
from tests.policies.cases import (
    approvers,
    branches,
    deployments,
    enc_buckets,
    enc_services,
    execution,
    groups,
    hardening,
    iam_accounts,
    iam_documents,
    iam_roles,
    links,
    net_access,
    net_fleet,
    net_instances,
    ops_tags,
    ops_watch,
    order,
    pipelines,
    supply_builds,
    supply_isolation,
    supply_reviews,
    supply_sources,
    supply_stores,
    supply_webhooks,
    told,
)
from tests.policies.cases.case import Case, Kind
from tests.policies.harness import Answer, Engine

CASES: tuple[Case, ...] = (
    *iam_roles.CASES,
    *iam_documents.CASES,
    *iam_accounts.CASES,
    *supply_stores.CASES,
    *supply_reviews.CASES,
    *supply_isolation.CASES,
    *supply_webhooks.CASES,
    *supply_sources.CASES,
    *supply_builds.CASES,
    *pipelines.CASES,
    *groups.CASES,
    *deployments.CASES,
    *approvers.CASES,
    *branches.CASES,
    *told.CASES,
    *links.CASES,
    *order.CASES,
    *execution.CASES,
    *hardening.CASES,
    *enc_services.CASES,
    *ops_tags.CASES,
    *ops_watch.CASES,
    *net_access.CASES,
    *net_instances.CASES,
    *net_fleet.CASES,
    *enc_buckets.CASES,
)
RULES = {rule.id: rule for pack in PACKS for rule in pack.rules}


def asked(case: Case) -> list[Answer]:
    """What the rule of a case says."""
    engine = Engine(
        rules=[*case.with_rules, case.rule],
        stack=case.stack,
        parameters={**case.others, case.rule.id: case.parameters},
    )
    return [answer for answer in engine.ask(*case.given) if answer.rule == case.rule.id]


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
