"""From the settings of overrides to whom the guardrail excepts."""

from collections.abc import Mapping, Sequence

from plans.approvals import approving
from plans.places import place_of
from settings.models import Settings


def excepted(settings: Settings) -> Mapping[str, Sequence[str]]:
    """By what they may pass by, the roles to which the organization doesn't deny it."""
    overrides = settings.overrides
    return {
        "condition": overrides.condition,
        "transition": overrides.transition,
        "rollback": overrides.rollback,
        "retry": overrides.retry,
        # One function of ours stops executions: those whose approval waits for a revision that a newer one replaced.
        "stop": (*overrides.stop, *_stopping(settings)),
        "approval": overrides.approval,
    }


def _stopping(settings: Settings) -> list[str]:
    place = place_of(settings.site)
    return [place.iam_arn(f"role/{pipeline}-reject-stale-approvals") for pipeline in approving(settings)]
