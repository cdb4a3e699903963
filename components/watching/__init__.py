"""What is made of an application's measures: alarms, and the one that stands for them all."""

from components.watching.alarms import ApplicationAlarms, ApplicationAlarmsArgs, metric_alarm
from components.watching.canary import Canaries, CanariesArgs, Canary, measured
from components.watching.log_lines import ErrorLines, ErrorLinesMetric, error_lines

__all__ = [
    "ApplicationAlarms",
    "ApplicationAlarmsArgs",
    "Canaries",
    "CanariesArgs",
    "Canary",
    "ErrorLines",
    "ErrorLinesMetric",
    "error_lines",
    "measured",
    "metric_alarm",
]
