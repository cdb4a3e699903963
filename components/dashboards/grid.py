"""Where widgets lie on a dashboard, and the rules of CloudWatch about that."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.dashboards.widgets import AlarmStatus, Graph, Share, Widget

COLUMNS = 24
MOST_WIDGETS = 500
MOST_HEIGHT = 1000
MOST_SERIES = 500
MOST_METRICS = 2500
MOST_ALARMS = 100
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"""


class DashboardError(ValueError):
    """CloudWatch would refuse a dashboard, or show it otherwise than it is meant."""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A widget with its place: columns from the left, rows from the top."""

    widget: Widget
    x: int
    y: int


def placed(rows: Sequence[Sequence[Widget]]) -> tuple[Placed, ...]:
    """Widgets beside each other in each row, and the rows under each other.

    Raises:
        DashboardError: a row is wider than the grid, or a widget is nothing that CloudWatch takes.
    """
    found: list[Placed] = []
    y = 0
    for row in rows:
        x = 0
        for widget in row:
            _check(widget)
            if x + widget.width > COLUMNS:
                raise DashboardError(f"{widget.title}: its row has {x + widget.width} columns, of {COLUMNS}")
            found.append(Placed(widget=widget, x=x, y=y))
            x += widget.width
        y += max((widget.height for widget in row), default=0)
    if len(found) > MOST_WIDGETS:
        raise DashboardError(f"{len(found)} widgets; allowed: {MOST_WIDGETS}")
    if (count := sum(_metrics(one.widget) for one in found)) > MOST_METRICS:
        raise DashboardError(f"{count} metrics on all widgets together; allowed: {MOST_METRICS}")
    return tuple(found)


def _metrics(widget: Widget) -> int:
    """How many it shows, those included that are only computed with."""
    match widget:
        case Graph():
            return sum(2 if one.learned else 1 for one in widget.series)
        case Share():
            return 3 * len(widget.shares)
        case _:
            return 0


def _check(widget: Widget) -> None:
    if not 1 <= widget.width <= COLUMNS or not 1 <= widget.height <= MOST_HEIGHT:
        raise DashboardError(f"{widget.title}: {widget.width} columns and {widget.height} rows")
    match widget:
        case Graph() | Share() if not 1 <= _metrics(widget) <= MOST_SERIES:
            raise DashboardError(f"{widget.title}: {_metrics(widget)} metrics; allowed: 1 to {MOST_SERIES}")
        case AlarmStatus() if not 1 <= len(widget.alarms) <= MOST_ALARMS:
            raise DashboardError(f"{widget.title}: {len(widget.alarms)} alarms; allowed: 1 to {MOST_ALARMS}")


def body(widgets: Sequence[Placed], *, region: str) -> pulumi.Output[str]:
    """The JSON of a dashboard. The page begins with the last day; for a longer time each graph has a longer period."""
    parts: list[dict[str, Any]] = [
        {
            "type": one.widget.kind,
            "x": one.x,
            "y": one.y,
            "width": one.widget.width,
            "height": one.widget.height,
            "properties": one.widget.properties(region),
        }
        for one in widgets
    ]
    return pulumi.Output.json_dumps({"start": "-P1D", "periodOverride": "auto", "widgets": parts})
