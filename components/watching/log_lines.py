"""Lines of an application's log that say that something went wrong, as a metric."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from components.monitoring import Measure, Runbook

NAMESPACE = "Delivery/Logs"


@dataclass(frozen=True, kw_only=True)
class ErrorLines:
    """Which lines of a log are errors, and how many in one minute are too many.

    Args:
        pattern: of CloudWatch Logs, at most 1024 characters
            (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
        count: above which people are told.
    """

    pattern: str
    count: int


def error_lines(owner: str, lines: ErrorLines) -> Measure:
    """Errors that an application has written down. What is an error there is a guess, so it stops no deployment.

    A filter that counts lines can't give its metric dimensions that a line doesn't have: so the owner is in its name.
    """
    return Measure(
        label="error-lines",
        says="writes errors into its log",
        runbook=Runbook.ERROR_LINES,
        namespace=NAMESPACE,
        metric=owner,
        dimensions={},
        threshold=lines.count,
        minutes=1,
        statistic="Sum",
        stops=False,
    )


class ErrorLinesMetric(pulumi.ComponentResource):
    """The filter on a log group that counts its errors."""

    def __init__(
        self,
        name: str,
        *,
        owner: str,
        log_group_name: pulumi.Input[str],
        lines: ErrorLines,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("delivery:index:ErrorLinesMetric", name, None, opts)
        cloudwatch.LogMetricFilter(
            f"{name}-filter",
            name=f"{owner}-error-lines",
            log_group_name=log_group_name,
            pattern=lines.pattern,
            metric_transformation={"namespace": NAMESPACE, "name": owner, "value": "1", "default_value": "0"},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
