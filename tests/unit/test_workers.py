"""Groups beside the main one: fleets that take no traffic and get the same bundle in the same stage."""

import base64
import json
from typing import Any

import pytest

from tests.unit.every_fleet import every_fleet
from tests.unit.planning import Config, Planned, planned
from tests.unit.planning_mocks import Resource
from tests.unit.roads import actions_of, pipeline_of
from tests.unit.roles import roles_of

GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"
FLEET = "aws:autoscaling/group:Group"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
REPORTS = "storefront-prod-reports"


def reports(config: Config) -> None:
    config["delivery:applications"]["storefront"]["deploy"]["workers"] = {"reports": {}}


def prod() -> Planned:
    return planned("prod", reports)


def group_of(name: str) -> Resource:
    return every_fleet().one(GROUP, deploymentGroupName=name)


def alarms_of(group: Resource) -> list[str]:
    assert group.inputs["alarmConfiguration"]["enabled"] is True
    return list(group.inputs["alarmConfiguration"]["alarms"])


def parameters_of(plan: Planned, function: str) -> Any:
    made = plan.one("aws:lambda/function:Function", name=f"storefront-prod-{function}")
    return json.loads(made.inputs["environment"]["variables"]["PARAMETERS"])


@pytest.mark.parametrize(("application", "worker"), [("shop", "reports"), ("shop", "mails"), ("web", "mails")])
def test_workers_are_a_group_of_the_same_application_with_a_fleet_and_a_role_of_their_own(
    application: str, worker: str
) -> None:
    name = f"{application}-dev-{worker}"
    group = group_of(name)
    assert group.inputs["appName"] == f"{application}-dev"
    assert len(every_fleet().of("aws:codedeploy/application:Application", name=f"{application}-dev")) == 1
    assert group.inputs["autoscalingGroups"] == [name]
    assert group.inputs["serviceRoleArn"] == every_fleet().one("aws:iam/role:Role", name=f"{name}-codedeploy").arn


