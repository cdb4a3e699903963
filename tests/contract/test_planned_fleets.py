"""AWS's own API models and moto take fleets of every kind."""

import json
from collections.abc import Iterator

import pytest

from fleets.act import carry_out
from fleets.commands import Decision, Resize, Resume, Suspend
from fleets.observe import observe_fleets
from fleets.parameters import ALARMS, SCHEDULES, ZERO, Parameters
from pipeline_job.answer import Continue
from pipeline_job.clients import Clients
from pipeline_job.memory import Memory
from tests.contract.account import Account, accounts
from tests.contract.aws_model import problems
from tests.contract.wire import created, requests, subject_of
from tests.unit.every_fleet import every_fleet


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    """An account that has them all; a test that changes a fleet changes those of desk."""
    with accounts("dev", plans={"dev": every_fleet()}) as stacks:
        yield stacks["dev"]


def test_aws_takes_every_request() -> None:
    plan = every_fleet()
    made = [request for resource in created(plan) for request in requests(subject_of(plan, resource))]
    assert [problem for request in made for problem in problems(request)] == []


def test_an_account_keeps_each_fleet_at_its_measures_and_the_idle_one_as_it_is(account: Account) -> None:
    scaling = account.client("autoscaling")
    for name in ("shop-dev-blue", "shop-dev-green", "web-dev"):
        policies = scaling.describe_policies(AutoScalingGroupName=name)["ScalingPolicies"]
        assert sorted(one["PolicyName"] for one in policies) == [f"{name}-cpu", f"{name}-requests"]
        due = scaling.describe_scheduled_actions(AutoScalingGroupName=name)["ScheduledUpdateGroupActions"]
        bounds = {one["ScheduledActionName"]: (one["MinSize"], one.get("MaxSize")) for one in due}
        assert bounds == {f"{name}-night": (2, None), f"{name}-office": (4, None)}
    groups = {one["AutoScalingGroupName"]: one for one in scaling.describe_auto_scaling_groups()["AutoScalingGroups"]}
    suspended = {
        name: sorted(each["ProcessName"] for each in groups[name]["SuspendedProcesses"])
        for name in ("shop-dev-blue", "shop-dev-green", "web-dev", "kiosk-dev")
    }
    assert suspended == {"shop-dev-blue": [], "shop-dev-green": [ALARMS, SCHEDULES], "web-dev": [], "kiosk-dev": []}
    mixed = groups["shop-dev-blue"]["MixedInstancesPolicy"]
    kinds = [one["InstanceType"] for one in mixed["LaunchTemplate"]["Overrides"]]
    assert kinds == ["m7g.large", "m6g.large", "c7g.xlarge"]


def test_an_account_has_the_rule_of_a_listener_that_others_own(account: Account) -> None:
    elbv2 = account.client("elbv2")
    balancers = {one["LoadBalancerName"]: one for one in elbv2.describe_load_balancers()["LoadBalancers"]}
    assert "desk-dev" not in balancers
    shared = balancers["shared"]["LoadBalancerArn"]
    (listener,) = elbv2.describe_listeners(LoadBalancerArn=shared)["Listeners"]
    rules = elbv2.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
    (rule,) = [one for one in rules if one["Priority"] == "120"]
    assert sorted(one["Field"] for one in rule["Conditions"]) == ["host-header", "path-pattern"]
    assert "targetgroup/desk-dev/" in rule["Actions"][0]["TargetGroupArn"]


def test_the_functions_hold_let_go_and_empty_the_fleets_of_an_account(account: Account) -> None:
    function = every_fleet().one("aws:lambda/function:Function", name="desk-dev-shift-traffic")
    told = function.inputs["environment"]["variables"]["PARAMETERS"]
    parameters = Parameters.parse(json.dumps({"execution": "1234"}), fixed=told)
    clients = Clients(make=account.client)
    blue, green = parameters.fleets
    both = (ALARMS, SCHEDULES)
    commands = (
        Suspend(fleet=blue, processes=both),
        Suspend(fleet=green, processes=both),
        Resize(fleet=blue, capacity=ZERO),
        Resume(fleet=green, processes=(SCHEDULES,)),
    )
    answer = Continue(memory=Memory(attempt="1234", since=0), summary="")
    carry_out(Decision(commands=commands, answer=answer), clients=clients)
    fleets = observe_fleets(parameters, clients=clients)
    assert [sorted(fleets[name].suspended) for name in (blue, green)] == [[ALARMS, SCHEDULES], [ALARMS]]
    assert fleets[blue].stopped


def test_an_account_has_groups_of_workers_that_control_no_traffic_beside_the_main_one(account: Account) -> None:
    deploying = account.client("codedeploy")
    told = deploying.list_deployment_groups(applicationName="shop-dev")["deploymentGroups"]
    assert sorted(told) == ["shop-dev", "shop-dev-mails", "shop-dev-reports"]
    group = deploying.get_deployment_group(applicationName="shop-dev", deploymentGroupName="shop-dev-reports")
    style = group["deploymentGroupInfo"]["deploymentStyle"]
    assert style == {"deploymentType": "IN_PLACE", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL"}
    fleets = account.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=["shop-dev-reports"])
    (fleet,) = fleets["AutoScalingGroups"]
    assert (fleet["DesiredCapacity"], fleet.get("TargetGroupARNs", [])) == (2, [])
