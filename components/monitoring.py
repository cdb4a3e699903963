"""What an application is measured by: plain values, of which `components.watching` makes alarms."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import pulumi

BALANCERS = "AWS/ApplicationELB"


class Runbook(StrEnum):
    """The page that says what to do, by its name in `docs/runbooks`."""

    AGENTS_SILENT = "agents-silent"
    CANARY = "canary"
    ERROR_LINES = "error-lines"
    ERRORS = "errors"
    JENKINS_DISK = "jenkins-disk"
    JENKINS_DOWN = "jenkins-down"
    LATENCY = "latency"
    REJECTED_CONNECTIONS = "rejected-connections"
    SATURATION = "saturation"
    THROTTLES = "throttles"
    UNHEALTHY = "unhealthy"
    UNWELL = "unwell"

    def link(self, runbooks: str) -> str:
        """Where it is, below the address of all pages."""
        return f"{runbooks.rstrip('/')}/{self.value}.md"


@dataclass(frozen=True, kw_only=True)
class AlarmThresholds:
    """Above which measures an environment is unwell.

    Args:
        http_5xx_count: answers of 5xx in one minute.
        latency_seconds: 95th percentile of the time a target takes to answer; None: what CloudWatch has learned.
        unhealthy_hosts: targets that fail their health check.
        rejected_connections: connections that the load balancer refuses, in one minute.
        busy_percent: how busy processors are, and how full the memory of tasks is.
    """

    http_5xx_count: int
    latency_seconds: float | None
    unhealthy_hosts: int
    rejected_connections: int = 0
    busy_percent: int = 85


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What an alarm looks at.

    Args:
        label: the end of the alarm's name.
        says: what is wrong when it rings, after the name of who it is.
        runbook: what to do then.
        namespace, metric, dimensions: as CloudWatch knows it.
        threshold: above which it rings; None: above what CloudWatch expects of this hour and day.
        minutes: for so many in a row; a multiple of the period.
        statistic: `Average`, `Maximum`, `Sum`, or a percentile such as `p95`.
        period: in seconds; a metric that comes every five minutes has gaps in a shorter one.
        below: whether it rings below the threshold instead.
        without_data: what no data means: `notBreaching`, `missing`, or `breaching`.
        stops: whether it speaks against a release: it stops a deployment, and is part of the application's alarm.
            One that doesn't tells people alone.
    """

    label: str
    says: str
    runbook: Runbook
    namespace: str
    metric: str
    dimensions: Mapping[str, pulumi.Input[str]]
    threshold: float | None
    minutes: int
    statistic: str
    period: int = 60
    below: bool = False
    without_data: str = "notBreaching"
    stops: bool = True


def alarm_names(first: str, measures: Iterable[Measure]) -> tuple[str, ...]:
    """The names of the alarms that speak against a release, known before the alarms exist.

    This is the one list: CodeDeploy, the functions of a deployment and the application's own alarm all have it.
    """
    return tuple(f"{first}-{one.label}" for one in measures if one.stops)


def unwell_name(first: str) -> str:
    """The name of the one alarm of an application, which rings when any of those does."""
    return f"{first}-unwell"


def front_measures(
    thresholds: AlarmThresholds, balancer: Mapping[str, pulumi.Input[str]], *, alone: bool = True
) -> Iterator[Measure]:
    """What a load balancer tells of all targets together: their errors and its own, slowness, refused connections.

    An Application Load Balancer has no surge queue: what it can't hand on at once it refuses, and counts
    (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html).

    Args:
        thresholds: above which an alarm rings.
        balancer: the dimensions of the load balancer, or of one target group of it.
        alone: whether the load balancer is the application's. What one of others tells as a whole isn't about it, and
            must not stop its releases.
    """
    whole = {key: value for key, value in balancer.items() if key == "LoadBalancer"}
    errors = Measure(
        label="http-5xx",
        says="answers with errors",
        runbook=Runbook.ERRORS,
        namespace=BALANCERS,
        metric="HTTPCode_Target_5XX_Count",
        dimensions=balancer,
        threshold=thresholds.http_5xx_count,
        minutes=1,
        statistic="Sum",
    )
    yield errors
    if alone:
        yield replace(
            errors,
            label="balancer-5xx",
            says="gets no answer to its load balancer, which answers with errors of its own",
            metric="HTTPCode_ELB_5XX_Count",
            dimensions=whole,
        )
    slow = "is slower than CloudWatch expects" if thresholds.latency_seconds is None else "is slow"
    yield Measure(
        label="latency",
        says=f"{slow}: 95th percentile of the response time in seconds",
        runbook=Runbook.LATENCY,
        namespace=BALANCERS,
        metric="TargetResponseTime",
        dimensions=balancer,
        threshold=thresholds.latency_seconds,
        minutes=2,
        statistic="p95",
    )
    if alone:
        yield Measure(
            label="rejected",
            says="turns users away: its load balancer refuses connections",
            runbook=Runbook.REJECTED_CONNECTIONS,
            namespace=BALANCERS,
            metric="RejectedConnectionCount",
            dimensions=whole,
            threshold=thresholds.rejected_connections,
            minutes=2,
            statistic="Sum",
            stops=False,
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
        runbook=Runbook.UNHEALTHY,
        namespace=BALANCERS,
        metric="UnHealthyHostCount",
        dimensions=dimensions,
        threshold=thresholds.unhealthy_hosts,
        minutes=3,
        statistic="Maximum",
    )


def busy(
    what: str,
    *,
    label: str,
    namespace: str,
    metric: str,
    dimensions: Mapping[str, pulumi.Input[str]],
    percent: int,
    period: int = 60,
) -> Measure:
    """Machines or tasks that have little left to give, for a quarter of an hour. A deployment makes them busy by
    itself, so it isn't stopped by this."""
    return Measure(
        label=label,
        says=f"has {what} in percent",
        runbook=Runbook.SATURATION,
        namespace=namespace,
        metric=metric,
        dimensions=dimensions,
        threshold=percent,
        minutes=15,
        statistic="Average",
        period=period,
        stops=False,
    )
