"""What a function is watched by."""

from collections.abc import Iterator

from components.deployment.functions.placement import FunctionThresholds
from components.monitoring import Measure, Runbook

LAMBDA = "AWS/Lambda"


def function_measures(name: str, alias: str, limits: FunctionThresholds) -> Iterator[Measure]:
    """Errors, throttles and slowness of what the alias sends its invocations to, and how many there are at a time
    (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html)."""
    slow = "is slower than CloudWatch expects" if limits.duration_ms is None else "is slow"
    for label, metric, runbook, says, threshold, statistic in (
        ("errors", "Errors", Runbook.ERRORS, "ends in errors", limits.errors, "Sum"),
        ("throttles", "Throttles", Runbook.THROTTLES, "is throttled", limits.throttles, "Sum"),
        (
            "duration",
            "Duration",
            Runbook.LATENCY,
            f"{slow}: 95th percentile of the duration in milliseconds",
            limits.duration_ms,
            "p95",
        ),
    ):
        yield Measure(
            label=label,
            says=says,
            runbook=runbook,
            namespace=LAMBDA,
            metric=metric,
            dimensions={"FunctionName": name, "Resource": f"{name}:{alias}"},
            threshold=threshold,
            minutes=1,
            statistic=statistic,
        )
    if limits.concurrency is not None:
        yield Measure(
            label="concurrency",
            says="has nearly as many invocations at a time as it may have",
            runbook=Runbook.SATURATION,
            namespace=LAMBDA,
            metric="ConcurrentExecutions",
            dimensions={"FunctionName": name},
            threshold=limits.concurrency,
            minutes=5,
            statistic="Maximum",
            stops=False,
        )
