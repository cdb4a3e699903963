"""How a version gets onto the machines, and what brings the old one back."""

import json
from typing import Any

import pytest

from settings.tiers import DEFAULTS, Tier
from tests.unit.planning import STACKS, Config, Planned, planned
from tests.unit.planning_mocks import Resource
from tests.unit.roads import actions_of
from tests.unit.roles import roles_of

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
STOPPING = ("http-5xx", "balancer-5xx", "latency", "unhealthy")
FUNCTION = "aws:lambda/function:Function"
GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"
TIERS = {"dev": Tier.DEVELOPMENT, "staging": Tier.STAGING, "prod": Tier.PRODUCTION}


def group_of(plan: Planned) -> Resource:
    return plan.one(GROUP)


def parameters(plan: Planned, function: str) -> Any:
    variables = plan.one(FUNCTION, name=f"storefront-{plan.stack}-{function}").inputs["environment"]["variables"]
    return json.loads(variables["PARAMETERS"])


@pytest.mark.parametrize("stack", STACKS)
def test_codedeploy_takes_each_instance_out_of_traffic_and_back(stack: str) -> None:
    plan = planned(stack)
    group = group_of(plan).inputs
    assert plan.one("aws:codedeploy/application:Application").inputs["computePlatform"] == "Server"
    assert group["appName"] == group["deploymentGroupName"] == f"storefront-{stack}"
    kind = "IN_PLACE" if stack == "dev" else "BLUE_GREEN"
    assert group["deploymentStyle"] == {"deploymentType": kind, "deploymentOption": "WITH_TRAFFIC_CONTROL"}
    # By name: CodeDeploy refuses an ARN here.
    targets = plan.one("aws:lb/targetGroup:TargetGroup").inputs["name"]
    assert group["loadBalancerInfo"] == {"targetGroupInfos": [{"name": targets}]}
    assert group["serviceRoleArn"] == plan.one("aws:iam/role:Role", name=f"storefront-{stack}-codedeploy").arn
    assert group["deploymentConfigName"] == DEFAULTS[TIERS[stack]].deployment_config.value


def test_in_place_the_one_fleet_is_deployed_to_where_it_stands() -> None:
    group = group_of(planned("dev"))
    assert group.inputs["autoscalingGroups"] == ["storefront-dev"]
    assert "blueGreenDeploymentConfig" not in group.inputs
    assert group.ignore_changes == ()
    actions = actions_of(planned("dev"))
    assert [one.name for one in actions if one.provider == "Invoke/Lambda"] == []


@pytest.mark.parametrize("stack", ["staging", "prod"])
def test_blue_green_no_deployment_makes_or_deletes_a_fleet(stack: str) -> None:
    group = group_of(planned(stack))
    assert group.inputs["blueGreenDeploymentConfig"] == {
        "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
        "greenFleetProvisioningOption": {"action": "DISCOVER_EXISTING"},
        "terminateBlueInstancesOnDeploymentSuccess": {"action": "KEEP_ALIVE"},
    }
    assert group.inputs["autoscalingGroups"] == [f"storefront-{stack}-blue"]
    # CodeDeploy binds the group to whichever fleet serves.
    assert group.ignore_changes == ("autoscalingGroups",)
    making = {"autoscaling:CreateAutoScalingGroup", "autoscaling:DeleteAutoScalingGroup"}
    for role in roles_of(planned(stack)).values():
        assert role.actions & making == set()


@pytest.mark.parametrize("stack", STACKS)
def test_a_failure_or_an_alarm_brings_the_old_version_back(stack: str) -> None:
    plan = planned(stack)
    group = group_of(plan).inputs
    assert group["autoRollbackConfiguration"] == {
        "enabled": True,
        "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
    }
    alarms = group["alarmConfiguration"]
    assert (alarms["enabled"], alarms["ignorePollAlarmFailure"]) == (True, False)
    canary = {"canary"} if stack == "prod" else set()
    assert set(alarms["alarms"]) == {f"storefront-{stack}-{one}" for one in {*STOPPING, *canary}}
    assert set(alarms["alarms"]) < plan.physical_names(ALARM)


