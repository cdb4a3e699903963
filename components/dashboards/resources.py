"""The dashboards of a stack as resources: one for each application, one for the environment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from components.dashboards.application import ApplicationView, application_rows
from components.dashboards.environment import environment_rows
from components.dashboards.grid import body, placed
from components.dashboards.widgets import Widget
from components.place import Place


@dataclass(frozen=True, kw_only=True)
class DashboardsArgs:
    """Inputs of `Dashboards`.

    Args:
        place: which environment.
        views: what is shown of each application.
    """

    place: Place
    views: Sequence[ApplicationView]


class Dashboards(pulumi.ComponentResource):
    """`<application>-<stack>` for each application, and `delivery-<stack>` for all of them.

    Dashboards have no region: their names are unique in an account.
    """

    names: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: DashboardsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Dashboards", name, None, opts)
        pages = {view.application: (view.name, application_rows(view)) for view in args.views}
        self.names = {
            "environment": self._page(name, args.place.name, environment_rows(args.place, args.views), args.place),
            **{one: self._page(f"{name}-{one}", title, rows, args.place) for one, (title, rows) in pages.items()},
        }
        self.register_outputs({"names": self.names})

    def _page(self, name: str, title: str, rows: Iterable[Sequence[Widget]], place: Place) -> pulumi.Output[str]:
        return cloudwatch.Dashboard(
            f"{name}-page",
            dashboard_name=title,
            dashboard_body=body(placed([*rows]), region=place.region),
            opts=pulumi.ResourceOptions(parent=self),
        ).dashboard_name
