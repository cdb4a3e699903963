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
        alarms = [
            self._alarm(
                f"{name}-http-5xx",
                errors,
                args,
                says="answers with errors",
                metric="HTTPCode_Target_5XX_Count",
                threshold=args.thresholds.http_5xx_count,
                minutes=1,
                statistic="Sum",
            ),
            self._alarm(
                f"{name}-latency",
                latency,
                args,
                says="is slow: 95th percentile of the response time in seconds",
                metric="TargetResponseTime",
                threshold=args.thresholds.latency_seconds,
                minutes=2,
                extended_statistic="p95",
            ),
            self._alarm(
                f"{name}-unhealthy",
                unhealthy,
                args,
                says="has targets that fail their health check",
                metric="UnHealthyHostCount",
                threshold=args.thresholds.unhealthy_hosts,
                minutes=3,
                statistic="Maximum",
            ),
        ]
        self.alarm_names = [alarm.name for alarm in alarms]
        self.register_outputs({"alarmNames": self.alarm_names})

    def _alarm(
        self,
        name: str,
        alarm_name: str,
        args: MonitoringArgs,
        *,
        says: str,
        metric: str,
        threshold: float,
        minutes: int,
        statistic: str | None = None,
        extended_statistic: str | None = None,
    ) -> cloudwatch.MetricAlarm:
        return cloudwatch.MetricAlarm(
            name,
            name=alarm_name,
            alarm_description=f"{args.application} {says}",
            namespace="AWS/ApplicationELB",
            metric_name=metric,
            dimensions={"LoadBalancer": args.load_balancer_suffix, "TargetGroup": args.target_group_suffix},
            statistic=statistic,
            extended_statistic=extended_statistic,
            period=60,
            evaluation_periods=minutes,
            comparison_operator="GreaterThanThreshold",
            threshold=threshold,
            treat_missing_data="notBreaching",
            alarm_actions=[args.topic_arn],
            ok_actions=[args.topic_arn],
            opts=pulumi.ResourceOptions(parent=self),
        )
