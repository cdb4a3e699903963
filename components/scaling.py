"""What moves an Auto Scaling group by itself: target tracking policies, and scheduled actions.

Both fleets of blue/green have the same, since either may serve. What an idle one has is suspended by the functions that
swap them (`functions/fleets/scaling.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
from pulumi_aws import autoscaling

ALARMS, SCHEDULES = "AlarmNotification", "ScheduledActions"
"""The processes of Auto Scaling by which policies and schedules move a group
(https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html)."""

UNCHANGED = -1
"""What the provider sends to AWS as nothing; what is omitted it would send as 0."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A minimum from a time on.

    Args:
        cron: when: minute, hour, day of month, month, day of week.
        time_zone: of the IANA database.
        minimum: never fewer instances from then on.
        desired: instances at that time; None leaves them to policies.
    """

    cron: str
    time_zone: str
    minimum: int
    desired: int | None = None


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """What moves a fleet between its smallest and its largest size.

    Args:
        cpu_percent: the average CPU that it is kept at; None is not measured.
        requests_per_minute: of one instance, that it is kept at; None is not measured.
        warmup_seconds: how long an instance in service isn't measured yet; None is AWS's default, not at all.
        schedules: minimums by name.
    """

    cpu_percent: int | None = None
    requests_per_minute: int | None = None
    warmup_seconds: int | None = None
    schedules: Mapping[str, Schedule] = field(default_factory=dict)

    @property
    def processes(self) -> list[str]:
        """The processes of Auto Scaling that it needs; none where nothing moves the fleet."""
        measured = self.cpu_percent is not None or self.requests_per_minute is not None
        return [*([ALARMS] if measured else []), *([SCHEDULES] if self.schedules else [])]

    @property
    def moves(self) -> list[str]:
        """Inputs of a group that it moves, so that Pulumi leaves them alone."""
        return [*(["desiredCapacity"] if self.processes else []), *(["minSize"] if self.schedules else [])]


def scale(
    name: str,
    scaling: Scaling,
    *,
    group_name: str,
    group: autoscaling.Group,
    target_group_suffix: pulumi.Input[str] | None,
) -> None:
    """The policies and scheduled actions of one group.

    Requests are measured by the target group's own metric. AWS's ready-made one is refused for a group that isn't
    behind the load balancer, as an idle fleet is
    (https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PredefinedMetricSpecification.html).

    Args:
        name: logical name of the group.
        scaling: what moves it.
        group_name: its physical name.
        group: the group.
        target_group_suffix: what CloudWatch calls the target group; None is a fleet without, which has no requests.
    """
    opts = pulumi.ResourceOptions(parent=group)
    if scaling.cpu_percent is not None:
        autoscaling.Policy(
            f"{name}-cpu",
            name=f"{group_name}-cpu",
            autoscaling_group_name=group.name,
            policy_type="TargetTrackingScaling",
            target_tracking_configuration={
                "predefined_metric_specification": {"predefined_metric_type": "ASGAverageCPUUtilization"},
                "target_value": scaling.cpu_percent,
            },
            opts=opts,
        )
    if scaling.requests_per_minute is not None and target_group_suffix is not None:
        autoscaling.Policy(
            f"{name}-requests",
            name=f"{group_name}-requests",
            autoscaling_group_name=group.name,
            policy_type="TargetTrackingScaling",
            target_tracking_configuration={
                "customized_metric_specification": {
                    "namespace": "AWS/ApplicationELB",
                    "metric_name": "RequestCountPerTarget",
                    "metric_dimensions": [{"name": "TargetGroup", "value": target_group_suffix}],
                    # The sum of a minute is already the average of the targets.
                    "statistic": "Sum",
                },
                "target_value": scaling.requests_per_minute,
            },
            opts=opts,
        )
    for label, schedule in scaling.schedules.items():
        autoscaling.Schedule(
            f"{name}-{label}",
            scheduled_action_name=f"{group_name}-{label}",
            autoscaling_group_name=group.name,
            recurrence=schedule.cron,
            time_zone=schedule.time_zone,
            min_size=schedule.minimum,
            # Without a maximum AWS refuses to fill an emptied fleet, whose maximum is 0.
            max_size=UNCHANGED,
            desired_capacity=UNCHANGED if schedule.desired is None else schedule.desired,
            opts=opts,
        )
