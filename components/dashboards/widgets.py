"""The widgets of a dashboard, as data; their JSON is that of
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pulumi

PERIOD = 60
"""In seconds, of every graph; CloudWatch takes a longer one for a range of days."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line of a graph.

    Args:
        label: what it is called under the graph.
        namespace, metric, dimensions: as CloudWatch knows it.
        statistic: `Average`, `Maximum`, `Sum`, or a percentile such as `p95`.
        right: whether it has the axis on the right side, for another unit than the others.
        learned: whether the graph shows what CloudWatch expects of it, too.
    """

    label: str
    namespace: str
    metric: str
    dimensions: Mapping[str, pulumi.Input[str]]
    statistic: str
    right: bool = False
    learned: bool = False

    def rows(self, key: str) -> list[list[Any]]:
        """Its rows in `metrics`; `key` is what other rows call it."""
        named = [part for dimension in self.dimensions.items() for part in dimension]
        shown: dict[str, Any] = {"id": key, "label": self.label, "stat": self.statistic}
        if self.right:
            shown["yAxis"] = "right"
        rows: list[list[Any]] = [[self.namespace, self.metric, *named, shown]]
        if self.learned:
            band = {"id": f"{key}band", "label": f"{self.label}, expected"}
            rows.append([{"expression": f"ANOMALY_DETECTION_BAND({key}, 3)", **band}])
        return rows


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line across a graph: above it, something is wrong."""

    label: str
    value: float


class Widget(Protocol):
    """Anything that lies on a dashboard.

    Attributes:
        kind: CloudWatch's word for it.
        title: what stands over it.
        width: in columns, 1 to 24.
        height: in rows, 1 to 1000.
    """

    @property
    def kind(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    def properties(self, region: str) -> dict[str, Any]:
        """What CloudWatch is told of it."""
        ...


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Metrics over time.

    Args:
        title: what stands over it.
        series: 1 to 500 lines.
        lines: thresholds.
        width, height: on the grid.
    """

    title: str
    series: Sequence[Series]
    lines: Sequence[Line] = field(default_factory=tuple)
    width: int = 8
    height: int = 6
    kind: str = "metric"

    def properties(self, region: str) -> dict[str, Any]:
        """A graph of lines; the axes begin at nothing, so that a small change doesn't look like a large one."""
        told: dict[str, Any] = {
            "title": self.title,
            "view": "timeSeries",
            "stacked": False,
            "region": region,
            "period": PERIOD,
            "metrics": [row for index, one in enumerate(self.series) for row in one.rows(f"m{index}")],
            "yAxis": {"left": {"min": 0}, "right": {"min": 0}},
        }
        if self.lines:
            told["annotations"] = {"horizontal": [{"label": one.label, "value": one.value} for one in self.lines]}
        return told


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many percent one count is of another, over the whole time that the dashboard shows.

    Args:
        title: what stands over it.
        shares: label to what is a part and what it is a part of, 1 to 166.
        width, height: on the grid.
    """

    title: str
    shares: Mapping[str, tuple[Series, Series]]
    width: int = 6
    height: int = 6
    kind: str = "metric"

    def properties(self, region: str) -> dict[str, Any]:
        """A number for each; none where there is no whole."""
        return {
            "title": self.title,
            "view": "singleValue",
            "setPeriodToTimeRange": True,
            "region": region,
            "period": PERIOD,
            "metrics": [row for index, label in enumerate(self.shares) for row in self._rows(index, label)],
        }

    def _rows(self, index: int, label: str) -> Iterator[list[Any]]:
        keys = (f"part{index}", f"whole{index}")
        for key, series in zip(keys, self.shares[label], strict=True):
            for *named, shown in series.rows(key):
                yield [*named, {**shown, "visible": False}]
        part, whole = keys
        yield [{"expression": f"100 * FILL({part}, 0) / {whole}", "id": f"share{index}", "label": label}]


@dataclass(frozen=True, kw_only=True)
class AlarmStatus:
    """How alarms are, at a glance; those that ring come first.

    Args:
        title: what stands over it.
        alarms: name to ARN, 1 to 100.
        width: in columns.
    """

    title: str
    alarms: Mapping[str, pulumi.Input[str]]
    width: int = 24
    kind: str = "alarm"

    @property
    def height(self) -> int:
        """As many rows as its alarms need, some of them beside each other."""
        return 2 + -(-len(self.alarms) // 6)

    def properties(self, region: str) -> dict[str, Any]:
        """The alarms by ARN, which has the region already."""
        del region
        return {"title": self.title, "alarms": list(self.alarms.values()), "sortBy": "stateUpdatedTimestamp"}


@dataclass(frozen=True, kw_only=True)
class LogQuery:
    """The answer of CloudWatch Logs Insights to a query.

    Args:
        title: what stands over it.
        group: name of the log group.
        query: without its source.
        width, height: on the grid.
    """

    title: str
    group: str
    query: str
    width: int = 24
    height: int = 6
    kind: str = "log"

    def properties(self, region: str) -> dict[str, Any]:
        """A table."""
        return {
            "title": self.title,
            "region": region,
            "view": "table",
            "query": f"SOURCE '{self.group}' | {self.query}",
        }


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text for people, in Markdown; its first line is its title."""

    markdown: str
    width: int = 24
    height: int = 2
    kind: str = "text"

    @property
    def title(self) -> str:
        """Its first line, without signs."""
        return self.markdown.splitlines()[0].lstrip("# ")

    def properties(self, region: str) -> dict[str, Any]:
        """The text."""
        del region
        return {"markdown": self.markdown}
