"""What the delivery itself is measured by, as graphs: the metrics that the delivery's own functions publish.

Namespace `Delivery`, dimensions `Application` and `Environment`. A vertical line of a dashboard is a fixed moment in
its JSON, so deployments can't be lines that come by themselves. They are a series instead: it is on every graph, on the
axis at the right, and leaves nothing where nothing was deployed.
"""

from collections.abc import Sequence
from dataclasses import replace

from components.dashboards.widgets import Graph, Series, Share
from components.place import Place

NAMESPACE = "Delivery"


def deployments(application: str, place: Place) -> Series:
    """Each finished deployment, for a graph of something else."""
    return Series(
        label="deployments",
        namespace=NAMESPACE,
        metric="Deployments",
        dimensions={"Application": application, "Environment": place.environment},
        statistic="Sum",
        right=True,
    )


def delivery_graphs(applications: Sequence[str], place: Place) -> list[Graph]:
    """The four of them, a line for each application."""
    found = []
    for title, metric, statistic in (
        ("Deployments", "Deployments", "Sum"),
        ("Lead time (seconds)", "LeadTimeSeconds", "p50"),
        ("Change failures", "ChangeFailures", "Sum"),
        ("Time to restore (seconds)", "RestoreSeconds", "p50"),
    ):
        series = [
            replace(deployments(one, place), label=one, metric=metric, statistic=statistic, right=False)
            for one in applications
        ]
        found.append(Graph(title=title, series=series, width=6))
    return found


def failure_rate(applications: Sequence[str], place: Place, *, width: int, height: int) -> Share:
    """How many percent of the changes fail, a number for each application."""
    every = {one: replace(deployments(one, place), right=False) for one in applications}
    return Share(
        title="Change failure rate (percent)",
        shares={one: (replace(whole, metric="ChangeFailures"), whole) for one, whole in every.items()},
        width=width,
        height=height,
    )
