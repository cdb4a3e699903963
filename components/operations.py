"""What the commands of the person on duty have to know of an application, as an output of its stack.

Nothing of it is a secret: names, and what the functions of the pipeline are told anyhow. It is complete before a
command runs, so a command guesses no name.
"""

from collections.abc import Mapping

import pulumi

from components.approval_record import record_name
from components.delivery_plan import DeliveryPlan
from components.deployment import ByHand
from components.platform import Platform
from components.sources.promotion import release_key
from components.stages import Category, Road


def operations_output(
    plan: DeliveryPlan, road: Road, by_hand: ByHand, platform: Platform
) -> dict[str, pulumi.Input[object]]:
    """What the stack tells of one application.

    Args:
        plan: its delivery.
        road: its pipeline.
        by_hand: how it is deployed without that.
        platform: what it shares with others.
    """
    artifact = next(action.inputs[0] for _, action in road.actions if action.deploys)
    stages = [stage.name for stage in plan.deployment.stages(artifact)]
    found: dict[str, pulumi.Input[object]] = {
        **by_hand.output,
        "pipeline": road.name,
        "stages": [{"name": one.name, "deploys": one.deploys} for one in road.stages if one.name in stages],
        "artifact": artifact.name,
        "artifactBucket": platform.store.bucket_name,
        "topic": platform.notifications.topic_arn,
    }
    if plan.admission:
        found["releases"] = {"bucket": plan.place.release_bucket, "key": release_key(plan.application)}
    if plan.conditions.calendar:
        found["calendar"] = dict(plan.conditions.calendar.parameters)
    if approvals := _approvals(plan, road, stages):
        found["approvals"] = approvals
    return found


def _approvals(plan: DeliveryPlan, road: Road, stages: list[str]) -> Mapping[str, object] | None:
    """Where it is recorded who approved what, None where nobody is asked before the first of those stages."""
    gates = []
    for stage in road.stages:
        if stage.name in stages:
            break
        gates += [action.name for action in stage.actions if action.category is Category.APPROVAL]
    if not gates:
        return None
    # The function's name depends on no key.
    checks = plan.approvals.check_approvers("").function if plan.approvals else ""
    return {"gates": gates, "record": record_name(plan.place), "checks": f"/aws/lambda/{checks}" if checks else ""}
