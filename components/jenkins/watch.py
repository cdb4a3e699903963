"""The alarms of Jenkins: it is down, or its disk fills up."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from components.jenkins.plan import DISK_USED, METRICS

DOWN_MINUTES = 20
"""A replaced machine needs some of them to install and start; a pipeline that waits for a build needs to hear soon."""

DISK_FULL_PERCENT = 85


@dataclass(frozen=True, kw_only=True)
class JenkinsWatchArgs:
    """Inputs of a `JenkinsWatch`.

    Args:
        server: the server's name.
        load_balancer_suffix: last part of its load balancer's ARN, as CloudWatch names it.
        target_group_suffix: last part of its target group's ARN.
        topic_arn: who is told.
    """

    server: str
    load_balancer_suffix: pulumi.Input[str]
    target_group_suffix: pulumi.Input[str]
    topic_arn: pulumi.Input[str]


class JenkinsWatch(pulumi.ComponentResource):
    """Two alarms.

    Down: the load balancer finds no healthy machine, or no machine at all, for which it has no data
    (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html). Disk:
    what the machine reports each minute; a machine that reports nothing is down, which is the other alarm.
    """

    def __init__(self, name: str, args: JenkinsWatchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:JenkinsWatch", name, None, opts)
        self._alarm(
            f"{name}-down",
            args,
            says=f"Jenkins {args.server} has answered nobody for {DOWN_MINUTES} minutes",
            namespace="AWS/ApplicationELB",
            metric="HealthyHostCount",
            dimensions={"LoadBalancer": args.load_balancer_suffix, "TargetGroup": args.target_group_suffix},
            comparison="LessThanThreshold",
            threshold=1,
            minutes=DOWN_MINUTES,
            without_data="breaching",
        )
        self._alarm(
            f"{name}-disk",
            args,
            says=f"The disk of Jenkins {args.server} is more than {DISK_FULL_PERCENT} percent full",
            namespace=METRICS,
            metric=DISK_USED,
            dimensions={"Server": args.server},
            comparison="GreaterThanThreshold",
            threshold=DISK_FULL_PERCENT,
            minutes=5,
            without_data="missing",
        )
        self.register_outputs({})

    def _alarm(
        self,
        name: str,
        args: JenkinsWatchArgs,
        *,
        says: str,
        namespace: str,
        metric: str,
        dimensions: Mapping[str, pulumi.Input[str]],
        comparison: str,
        threshold: float,
        minutes: int,
        without_data: str,
    ) -> None:
        cloudwatch.MetricAlarm(
            name,
            name=f"{args.server}-{name.rsplit('-', 1)[-1]}",
            alarm_description=says,
            namespace=namespace,
            metric_name=metric,
            dimensions=dimensions,
            statistic="Maximum",
            period=60,
            evaluation_periods=minutes,
            comparison_operator=comparison,
            threshold=threshold,
            treat_missing_data=without_data,
            alarm_actions=[args.topic_arn],
            ok_actions=[args.topic_arn],
            opts=pulumi.ResourceOptions(parent=self),
        )