@pytest.mark.parametrize("stack", STACKS)
def test_codedeploy_touches_only_the_fleets_of_its_application(stack: str) -> None:
    plan = planned(stack)
    codedeploy = roles_of(plan)[f"storefront-{stack}-codedeploy"]
    names = plan.physical_names("aws:autoscaling/group:Group")
    fleets = {f"autoScalingGroup:*:autoScalingGroupName/{name}" for name in names}
    for action in ("UpdateAutoScalingGroup", "PutLifecycleHook", "CompleteLifecycleAction", "SuspendProcesses"):
        resources = codedeploy.resources_of(f"autoscaling:{action}")
        assert {one.split(":", 5)[5] for one in resources} == fleets
    (targets,) = codedeploy.resources_of("elasticloadbalancing:RegisterTargets")
    assert plan.one("aws:lb/targetGroup:TargetGroup").arn.startswith(targets.removesuffix("*"))


@pytest.mark.parametrize("stack", STACKS)
def test_errors_slowness_and_dead_targets_ring_in_their_own_units(stack: str) -> None:
    plan = planned(stack)
    tier = DEFAULTS[TIERS[stack]]
    measured = {
        alarm.inputs["metricName"]: (
            alarm.inputs.get("statistic") or alarm.inputs["extendedStatistic"],
            alarm.inputs["period"],
            alarm.inputs["evaluationPeriods"],
            alarm.inputs["threshold"],
        )
        for alarm in plan.of(ALARM)
        if alarm.name.rsplit("storefront-alarms-", 1)[-1] in STOPPING
    }
    # Periods are seconds; the response time of a target is measured in seconds too.
    assert measured == {
        "HTTPCode_Target_5XX_Count": ("Sum", 60, 1, tier.alarm_http5xx_count),
        "HTTPCode_ELB_5XX_Count": ("Sum", 60, 1, tier.alarm_http5xx_count),
        "TargetResponseTime": ("p95", 60, 2, tier.alarm_latency_seconds),
        "UnHealthyHostCount": ("Maximum", 60, 3, tier.alarm_unhealthy_hosts),
    }


@pytest.mark.parametrize("stack", STACKS)
def test_alarms_watch_the_applications_load_balancer_and_no_traffic_is_no_alarm(stack: str) -> None:
    plan = planned(stack)
    balancer = plan.one("aws:lb/loadBalancer:LoadBalancer").outputs["arnSuffix"]
    targets = plan.one("aws:lb/targetGroup:TargetGroup").outputs["arnSuffix"]
    topic = plan.one("aws:sns/topic:Topic", name=f"delivery-{stack}-events").arn
    whole = {"HTTPCode_ELB_5XX_Count", "RejectedConnectionCount"}
    for alarm in plan.of(ALARM, namespace="AWS/ApplicationELB"):
        own = {} if alarm.inputs["metricName"] in whole else {"TargetGroup": targets}
        assert alarm.inputs["dimensions"] == {"LoadBalancer": balancer, **own}
        assert alarm.inputs["comparisonOperator"] == "GreaterThanThreshold"
        assert alarm.inputs["treatMissingData"] == "notBreaching"
        assert alarm.inputs["alarmActions"] == [topic]


