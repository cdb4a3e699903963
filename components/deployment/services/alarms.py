"""What a service of ECS is watched by, and what brings its traffic back, whoever moves it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.deployment.services.front import ServiceFront
from components.deployment.services.placement import ServicePlacement
from components.monitoring import AlarmThresholds, Measure, busy, front_measures, unhealthy


@dataclass(frozen=True, kw_only=True)
class ServiceWatch:
    """What is watched while the traffic of a service moves.

    Args:
        placement: the service.
        front: whose traffic moves.
        alarms: any of these brings it back.
    """

    placement: ServicePlacement
    front: ServiceFront
    alarms: Sequence[pulumi.Input[str]]


def service_measures(
    service: ServicePlacement,
    thresholds: AlarmThresholds,
    *,
    balancer: pulumi.Input[str],
    target_groups: Sequence[pulumi.Input[str]],
) -> Iterator[Measure]:
    """The whole front, the health of each target group, and how busy the tasks are.

    Errors and slowness are measured for the load balancer as a whole, for the target group that serves changes with
    every deployment.

    Args:
        service: the service.
        thresholds: above which an alarm rings.
        balancer: last part of the load balancer's ARN, as CloudWatch names it.
        target_groups: the same of the two target groups.
    """
    front: Mapping[str, pulumi.Input[str]] = {"LoadBalancer": balancer}
    yield from front_measures(thresholds, front)
    for group_name, group in zip(service.colours, target_groups, strict=True):
        colour = group_name.rsplit("-", 1)[-1]
        yield unhealthy(thresholds, {**front, "TargetGroup": group}, label=f"unhealthy-{colour}", whom="tasks")
    for what, label, metric in (
        ("busy processors", "cpu", "CPUUtilization"),
        ("its memory full", "memory", "MemoryUtilization"),
    ):
        yield busy(
            what,
            label=label,
            namespace="AWS/ECS",
            metric=metric,
            dimensions={"ClusterName": service.name, "ServiceName": service.name},
            percent=thresholds.busy_percent,
        )