def test_workers_take_no_traffic_and_nobody_reaches_them() -> None:
    plan = every_fleet()
    group = group_of("shop-dev-reports")
    style = {"deploymentType": "IN_PLACE", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL"}
    assert group.inputs["deploymentStyle"] == style
    assert "loadBalancerInfo" not in group.inputs
    assert plan.one(FLEET, name="shop-dev-reports").inputs.get("targetGroupArns", []) == []
    behind = plan.one("aws:ec2/securityGroup:SecurityGroup", name="shop-dev-reports-instances").inputs
    assert behind["ingress"] == []
    assert [one["toPort"] for one in behind["egress"]] == [443]
    role = roles_of(plan)["shop-dev-reports-codedeploy"]
    assert [action for action in role.actions if action.startswith("elasticloadbalancing:")] == []
    assert role.resources_of("autoscaling:UpdateAutoScalingGroup") == {
        "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:*:autoScalingGroupName/shop-dev-reports"
    }


def test_between_two_fleets_workers_come_after_the_main_group_is_verified() -> None:
    (deploy,) = [one for one in pipeline_of(prod()).inputs["stages"] if one["name"] == "Deploy"]
    order = sorted((one["runOrder"], one["name"]) for one in deploy["actions"])
    assert order == [(1, "ShiftTraffic"), (2, "VerifyRelease"), (3, "Workers-reports")]
    assert deploy["onFailure"]["result"] == "ROLLBACK"
    (action,) = [one for one in deploy["actions"] if one["name"] == "Workers-reports"]
    assert action["configuration"]["FunctionName"] == "storefront-prod-deploy-in-place"
    assert json.loads(action["configuration"]["UserParameters"])["deploymentGroup"] == REPORTS
    shift = next(one for one in deploy["actions"] if one["name"] == "ShiftTraffic")
    assert action["inputArtifacts"] == shift["inputArtifacts"], "the bundle that the main fleet gets"


def test_in_place_workers_come_after_the_main_group() -> None:
    deploy = [one.declaration for one in actions_of(planned("dev", reports)) if one.stage == "Deploy"]
    assert sorted((one["runOrder"], one["name"]) for one in deploy) == [(1, "CodeDeploy"), (2, "Workers-reports")]


def test_only_its_function_deploys_to_a_group_of_workers_and_to_no_other() -> None:
    roles = roles_of(prod())
    assert roles["storefront-prod-pipeline"].resources_of("codedeploy:CreateDeployment") == set()
    groups = "arn:aws:codedeploy:eu-west-1:444455556666:deploymentgroup:storefront-prod"
    may = {name: role.resources_of("codedeploy:CreateDeployment") for name, role in roles.items()}
    assert {name: found for name, found in may.items() if f"{groups}/{REPORTS}" in found} == {
        "storefront-prod-deploy-in-place": {f"{groups}/{REPORTS}"}
    }


def test_an_instance_that_goes_hands_back_what_it_works_on() -> None:
    assert group_of("shop-dev-reports").inputs["terminationHookEnabled"] is True


def test_an_alarm_of_workers_stops_their_deployment_and_refuses_the_release_when_they_have_it() -> None:
    plan = prod()
    workers = plan.one(GROUP, deploymentGroupName=REPORTS)
    assert alarms_of(workers) == [f"{REPORTS}-status"]
    assert f"{REPORTS}-status" not in alarms_of(plan.one(GROUP, deploymentGroupName="storefront-prod"))
    told = {name: parameters_of(plan, name) for name in ("verify-release", "deploy-in-place")}
    assert f"{REPORTS}-status" not in told["verify-release"]["alarms"]
    # A deployment makes processors busy by itself.
    assert told["deploy-in-place"]["alarms"] == {REPORTS: [f"{REPORTS}-status"]}
    assert told["deploy-in-place"]["watchMinutes"] == told["verify-release"]["watchMinutes"] > 0


def test_each_group_of_workers_has_alarms_of_its_own_instances_and_they_are_on_the_dashboard() -> None:
    plan = prod()
    for label, metric in (("status", "StatusCheckFailed"), ("cpu", "CPUUtilization")):
        alarm = plan.one(ALARM, name=f"{REPORTS}-{label}").inputs
        assert (alarm["namespace"], alarm["metricName"]) == ("AWS/EC2", metric)
        assert alarm["dimensions"] == {"AutoScalingGroupName": REPORTS}
    (board,) = [
        one.inputs["dashboardBody"]
        for one in plan.of("aws:cloudwatch/dashboard:Dashboard")
        if one.inputs["dashboardName"] == "storefront-prod"
    ]
    assert f"{REPORTS}-status" in board
    assert '"StatusCheckFailed"' in board


def test_workers_scale_by_their_processors_and_by_the_clock_and_are_refreshed() -> None:
    plan = every_fleet()
    policies = plan.of("aws:autoscaling/policy:Policy", autoscalingGroupName="shop-dev-reports")
    assert [one.inputs["name"] for one in policies] == ["shop-dev-reports-cpu"]
    due = plan.of("aws:autoscaling/schedule:Schedule", autoscalingGroupName="shop-dev-reports")
    assert sorted(one.inputs["scheduledActionName"] for one in due) == [
        "shop-dev-reports-night",
        "shop-dev-reports-office",
    ]
    fleet = plan.one(FLEET, name="shop-dev-reports")
    assert fleet.inputs["instanceRefresh"]["preferences"]["minHealthyPercentage"] == 100
    mixed = fleet.inputs["mixedInstancesPolicy"]["launchTemplate"]
    assert [one["instanceType"] for one in mixed["overrides"]] == ["c7g.large", "m7g.large"]
    assert set(fleet.ignore_changes) == {"desiredCapacity", "minSize"}


def test_a_worker_knows_its_group_and_an_instance_of_the_main_fleet_has_the_script_it_had() -> None:
    def boot(plan: Planned, name: str) -> str:
        template: Any = plan.one("aws:ec2/launchTemplate:LaunchTemplate", name=name).inputs
        return base64.b64decode(template["userData"]).decode()

    assert "HEALTH_PATH=/health\nWORKER=reports\nENVIRONMENT\n" in boot(prod(), REPORTS)
    assert boot(prod(), "storefront-prod") == boot(planned("prod"), "storefront-prod")


def test_the_stack_tells_the_groups_of_workers_and_commands_that_there_are_some() -> None:
    told = prod().outputs["applications"]["storefront"]
    assert told["workers"] == {"reports": REPORTS}
    assert told["operations"]["workers"]["reports"]["deploymentGroup"] == REPORTS
    assert "workers" not in planned("prod").outputs["applications"]["storefront"]["operations"]
