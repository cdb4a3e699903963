"""From the settings of overrides to whom the guardrail excepts."""

from collections.abc import Mapping, Sequence

from settings.models import Settings


def excepted(settings: Settings) -> Mapping[str, Sequence[str]]:
    """By what they may pass by, the roles to which the organization doesn't deny it."""
    overrides = settings.overrides
    return {
        "condition": overrides.condition,
        "transition": overrides.transition,
        "rollback": overrides.rollback,
        "retry": overrides.retry,
        "stop": overrides.stop,
        "approval": overrides.approval,
    }
