"""The alarms that stop a deployment and bring the old version back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from components.place import Place

BALANCERS = "AWS/ApplicationELB"


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
class Measure:
    """What an alarm looks at, minute by minute.

    Args:
        label: the end of the alarm's name.
        says: what is wrong when it rings, after the name of who it is.
        namespace, metric, dimensions: as CloudWatch knows it.
        threshold: above which it rings.
        minutes: for so many in a row.
        statistic: `Sum`, `Maximum`, or a percentile such as `p95`.
    """

    label: str
    says: str
    namespace: str
    metric: str
    dimensions: Mapping[str, pulumi.Input[str]]
    threshold: float
    minutes: int
    statistic: str


def errors(thresholds: AlarmThresholds, dimensions: Mapping[str, pulumi.Input[str]]) -> Measure:
    """Answers of 5xx."""
    return Measure(
        label="http-5xx",
        says="answers with errors",
        namespace=BALANCERS,
        metric="HTTPCode_Target_5XX_Count",
        dimensions=dimensions,
        threshold=thresholds.http_5xx_count,
        minutes=1,
        statistic="Sum",
    )


def slowness(thresholds: AlarmThresholds, dimensions: Mapping[str, pulumi.Input[str]]) -> Measure:
    """The time a target takes to answer."""
    return Measure(
        label="latency",
        says="is slow: 95th percentile of the response time in seconds",
        namespace=BALANCERS,
        metric="TargetResponseTime",
        dimensions=dimensions,
        threshold=thresholds.latency_seconds,
        minutes=2,
        statistic="p95",
    )


def unhealthy(
    thresholds: AlarmThresholds,
    dimensions: Mapping[str, pulumi.Input[str]],
    *,
    label: str = "unhealthy",
    whom: str = "targets",
) -> Measure:
    """Targets that fail their health check; three minutes in a row, because they come and go while a deployment runs
    (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html)."""
    return Measure(
        label=label,
        says=f"has {whom} that fail their health check",
        namespace=BALANCERS,
        metric="UnHealthyHostCount",
        dimensions=dimensions,
        threshold=thresholds.unhealthy_hosts,
        minutes=3,
        statistic="Maximum",
    )


def alarm(
    name: str, measure: Measure, *, whose: str, first: str, topic_arn: pulumi.Input[str], parent: pulumi.Resource
) -> cloudwatch.MetricAlarm:
    """An alarm that stops a deployment. No data is no alarm: before the first deployment there is no traffic, and an
    alarm that rings at the start of a deployment stops it.

    Args:
        name: logical name, before the measure's label.
        measure: what it looks at.
        whose: of whom that is, as a person reads it.
        first: the alarm's name, before the measure's label.
        topic_arn: who is told.
        parent: its owner.
    """
    percentile = measure.statistic if measure.statistic.startswith("p") else None
    return cloudwatch.MetricAlarm(
        f"{name}-{measure.label}",
        name=f"{first}-{measure.label}",
        alarm_description=f"{whose} {measure.says}",
        namespace=measure.namespace,
        metric_name=measure.metric,
        dimensions=dict(measure.dimensions),
        statistic=None if percentile else measure.statistic,
        extended_statistic=percentile,
        period=60,
        evaluation_periods=measure.minutes,
        comparison_operator="GreaterThanThreshold",
        threshold=measure.threshold,
        treat_missing_data="notBreaching",
        alarm_actions=[topic_arn],
        ok_actions=[topic_arn],
        opts=pulumi.ResourceOptions(parent=parent),
    )


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
    """Three alarms on what users notice: errors, slowness, targets that don't answer."""

    alarm_names: Sequence[pulumi.Output[str]]

    def __init__(self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Monitoring", name, None, opts)
        dimensions = {"LoadBalancer": args.load_balancer_suffix, "TargetGroup": args.target_group_suffix}
        alarms = [
            alarm(
                name,
                measure(args.thresholds, dimensions),
                whose=args.application,
                first=f"{args.application}-{args.place.environment}",
                topic_arn=args.topic_arn,
                parent=self,
            )
            for measure in (errors, slowness, unhealthy)
        ]
        self.alarm_names = [one.name for one in alarms]
        self.register_outputs({"alarmNames": self.alarm_names})
