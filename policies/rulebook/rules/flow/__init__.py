"""How software reaches production: approval, tests, blue/green, rollback."""

from rulebook.rules.flow import (
    approvals,
    beside,
    deployments,
    execution,
    failures,
    gates,
    groups,
    order,
    protection,
    readable,
    separation,
    services,
    single_path,
    triggers,
)

RULES = (
    *gates.RULES,
    *approvals.RULES,
    *separation.RULES,
    *single_path.RULES,
    *groups.RULES,
    *beside.RULES,
    *deployments.RULES,
    *services.RULES,
    *order.RULES,
    *triggers.RULES,
    *execution.RULES,
    *failures.RULES,
    *protection.RULES,
    *readable.RULES,
)
