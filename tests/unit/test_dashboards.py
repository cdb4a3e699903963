"""Dashboards as CloudWatch takes them: on its grid, with everything an application is watched by, and deployments."""

import itertools
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from components.dashboards import DashboardError, placed
from components.dashboards.widgets import AlarmStatus, Graph, Series, Share, Text
from tests.unit.planning import Planned, planned
from tests.unit.test_watching import ALARM, PLANS, UNWELL, learning, plan_of

DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
every_plan = pytest.mark.parametrize("name", PLANS)


def widgets_of(plan: Planned, title: str) -> list[dict[str, Any]]:
    page = plan.one(DASHBOARD, dashboardName=title)
    found = page.json("dashboardBody")["widgets"]
    assert isinstance(found, list)
    return found


def graph(plan: Planned, dashboard: str, title: str) -> dict[str, Any]:
    (found,) = [one for one in widgets_of(plan, dashboard) if one["properties"].get("title") == title]
    properties = found["properties"]
    assert isinstance(properties, dict)
    return properties


def named(row: list[Any]) -> tuple[str, str, dict[str, str]]:
    """Namespace, metric and dimensions of a row of a graph."""
    *parts, _ = row
    return parts[0], parts[1], dict(zip(parts[2::2], parts[3::2], strict=True))


@every_plan
def test_every_widget_lies_on_the_grid_and_on_no_other(name: str) -> None:
    for page in plan_of(name).of(DASHBOARD):
        widgets = page.json("dashboardBody")["widgets"]
        assert 0 < len(widgets) <= 500
        for one in widgets:
            assert 0 <= one["x"] < one["x"] + one["width"] <= 24
            assert 1 <= one["height"] <= 1000
        for one, other in itertools.combinations(widgets, 2):
            apart = (
                one["x"] + one["width"] <= other["x"]
                or other["x"] + other["width"] <= one["x"]
                or one["y"] + one["height"] <= other["y"]
                or other["y"] + other["height"] <= one["y"]
            )
            assert apart, (one, other)


@every_plan
def test_every_alarm_of_an_application_is_on_its_dashboard_and_its_one_alarm_on_that_of_the_environment(
    name: str,
) -> None:
    plan = plan_of(name)
    applications = list(plan.outputs["applications"])
    (status,) = [one for one in widgets_of(plan, f"delivery-{plan.stack}") if one["type"] == "alarm"]
    assert set(status["properties"]["alarms"]) == {one.arn for one in plan.of(UNWELL)}
    for application in applications:
        first = f"{application}-{plan.stack}-"
        own = {one.arn for one in (*plan.of(ALARM), *plan.of(UNWELL)) if one.arn.split(":alarm:")[1].startswith(first)}
        (status,) = [one for one in widgets_of(plan, first.rstrip("-")) if one["type"] == "alarm"]
        assert set(status["properties"]["alarms"]) == own


@every_plan
def test_what_an_alarm_measures_is_on_a_graph_of_its_application(name: str) -> None:
    plan = plan_of(name)
    for application in plan.outputs["applications"]:
        title = f"{application}-{plan.stack}"
        shown = [
            named(row)
            for one in widgets_of(plan, title)
            if one["type"] == "metric"
            for row in one["properties"]["metrics"]
            if isinstance(row[0], str)
        ]
        for alarm in plan.of(ALARM):
            if alarm.inputs["name"].startswith(f"{title}-"):
                measured = (alarm.inputs["namespace"], alarm.inputs["metricName"], alarm.inputs["dimensions"])
                assert measured in shown, alarm.name


@every_plan
def test_deployments_are_on_every_graph_of_an_application_on_an_axis_of_their_own(name: str) -> None:
    plan = plan_of(name)
    for application in plan.outputs["applications"]:
        graphs = [
            one["properties"]
            for one in widgets_of(plan, f"{application}-{plan.stack}")
            if one["type"] == "metric" and one["width"] == 8
        ]
        assert graphs
        for one in graphs:
            deployed = one["metrics"][-1]
            assert named(deployed) == (
                "Delivery",
                "Deployments",
                {"Application": application, "Environment": plan.stack},
            )
            assert deployed[-1]["yAxis"] == "right"


def test_the_delivery_itself_has_four_graphs_with_a_line_for_each_application() -> None:
    plan = plan_of("services")
    applications = list(plan.outputs["applications"])
    assert len(applications) > 2
    metrics = []
    for one in widgets_of(plan, f"delivery-{plan.stack}"):
        if one["type"] == "metric" and one["width"] == 6:
            rows = one["properties"]["metrics"]
            assert [named(row)[2] for row in rows] == [
                {"Application": application, "Environment": plan.stack} for application in applications
            ]
            metrics.append((rows[0][1], rows[0][-1]["stat"]))
    # As docs/delivery-metrics.md says that they are read.
    assert metrics == [
        ("Deployments", "Sum"),
        ("LeadTimeSeconds", "p50"),
        ("ChangeFailures", "Sum"),
        ("RestoreSeconds", "p50"),
    ]


