"""The alarms of an application: one for each measure, and one that stands for all that speak against a release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_aws import cloudwatch

from components.monitoring import Measure, Runbook, alarm_names, unwell_name
from components.place import Place

BAND = "expected"
WIDTH = 3
"""How many standard deviations wide the band is: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Anomaly_Detection.html"""


def metric_alarm(
    name: str,
    measure: Measure,
    *,
    whose: str,
    first: str,
    topic_arn: pulumi.Input[str],
    runbooks: str,
    parent: pulumi.Resource,
) -> cloudwatch.MetricAlarm:
    """The alarm of a measure. By default no data is no alarm: before the first deployment there is no traffic, and an
    alarm that rings at the start of a deployment stops it.

    Args:
        name: logical name, before the measure's label.
        measure: what it looks at.
        whose: of whom that is, as a person reads it.
        first: the alarm's name, before the measure's label.
        topic_arn: who is told.
        runbooks: where the pages are that say what to do.
        parent: its owner.
    """
    return cloudwatch.MetricAlarm(
        f"{name}-{measure.label}",
        name=f"{first}-{measure.label}",
        alarm_description=f"{whose} {measure.says}. Runbook: {measure.runbook.link(runbooks)}",
        evaluation_periods=measure.minutes * 60 // measure.period,
        treat_missing_data=measure.without_data,
        alarm_actions=[topic_arn],
        ok_actions=[topic_arn],
        opts=pulumi.ResourceOptions(parent=parent),
        **(_above_expected(measure) if measure.threshold is None else _past_threshold(measure)),
    )


def _past_threshold(measure: Measure) -> dict[str, Any]:
    percentile = measure.statistic if measure.statistic.startswith("p") else None
    return {
        "namespace": measure.namespace,
        "metric_name": measure.metric,
        "dimensions": dict(measure.dimensions),
        "statistic": None if percentile else measure.statistic,
        "extended_statistic": percentile,
        "period": measure.period,
        "comparison_operator": "LessThanThreshold" if measure.below else "GreaterThanThreshold",
        "threshold": measure.threshold,
    }


def _above_expected(measure: Measure) -> dict[str, Any]:
    """Above the band that CloudWatch has learned from two weeks at most; until it has, the alarm has too little data,
    and doesn't ring."""
    return {
        "comparison_operator": "GreaterThanUpperThreshold",
        "threshold_metric_id": BAND,
        "metric_queries": [
            {
                "id": "measured",
                "return_data": True,
                "metric": {
                    "namespace": measure.namespace,
                    "metric_name": measure.metric,
                    "dimensions": dict(measure.dimensions),
                    "stat": measure.statistic,
                    "period": measure.period,
                },
            },
            {
                "id": BAND,
                "expression": f"ANOMALY_DETECTION_BAND(measured, {WIDTH})",
                "label": "Expected",
                "return_data": True,
            },
        ],
    }


@dataclass(frozen=True, kw_only=True)
class ApplicationAlarmsArgs:
    """Inputs of `ApplicationAlarms`.

    Args:
        application: the application that is watched.
        place: where.
        measures: what it is measured by.
        topic_arn: who is told.
        runbooks: where the pages are that say what to do.
        besides: names of alarms that exist already and speak against a release too.
    """

    application: str
    place: Place
    measures: Sequence[Measure]
    topic_arn: pulumi.Input[str]
    runbooks: str
    besides: Sequence[str] = field(default_factory=tuple)


class ApplicationAlarms(pulumi.ComponentResource):
    """An alarm for each measure of an application, and `<application>-<stack>-unwell`, which rings when one does that
    speaks against a release.

    Stage conditions and people may go by that one. CodeDeploy and the functions go by those it is made of: no page of
    AWS says that CodeDeploy reads a composite alarm, and its own API leaves them out unless it is asked for them
    (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html).
    """

    stopping: Sequence[pulumi.Output[str] | str]
    unwell: pulumi.Output[str]
    measures: Sequence[Measure]
    arns: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: ApplicationAlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:ApplicationAlarms", name, None, opts)
        whose = f"{args.application}-{args.place.environment}"
        made = [
            metric_alarm(
                name,
                one,
                whose=whose,
                first=whose,
                topic_arn=args.topic_arn,
                runbooks=args.runbooks,
                parent=self,
            )
            for one in args.measures
        ]
        stops = [alarm for alarm, one in zip(made, args.measures, strict=True) if one.stops]
        self.stopping = [*(one.name for one in stops), *args.besides]
        rule = " OR ".join(f'ALARM("{one}")' for one in (*alarm_names(whose, args.measures), *args.besides))
        unwell = cloudwatch.CompositeAlarm(
            f"{name}-unwell",
            alarm_name=unwell_name(whose),
            alarm_description=(
                f"{whose} is unwell: an alarm rings that speaks against its release. "
                f"Runbook: {Runbook.UNWELL.link(args.runbooks)}"
            ),
            alarm_rule=rule,
            alarm_actions=[args.topic_arn],
            ok_actions=[args.topic_arn],
            opts=pulumi.ResourceOptions(parent=self, depends_on=stops),
        )
        self.unwell = unwell.alarm_name
        self.measures = args.measures
        self.arns = {
            unwell_name(whose): unwell.arn,
            **{f"{whose}-{one.label}": alarm.arn for one, alarm in zip(args.measures, made, strict=True)},
        }
        self._by_label = {one.label: alarm.name for one, alarm in zip(args.measures, made, strict=True)}
        self.register_outputs({"unwell": self.unwell})

    def stopping_of(self, measures: Sequence[Measure]) -> list[pulumi.Output[str]]:
        """The names of those alarms that stop a deployment to what these measures are of, when they exist."""
        return [self._by_label[one.label] for one in measures if one.stops]