@pytest.mark.parametrize("stack", ["staging", "prod"])
@pytest.mark.parametrize("function", ["shift-traffic", "verify-release", "retire-fleet"])
def test_a_function_is_told_what_it_works_on_and_all_of_it_is_planned(stack: str, function: str) -> None:
    plan = planned(stack)
    tier = DEFAULTS[TIERS[stack]]
    told = parameters(plan, function)
    blue, green = told["fleets"]
    assert (blue, green) == (f"storefront-{stack}-blue", f"storefront-{stack}-green")
    assert {blue, green} == plan.physical_names("aws:autoscaling/group:Group")
    assert told["application"] == group_of(plan).inputs["appName"]
    assert told["deploymentGroup"] == group_of(plan).inputs["deploymentGroupName"]
    assert told["targetGroupArn"] == plan.one("aws:lb/targetGroup:TargetGroup").arn
    assert told["alarms"] == group_of(plan).inputs["alarmConfiguration"]["alarms"]
    assert told["size"] == {"min": tier.fleet_min, "desired": tier.fleet_desired, "max": tier.fleet_max}
    assert told["bakeMinutes"] == tier.bake_minutes


@pytest.mark.parametrize("stack", ["staging", "prod"])
def test_a_function_carries_its_own_code_and_what_it_shares_and_writes_to_its_own_log(stack: str) -> None:
    plan = planned(stack)
    for package in ("shift_traffic", "verify_release", "retire_fleet"):
        name = f"storefront-{stack}-{package.replace('_', '-')}"
        function = plan.one(FUNCTION, name=name).inputs
        assert function["handler"] == f"{package}.handler.handle"
        files = set(function["code"].assets)
        assert {file.split("/")[0] for file in files} == {package, "pipeline_job", "deployments", "fleets"}
        assert f"{package}/handler.py" in files
        assert {file.rsplit(".", 1)[-1] for file in files} == {"py"}
        logs = plan.one("aws:cloudwatch/logGroup:LogGroup", name=f"/aws/lambda/{name}")
        assert function["loggingConfig"]["logGroup"] == logs.inputs["name"]
        role = roles_of(plan)[name]
        assert function["role"] == plan.one("aws:iam/role:Role", name=name).arn
        assert role.resources_of("logs:PutLogEvents") == {logs.arn, f"{logs.arn}:*"}


def test_a_stack_file_decides_thresholds_sizes_and_the_time_to_bake() -> None:
    def tuned(config: Config) -> None:
        config["delivery:applications"]["storefront"]["deploy"] |= {
            "alarms": {
                "http5xxCount": 25,
                "latencySeconds": 0.4,
                "unhealthyHosts": 1,
                "rejectedConnections": 7,
                "busyPercent": 60,
            },
            "fleet": {"size": {"min": 3, "desired": 4, "max": 8}, "volumeGib": 40, "instanceType": "m7i.large"},
            "deploymentConfig": "CodeDeployDefault.AllAtOnce",
            "bakeMinutes": 15,
        }

    staging = planned("staging", tuned)
    assert {one.inputs["metricName"]: one.inputs["threshold"] for one in staging.of(ALARM)} == {
        "HTTPCode_Target_5XX_Count": 25,
        "HTTPCode_ELB_5XX_Count": 25,
        "TargetResponseTime": 0.4,
        "UnHealthyHostCount": 1,
        "RejectedConnectionCount": 7,
        "CPUUtilization": 60,
    }
    assert parameters(staging, "retire-fleet")["bakeMinutes"] == 15
    assert parameters(staging, "shift-traffic")["size"] == {"min": 3, "desired": 4, "max": 8}
    blue = staging.one("aws:autoscaling/group:Group", name="storefront-staging-blue").inputs
    assert (blue["minSize"], blue["desiredCapacity"], blue["maxSize"]) == (3, 4, 8)
    template = staging.one("aws:ec2/launchTemplate:LaunchTemplate").inputs
    assert template["instanceType"] == "m7i.large"
    assert template["blockDeviceMappings"][0]["ebs"]["volumeSize"] == 40
    assert group_of(staging).inputs["deploymentConfigName"] == "CodeDeployDefault.AllAtOnce"
    shift = roles_of(staging)["storefront-staging-shift-traffic"]
    (resource,) = shift.resources_of("codedeploy:GetDeploymentConfig")
    assert resource.endswith(":deploymentconfig:CodeDeployDefault.AllAtOnce")
