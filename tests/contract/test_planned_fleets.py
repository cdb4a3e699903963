"""AWS's own API models and moto take fleets of every kind."""

from tests.contract.account import accounts
from tests.contract.aws_model import problems
from tests.contract.wire import created, requests, subject_of
from tests.unit.every_fleet import every_fleet


def test_aws_takes_every_request() -> None:
    plan = every_fleet()
    made = [request for resource in created(plan) for request in requests(subject_of(plan, resource))]
    assert [problem for request in made for problem in problems(request)] == []


def test_an_account_keeps_each_fleet_at_its_measures_and_the_idle_one_as_it_is() -> None:
    with accounts("dev", plans={"dev": every_fleet()}) as stacks:
        scaling = stacks["dev"].client("autoscaling")
        for name in ("shop-dev-blue", "shop-dev-green", "web-dev"):
            policies = scaling.describe_policies(AutoScalingGroupName=name)["ScalingPolicies"]
            assert sorted(one["PolicyName"] for one in policies) == [f"{name}-cpu", f"{name}-requests"]
            due = scaling.describe_scheduled_actions(AutoScalingGroupName=name)["ScheduledUpdateGroupActions"]
            bounds = {one["ScheduledActionName"]: (one["MinSize"], one.get("MaxSize")) for one in due}
            assert bounds == {f"{name}-night": (2, None), f"{name}-office": (4, None)}
        groups = scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
        suspended = {
            one["AutoScalingGroupName"]: sorted(each["ProcessName"] for each in one["SuspendedProcesses"])
            for one in groups
        }
        assert suspended == {
            "desk-dev-blue": [],
            "desk-dev-green": [],
            "kiosk-dev": [],
            "shop-dev-blue": [],
            "shop-dev-green": ["AlarmNotification", "ScheduledActions"],
            "web-dev": [],
        }
        mixed = {one["AutoScalingGroupName"]: one for one in groups}["shop-dev-blue"]["MixedInstancesPolicy"]
        assert [one["InstanceType"] for one in mixed["LaunchTemplate"]["Overrides"]] == [
            "m7g.large",
            "m6g.large",
            "c7g.xlarge",
        ]


def test_an_account_has_the_rule_of_a_listener_that_others_own() -> None:
    with accounts("dev", plans={"dev": every_fleet()}) as stacks:
        elbv2 = stacks["dev"].client("elbv2")
        balancers = {one["LoadBalancerName"]: one for one in elbv2.describe_load_balancers()["LoadBalancers"]}
        assert "desk-dev" not in balancers
        shared = balancers["shared"]["LoadBalancerArn"]
        (listener,) = elbv2.describe_listeners(LoadBalancerArn=shared)["Listeners"]
        rules = elbv2.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
        (rule,) = [one for one in rules if one["Priority"] == "120"]
        assert sorted(one["Field"] for one in rule["Conditions"]) == ["host-header", "path-pattern"]
        assert "targetgroup/desk-dev/" in rule["Actions"][0]["TargetGroupArn"]
