"""Which instances an Auto Scaling group starts from a launch template, and how it replaces them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import autoscaling, ec2

WARMUP_SECONDS = 300
"""How long a refresh waits for an instance in service where the fleet doesn't say how long it warms up."""


@dataclass(frozen=True, kw_only=True)
class SpotMix:
    """Instances that AWS may take back, beside those on demand.

    Args:
        instance_types: all that may be started, the preferred one first.
        on_demand_base: instances that are never spot.
        on_demand_percent: what part of the rest isn't either.
    """

    instance_types: Sequence[str]
    on_demand_base: int
    on_demand_percent: int


def started_from(template: ec2.LaunchTemplate, mix: SpotMix | None, *, follows: bool) -> dict[str, Any]:
    """The inputs of a group that say what it starts.

    Args:
        template: its launch template.
        mix: spot instances beside those on demand, or none.
        follows: whether a new version of the template is a change of the group, which a refresh needs to begin; else it
            reaches whatever is started next.
    """
    version = template.latest_version.apply(str) if follows else pulumi.Output.from_input("$Default")
    if mix is None:
        return {"launch_template": {"id": template.id, "version": version}}
    return {
        # A new one comes before AWS takes an old one back, where it tells so in time.
        "capacity_rebalance": True,
        "mixed_instances_policy": {
            "launch_template": {
                "launch_template_specification": {"launch_template_id": template.id, "version": version},
                "overrides": [{"instance_type": kind} for kind in mix.instance_types],
            },
            "instances_distribution": {
                "on_demand_allocation_strategy": "prioritized",
                "on_demand_base_capacity": mix.on_demand_base,
                "on_demand_percentage_above_base_capacity": mix.on_demand_percent,
                "spot_allocation_strategy": "price-capacity-optimized",
            },
        },
    }


def refreshed(
    min_healthy_percent: int | None, *, warmup_seconds: int | None
) -> autoscaling.GroupInstanceRefreshArgsDict | None:
    """How a group replaces its instances when they change; None is not at all.

    With 100 percent, new ones come before old ones go; AWS wants room for that said
    (https://docs.aws.amazon.com/autoscaling/ec2/userguide/understand-instance-refresh-default-values.html).
    """
    if min_healthy_percent is None:
        return None
    return {
        "strategy": "Rolling",
        "preferences": {
            "min_healthy_percentage": min_healthy_percent,
            "max_healthy_percentage": 110 if min_healthy_percent == 100 else 100,
            "instance_warmup": str(WARMUP_SECONDS if warmup_seconds is None else warmup_seconds),
        },
    }
