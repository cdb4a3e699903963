"""Dashboards of CloudWatch: typed widgets, laid out on its grid, and the JSON that is made of them."""

from components.dashboards.application import ApplicationView, application_rows
from components.dashboards.environment import environment_rows
from components.dashboards.grid import COLUMNS, DashboardError, Placed, placed
from components.dashboards.resources import Dashboards, DashboardsArgs

__all__ = [
    "COLUMNS",
    "ApplicationView",
    "DashboardError",
    "Dashboards",
    "DashboardsArgs",
    "Placed",
    "application_rows",
    "environment_rows",
    "placed",
]
