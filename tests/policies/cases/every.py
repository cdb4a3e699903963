"""The cases of all rules, and what a rule answers to one."""

from tests.policies.cases import (
    approvers,
    beside,
    branches,
    conditions,
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
    readable,
    services,
    supply_builds,
    supply_isolation,
    supply_reviews,
    supply_sources,
    supply_stores,
    supply_webhooks,
    told,
    waves,
)
from tests.policies.cases.case import Case
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
    *waves.CASES,
    *readable.CASES,
    *groups.CASES,
    *beside.CASES,
    *deployments.CASES,
    *services.CASES,
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
    *conditions.CASES,
)


def asked(case: Case) -> list[Answer]:
    """What the rule of a case says."""
    engine = Engine(
        rules=[*case.with_rules, case.rule],
        stack=case.stack,
        parameters={**case.others, case.rule.id: case.parameters},
    )
    return [answer for answer in engine.ask(*case.given) if answer.rule == case.rule.id]
