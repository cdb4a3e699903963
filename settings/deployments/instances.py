"""What a fleet's instances are besides one type on demand, and how they are replaced where they serve."""

from typing import Annotated

from pydantic import Field

from settings.base import Derived, Model
from settings.fields import InstanceType, Listed, at_least, at_most, distinct, within

MOST_TYPES = 39
"""Beside the fleet's own: an Auto Scaling group takes 40
(https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplate.html)."""


class Spot(Model):
    """Instances that AWS lends for less and may take back."""

    instance_types: Annotated[
        Listed[InstanceType], at_least(1, "types"), at_most(MOST_TYPES, "types"), distinct("types")
    ] = Field(
        description="Types besides instanceType, with its processor; the more, the rarer is it that all are taken back."
    )
    on_demand_base: Annotated[int | None, Derived("the fleet's min"), within(0, 999, "instances")] = Field(
        default=None, description="Instances that are never spot, 0 to 999, less than the fleet's max."
    )
    on_demand_percent: Annotated[int, within(0, 99, "percent")] = Field(
        default=0, description="What part of the rest isn't either, 0 to 99 percent."
    )


class InstanceRefresh(Model):
    """How instances that serve are replaced when what they are has changed."""

    min_healthy_percent: Annotated[int, within(0, 100, "percent")] = Field(
        default=100,
        description="How much of the fleet stays in service, 0 to 100; with 100, new ones come before old ones go.",
    )
