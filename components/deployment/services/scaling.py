"""What moves the count of a service's tasks: Application Auto Scaling, by target tracking and by the clock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_aws import appautoscaling, ecs, lb

DIMENSION, NAMESPACE = "ecs:service:DesiredCount", "ecs"

Tracking = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgsDict


@dataclass(frozen=True, kw_only=True)
class TaskSchedule:
    """A minimum from a time on.

    Args:
        expression: when, as AWS takes it.
        time_zone: of the IANA database.
        minimum: never fewer tasks from then on.
    """

    expression: str
    time_zone: str
    minimum: int


@dataclass(frozen=True, kw_only=True)
class TaskScaling:
    """What moves a service between its fewest and its most tasks.

    Args:
        minimum, maximum: of tasks.
        cpu_percent, memory_percent: average of the tasks that it is kept at; None is not measured.
        requests_per_minute: of one task, that it is kept at; None is not measured.
        schedules: minimums by name.
    """

    minimum: int
    maximum: int
    cpu_percent: int | None = None
    memory_percent: int | None = None
    requests_per_minute: int | None = None
    schedules: Mapping[str, TaskSchedule] = field(default_factory=dict)


def scale_service(
    name: str,
    scaling: TaskScaling,
    *,
    cluster: ecs.Cluster,
    service: ecs.Service,
    service_name: str,
    groups: Sequence[lb.TargetGroup],
) -> None:
    """The target, the policies and the scheduled actions of a service.

    Args:
        name: logical name of the service.
        scaling: what moves it.
        cluster: of the service.
        service: whose count moves.
        service_name: its physical name.
        groups: the two target groups, of which either may serve.
    """
    target = appautoscaling.Target(
        f"{name}-count",
        service_namespace=NAMESPACE,
        scalable_dimension=DIMENSION,
        resource_id=pulumi.Output.concat("service/", cluster.name, "/", service.name),
        min_capacity=scaling.minimum,
        max_capacity=scaling.maximum,
        # A scheduled action writes the target's own minimum.
        opts=pulumi.ResourceOptions(parent=service, ignore_changes=["minCapacity"] if scaling.schedules else None),
    )
    opts = pulumi.ResourceOptions(parent=target)
    for label, tracking in _measures(scaling, groups):
        appautoscaling.Policy(
            f"{name}-{label}",
            name=f"{service_name}-{label}",
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration=tracking,
            opts=opts,
        )
    for label, schedule in sorted(scaling.schedules.items()):
        appautoscaling.ScheduledAction(
            f"{name}-{label}",
            name=f"{service_name}-{label}",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            schedule=schedule.expression,
            timezone=schedule.time_zone,
            scalable_target_action={"min_capacity": schedule.minimum},
            opts=opts,
        )


def _measures(scaling: TaskScaling, groups: Sequence[lb.TargetGroup]) -> Iterator[tuple[str, Tracking]]:
    ready = (
        ("by-cpu", "ECSServiceAverageCPUUtilization", scaling.cpu_percent),
        ("by-memory", "ECSServiceAverageMemoryUtilization", scaling.memory_percent),
    )
    for label, metric, percent in ready:
        if percent is not None:
            yield (
                label,
                {
                    "target_value": float(percent),
                    "predefined_metric_specification": {"predefined_metric_type": metric},
                },
            )
    if scaling.requests_per_minute is not None:
        yield "by-requests", _requests(scaling.requests_per_minute, groups)


def _requests(per_minute: int, groups: Sequence[lb.TargetGroup]) -> Tracking:
    """What both target groups get, each by one of its tasks: AWS's ready-made metric is of one group, and isn't there
    for blue/green
    (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html).

    While the traffic moves, each group has all its tasks and a part of the requests, and the sum is that of one task
    which had them all. A group without tasks reports nothing, which is 0.
    """
    measured: list[
        appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArgsDict
    ]
    measured = [
        {
            "id": f"m{index}",
            "metric_stat": {
                "metric": {
                    "namespace": "AWS/ApplicationELB",
                    "metric_name": "RequestCountPerTarget",
                    "dimensions": [{"name": "TargetGroup", "value": group.arn_suffix}],
                },
                # The sum of a minute is already the average of the targets.
                "stat": "Sum",
            },
            "return_data": False,
        }
        for index, group in enumerate(groups)
    ]
    both = " + ".join(f"FILL(m{index}, 0)" for index in range(len(groups)))
    return {
        "target_value": float(per_minute),
        "customized_metric_specification": {
            "metrics": [
                *measured,
                {"id": "both", "expression": both, "label": "Requests of a task", "return_data": True},
            ]
        },
    }
