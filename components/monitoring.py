"""The alarms that stop a deployment and bring the old version back."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from components.place import Place


@dataclass(frozen=True, kw_only=True)
class AlarmThresholds:
    """Above which measures an environment is unwell.

    Args:
        http_5xx_count: answers of 5xx from the targets in one minute.
        latency_seconds: 95th percentile of the time a target takes to answer.
        unhealthy_hosts: targets that fail their health check.
    """

    http_5xx_count: int
    latency_seconds: float
    unhealthy_hosts: int


def alarm_names(application: str, place: Place) -> tuple[str, ...]:
    """The names of an application's alarms, known before the alarms exist."""
    return tuple(f"{application}-{place.environment}-{measure}" for measure in ("http-5xx", "latency", "unhealthy"))


@dataclass(frozen=True, kw_only=True)
class MonitoringArgs:
    """Inputs of a `Monitoring`.

    Args:
        application: the application that is watched.
        place: where.
        thresholds: above which an alarm rings.
        load_balancer_suffix: last part of the load balancer's ARN, as CloudWatch names it.
        target_group_suffix: last part of the target group's ARN.
        topic_arn: who is told.
    """

    application: str
    place: Place
    thresholds: AlarmThresholds
    load_balancer_suffix: pulumi.Input[str]
    target_group_suffix: pulumi.Input[str]
    topic_arn: pulumi.Input[str]


class Monitoring(pulumi.ComponentResource):
    """Three alarms on what users notice: errors, slowness, targets that don't answer.

    No data is no alarm: a fleet before its first deployment has no traffic, and an alarm that rings at the start of a
    deployment stops it. Unhealthy hosts need three minutes in a row, because targets come and go while a deployment
    runs (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html).
    """

    alarm_names: Sequence[pulumi.Output[str]]

    def __init__(self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Monitoring", name, None, opts)
        errors, latency, unhealthy = alarm_names(args.application, args.place)
        shared = {"LoadBalancer": args.load_balancer_suffix, "TargetGroup": args.target_group_suffix}
        child = pulumi.ResourceOptions(parent=self)
        alarms = [
            cloudwatch.MetricAlarm(
                f"{name}-http-5xx",
                name=errors,
                alarm_description=f"{args.application} answers with errors",
                namespace="AWS/ApplicationELB",
                metric_name="HTTPCode_Target_5XX_Count",
                dimensions=shared,
                statistic="Sum",
                period=60,
                evaluation_periods=1,
                comparison_operator="GreaterThanThreshold",
                threshold=args.thresholds.http_5xx_count,
                treat_missing_data="notBreaching",
                alarm_actions=[args.topic_arn],
                ok_actions=[args.topic_arn],
                opts=child,
            ),
            cloudwatch.MetricAlarm(
                f"{name}-latency",
                name=latency,
                alarm_description=f"{args.application} is slow: 95th percentile of the response time in seconds",
                namespace="AWS/ApplicationELB",
                metric_name="TargetResponseTime",
                dimensions=shared,
                extended_statistic="p95",
                period=60,
                evaluation_periods=2,
                comparison_operator="GreaterThanThreshold",
                threshold=args.thresholds.latency_seconds,
                treat_missing_data="notBreaching",
                alarm_actions=[args.topic_arn],
                ok_actions=[args.topic_arn],
                opts=child,
            ),
            cloudwatch.MetricAlarm(
                f"{name}-unhealthy",
                name=unhealthy,
                alarm_description=f"{args.application} has targets that fail their health check",
                namespace="AWS/ApplicationELB",
                metric_name="UnHealthyHostCount",
                dimensions=shared,
                statistic="Maximum",
                period=60,
                evaluation_periods=3,
                comparison_operator="GreaterThanThreshold",
                threshold=args.thresholds.unhealthy_hosts,
                treat_missing_data="notBreaching",
                alarm_actions=[args.topic_arn],
                ok_actions=[args.topic_arn],
                opts=child,
            ),
        ]
        self.alarm_names = [alarm.name for alarm in alarms]
        self.register_outputs({"alarmNames": self.alarm_names})
