"""The dashboard of an environment: which application is unwell, and how the delivery goes."""

from collections.abc import Iterator, Sequence

from components.dashboards.application import ApplicationView, subject_graphs
from components.dashboards.deliveries import delivery_graphs, failure_rate
from components.dashboards.grid import MOST_ALARMS
from components.dashboards.widgets import AlarmStatus, Text, Widget
from components.monitoring import unwell_name
from components.place import Place

FIRST = 3
"""So many subjects of each application; the others are on its own dashboard."""


def environment_rows(place: Place, views: Sequence[ApplicationView]) -> Iterator[list[Widget]]:
    """Its widgets, row by row.

    Args:
        place: which environment.
        views: what the dashboards of its applications show.
    """
    own = ", ".join(one.name for one in views)
    yield [Text(markdown=f"# {place.environment}\nEach application has a dashboard of its own: {own}.")]
    unwell = [(name, one.alarms[name]) for one in views if (name := unwell_name(one.name)) in one.alarms]
    for start in range(0, len(unwell), MOST_ALARMS):
        yield [AlarmStatus(title="Applications", alarms=dict(unwell[start : start + MOST_ALARMS]))]
    applications = [one.application for one in views]
    yield [*delivery_graphs(applications, place)]
    yield [failure_rate(applications, place, width=24, height=3)]
    for one in views:
        yield [Text(markdown=f"## {one.application}", height=1)]
        yield [*subject_graphs(one)[:FIRST]]
