"""The alarms that bring the traffic of a service back, whoever moves it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from components.deployment.services.front import ServiceFront
from components.deployment.services.placement import ServicePlacement
from components.monitoring import AlarmThresholds, Measure, alarm, errors, slowness, unhealthy


@dataclass(frozen=True, kw_only=True)
class ServiceWatch:
    """What is watched while the traffic of a service moves.

    Args:
        placement: the service.
        front: whose traffic moves.
        thresholds: above which an alarm brings it back.
        topic_arn: who hears of alarms.
    """

    placement: ServicePlacement
    front: ServiceFront
    thresholds: AlarmThresholds
    topic_arn: str


def service_alarms(name: str, watch: ServiceWatch, *, parent: pulumi.Resource) -> list[cloudwatch.MetricAlarm]:
    """Errors and slowness are measured for the load balancer as a whole, for the target group that serves changes with
    every deployment; health is measured for each of the two."""
    whose = watch.placement.name
    return [
        alarm(name, one, whose=whose, first=whose, topic_arn=watch.topic_arn, parent=parent) for one in _measures(watch)
    ]


def _measures(watch: ServiceWatch) -> Iterator[Measure]:
    balancer = {"LoadBalancer": watch.front.balancer_suffix}
    yield errors(watch.thresholds, balancer)
    yield slowness(watch.thresholds, balancer)
    for group_name, group in zip(watch.placement.colours, watch.front.groups, strict=True):
        colour = group_name.rsplit("-", 1)[-1]
        dimensions = {**balancer, "TargetGroup": group.arn_suffix}
        yield unhealthy(watch.thresholds, dimensions, label=f"unhealthy-{colour}", whom="tasks")
