"""The dashboard of an application: how it is, why, and what was deployed meanwhile."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.dashboards.deliveries import delivery_graphs, deployments, failure_rate
from components.dashboards.widgets import AlarmStatus, Graph, Line, LogQuery, Series, Text, Widget
from components.monitoring import Measure, Runbook
from components.place import Place

SUBJECTS: Mapping[str, tuple[Runbook, ...]] = {
    "Errors": (Runbook.ERRORS, Runbook.ERROR_LINES),
    "Slowness": (Runbook.LATENCY,),
    "Health": (Runbook.UNHEALTHY, Runbook.AGENTS_SILENT),
    "Page": (Runbook.CANARY,),
    "Refused": (Runbook.THROTTLES, Runbook.REJECTED_CONNECTIONS),
    "Saturation": (Runbook.SATURATION,),
}
"""What is on one graph, by the pages that say what to do about it."""


@dataclass(frozen=True, kw_only=True)
class ApplicationView:
    """What the dashboard of an application shows.

    Args:
        application: its name.
        place: where it is.
        measures: what it is measured by.
        alarms: name to ARN of its alarms.
        runbooks: where the pages are that say what to do.
        log_group: where it writes its log, if that is in CloudWatch.
    """

    application: str
    place: Place
    measures: Sequence[Measure]
    alarms: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    runbooks: str = "docs/runbooks"
    log_group: str | None = None

    @property
    def name(self) -> str:
        """Of the dashboard, and the beginning of its alarms."""
        return f"{self.application}-{self.place.environment}"


def application_rows(view: ApplicationView) -> Iterator[list[Widget]]:
    """Its widgets, row by row."""
    yield [
        Text(
            markdown=f"# {view.name}\nAlarms name their runbooks; all of them: {view.runbooks}. "
            "Deployments are drawn on every graph, on the axis at the right."
        )
    ]
    if view.alarms:
        yield [AlarmStatus(title="Alarms", alarms=view.alarms)]
    graphs = subject_graphs(view)
    for start in range(0, len(graphs), 3):
        yield [*graphs[start : start + 3]]
    yield [*delivery_graphs([view.application], view.place)]
    yield [_pipeline(view.name), failure_rate([view.application], view.place, width=6, height=6)]
    if view.log_group:
        yield [
            LogQuery(
                title="Errors in the log",
                group=view.log_group,
                query="fields @timestamp, @message | filter @message like /ERROR|FATAL|CRITICAL/ "
                "| sort @timestamp desc | limit 50",
            )
        ]


def subject_graphs(view: ApplicationView) -> list[Graph]:
    """A graph for each subject on which the application is measured, with its thresholds and its deployments."""
    found = []
    for title, pages in SUBJECTS.items():
        measures = [one for one in view.measures if one.runbook in pages]
        if measures:
            series = [_series(one) for one in measures]
            limits = {one.threshold for one in measures if one.threshold is not None}
            found.append(
                Graph(
                    title=title,
                    series=[*series, deployments(view.application, view.place)],
                    # One line says something; several, of several units, don't.
                    lines=[Line(label="alarm", value=limits.pop())] if len(limits) == 1 else (),
                )
            )
    return found


def _series(measure: Measure) -> Series:
    return Series(
        label=measure.label,
        namespace=measure.namespace,
        metric=measure.metric,
        dimensions=measure.dimensions,
        statistic=measure.statistic,
        learned=measure.threshold is None,
    )


def _pipeline(pipeline: str) -> Graph:
    """How long executions take, and which fail
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/metrics-dimensions.html)."""
    named = {"PipelineName": pipeline}
    space = "AWS/CodePipeline"
    return Graph(
        title="Pipeline",
        width=18,
        series=[
            Series(
                label="failed executions",
                namespace=space,
                metric="FailedPipelineExecutions",
                dimensions=named,
                statistic="Sum",
            ),
            Series(
                label="duration in seconds",
                namespace=space,
                metric="PipelineDuration",
                dimensions=named,
                statistic="Average",
                right=True,
            ),
        ],
    )
