"""AWS's models take what watches an application, in each way in which a stack file may ask for it."""

import json

import boto3
from moto import mock_aws

from tests.contract.aws_model import problems
from tests.contract.wire import requests, subject_of
from tests.unit.planning import Planned, planned
from tests.unit.test_dashboards import DASHBOARD
from tests.unit.test_watching import ALARM, learning


def asked(plan: Planned, *types: str) -> list[str]:
    """What AWS would object to in the resources of these types."""
    found = [one for type_token in types for one in plan.of(type_token)]
    assert found
    return [problem for one in found for request in requests(subject_of(plan, one)) for problem in problems(request)]


def test_an_alarm_that_goes_by_what_cloudwatch_has_learned_is_taken() -> None:
    assert asked(planned("prod", learning), ALARM) == []


def test_dashboards_are_taken_and_kept_as_they_are_meant() -> None:
    plan = planned("prod")
    assert asked(plan, DASHBOARD) == []
    with mock_aws():
        client = boto3.client("cloudwatch", region_name="eu-west-1")
        for page in plan.of(DASHBOARD):
            client.put_dashboard(DashboardName=page.inputs["dashboardName"], DashboardBody=page.inputs["dashboardBody"])
            kept = client.get_dashboard(DashboardName=page.inputs["dashboardName"])["DashboardBody"]
            assert json.loads(kept) == page.json("dashboardBody")