def computed(expression: str, values: dict[str, float | None]) -> float | None:
    """What the arithmetic of a widget comes to; `FILL` puts a number in the place of nothing."""
    filled = re.sub(r"FILL\((\w+), 0\)", lambda found: str(values[found[1]] or 0), expression)
    told = re.sub(r"[a-z]+\d+", lambda found: str(values[found[0]]), filled)
    return None if "None" in told else float(eval(told, {}))  # noqa: S307


@pytest.mark.parametrize(("name", "dashboard"), [("services", "delivery-dev"), ("prod", "storefront-prod")])
def test_the_change_failure_rate_is_a_number_for_each_application_over_the_whole_time(
    name: str, dashboard: str
) -> None:
    plan = plan_of(name)
    shown = graph(plan, dashboard, "Change failure rate (percent)")
    assert (shown["view"], shown["setPeriodToTimeRange"]) == ("singleValue", True)
    applications = list(plan.outputs["applications"]) if dashboard.startswith("delivery") else ["storefront"]
    rows = iter(shown["metrics"])
    for application, (failed, deployed, (rate,)) in zip(applications, zip(rows, rows, rows, strict=True), strict=True):
        of = {"Application": application, "Environment": plan.stack}
        assert named(failed) == ("Delivery", "ChangeFailures", of)
        assert named(deployed) == ("Delivery", "Deployments", of)
        assert {(one[-1]["stat"], one[-1]["visible"]) for one in (failed, deployed)} == {("Sum", False)}
        assert rate["label"] == application
        keys = (failed[-1]["id"], deployed[-1]["id"])
        for counts, expected in (((2, 8), 25), ((None, 8), 0), ((None, None), None)):
            assert computed(rate["expression"], dict(zip(keys, counts, strict=True))) == expected


def test_a_threshold_is_a_line_across_its_graph_and_what_was_learned_a_band() -> None:
    fixed = graph(planned("prod"), "storefront-prod", "Slowness")
    assert fixed["annotations"] == {"horizontal": [{"label": "alarm", "value": 1.5}]}
    learned = graph(planned("prod", learning), "storefront-prod", "Slowness")
    assert "annotations" not in learned
    measured, band, _ = learned["metrics"]
    assert band == [
        {
            "expression": f"ANOMALY_DETECTION_BAND({measured[-1]['id']}, 3)",
            "id": "m0band",
            "label": "latency, expected",
        }
    ]


def test_a_log_is_asked_where_there_is_one() -> None:
    asked = {
        one["properties"]["query"].split("'")[1]
        for plan in (plan_of("functions"), plan_of("services"))
        for page in plan.of(DASHBOARD)
        for one in json.loads(page.inputs["dashboardBody"])["widgets"]
        if one["type"] == "log"
    }
    groups = plan_of("functions").physical_names("aws:cloudwatch/logGroup:LogGroup") | plan_of(
        "services"
    ).physical_names("aws:cloudwatch/logGroup:LogGroup")
    assert {"/aws/lambda/greeter-dev", "/aws/ecs/shop-dev"} <= asked <= groups


def test_the_outputs_name_the_dashboards() -> None:
    plan = planned("prod")
    assert set(plan.outputs["dashboards"].values()) == plan.physical_names(DASHBOARD, "dashboardName")


LINE = Series(label="a", namespace="A", metric="B", dimensions={}, statistic="Sum")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [[Graph(title="wide", series=[LINE], width=13), Graph(title="second", series=[LINE], width=12)]],
            "second: its row",
        ),
        ([[Graph(title="flat", series=[LINE], height=0)]], "flat: 8 columns and 0 rows"),
        ([[Graph(title="empty", series=[])]], "empty: 0 metrics"),
        ([[Graph(title="full", series=[LINE] * 501)]], "full: 501 metrics"),
        ([[Graph(title="learned", series=[replace(LINE, learned=True)] * 251)]], "learned: 502 metrics"),
        ([[Share(title="shares", shares={str(one): (LINE, LINE) for one in range(167)})]], "shares: 501 metrics"),
        ([[Graph(title="one of many", series=[LINE] * 500)]] * 6, "3000 metrics on all widgets together"),
        ([[AlarmStatus(title="none", alarms={})]], "none: 0 alarms"),
        ([[AlarmStatus(title="all", alarms={str(one): "" for one in range(101)})]], "all: 101 alarms"),
        ([[Text(markdown="x")]] * 501, "501 widgets; allowed: 500"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_dashboard_that_cloudwatch_would_refuse_is_refused_before(rows: Any, said: str) -> None:
    with pytest.raises(DashboardError, match=said):
        placed(rows)


def test_rows_lie_under_the_tallest_of_the_row_above() -> None:
    tall = Graph(title="tall", series=[LINE], height=9)
    low = Graph(title="low", series=[LINE], height=2)
    assert [(one.x, one.y) for one in placed([[low, tall], [low]])] == [(0, 0), (8, 0), (0, 9)]
