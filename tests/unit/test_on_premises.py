"""Applications on machines on premises: what the stack has of them, and who may do what."""

import json
from typing import Any

import pytest

from tests.unit.every_machine import LINUX, WINDOWS, machines
from tests.unit.every_machine import every_machine as plan
from tests.unit.planning import planned
from tests.unit.roads import action_of, stages_of
from tests.unit.roles import roles_of
from tests.unit.settings.stack_file import config_of, said

GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"
HERE = "eu-west-1:111122223333"


def test_a_group_deploys_in_place_to_the_machines_with_its_tag_and_to_nothing_of_ec2() -> None:
    group = plan().one(GROUP, deploymentGroupName="tills-dev").inputs
    assert group["onPremisesInstanceTagFilters"] == [{"key": "Delivery", "value": "tills-dev", "type": "KEY_AND_VALUE"}]
    assert group["deploymentStyle"] == {
        "deploymentType": "IN_PLACE",
        "deploymentOption": "WITHOUT_TRAFFIC_CONTROL",
    }
    assert group["deploymentConfigName"] == "CodeDeployDefault.HalfAtATime"
    assert not {"autoscalingGroups", "ec2TagFilters", "loadBalancerInfo", "blueGreenDeploymentConfig"} & set(group)


def test_a_failed_or_alarmed_deployment_is_rolled_back() -> None:
    group = plan().one(GROUP, deploymentGroupName="tills-dev").inputs
    assert group["alarmConfiguration"]["alarms"] == ["tills-dev-missing", "till-queue-too-long"]
    assert group["autoRollbackConfiguration"]["enabled"] is True
    assert {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"} <= set(group["autoRollbackConfiguration"]["events"])


@pytest.mark.parametrize(("application", "threshold"), [("tills", 1), ("kiosks", 0)])
def test_the_alarm_rings_for_a_silent_machine_and_for_a_silent_watch(application: str, threshold: int) -> None:
    alarm = plan().one("aws:cloudwatch/metricAlarm:MetricAlarm", name=f"{application}-dev-missing").inputs
    assert (alarm["comparisonOperator"], alarm["threshold"]) == ("GreaterThanThreshold", threshold)
    assert alarm["treatMissingData"] == "breaching"
    parameters = json.loads(watch_of(application)["environment"]["variables"]["PARAMETERS"])
    # What is counted is what the alarm looks at.
    assert alarm["namespace"] == parameters["namespace"]
    assert alarm["dimensions"] == {"Application": parameters["application"]}


def watch_of(application: str) -> dict[str, Any]:
    """The function that watches its machines."""
    return dict(plan().one("aws:lambda/function:Function", name=f"{application}-dev-watch-machines").inputs)


def test_the_watch_knows_the_role_of_the_machines_and_the_tag_of_the_group() -> None:
    parameters = json.loads(watch_of("tills")["environment"]["variables"]["PARAMETERS"])
    role = plan().one("aws:iam/role:Role", name=parameters["role"])
    assert parameters["sessions"] == role.arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")
    (wanted,) = plan().one(GROUP, deploymentGroupName="tills-dev").inputs["onPremisesInstanceTagFilters"]
    assert (parameters["tag"], parameters["application"]) == (wanted["key"], wanted["value"])
    assert parameters["tags"] == {"Site": "Delft"}


def test_the_watch_comes_every_five_minutes() -> None:
    rule = plan().one("aws:cloudwatch/eventRule:EventRule", name="tills-dev-watch-machines-visit").inputs
    assert rule["scheduleExpression"] == "rate(5 minutes)"
    assert "eventPattern" not in rule


def test_a_machine_fetches_bundles_and_can_neither_register_nor_tag_itself() -> None:
    machine = roles_of(plan())["tills-dev-machine"]
    assert machine.service == "ssm.amazonaws.com"
    assert machine.managed == ("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",)
    assert machine.actions == {
        "kms:Decrypt",
        "kms:DescribeKey",
        "s3:GetBucketLocation",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
    }


def test_the_watch_registers_machines_of_systems_manager_and_nothing_else() -> None:
    watch = roles_of(plan())["tills-dev-watch-machines"]
    for action in ("Register", "Deregister"):
        assert watch.resources_of(f"codedeploy:{action}OnPremisesInstance") == {
            f"arn:aws:codedeploy:{HERE}:instance:mi-*"
        }
    (put,) = [one for one in watch.statements if "cloudwatch:PutMetricData" in one["Action"]]
    assert put["Condition"] == {"StringEquals": {"cloudwatch:namespace": "Delivery/OnPremises"}}


def test_codedeploy_may_touch_no_instance_and_no_fleet() -> None:
    services = {action.split(":")[0] for action in roles_of(plan())["tills-dev-codedeploy"].actions}
    assert services == {"cloudwatch"}


def test_the_pipeline_deploys_by_codedeploys_own_action_and_proves_it_afterwards() -> None:
    action = action_of(plan(), "CodeDeploy", "tills")
    assert action.configuration == {"ApplicationName": "tills-dev", "DeploymentGroupName": "tills-dev"}
    assert [stage for stage, _ in stages_of(plan(), "tills")] == ["Source", "Build", "Deploy", "TestDeployed"]


def test_no_activation_is_made_so_that_no_code_lies_in_the_state() -> None:
    assert plan().of("aws:ssm/activation:Activation") == []


def test_production_has_the_same_protected() -> None:
    prod = planned("prod", lambda config: config["delivery:applications"]["storefront"].update(deploy=dict(WINDOWS)))
    group = prod.one(GROUP)
    assert group.protect
    assert group.inputs["deploymentConfigName"] == "CodeDeployDefault.OneAtATime"


PLACE = "applications.tills.deploy"
DEBIAN = LINUX["agents"]["debian"]
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "blue/green": ({"strategy": "blue-green"}, f'{PLACE}.strategy: given "blue-green"; allowed: in-place'),
    "canary": ({"strategy": "canary"}, f'{PLACE}.strategy: given "canary"; allowed: in-place'),
    "a fleet": ({"fleet": {}}, f"{PLACE}.fleet: unknown key"),
    "no agents": ({"agents": {}}, f"{PLACE}.agents: given an empty mapping; allowed: at least 1 system"),
    "a system without a script": (
        {"agents": {"solaris": DEBIAN}},
        f"{PLACE}.agents.solaris: given a mapping of codeDeploy, systemsManager; allowed: debian, red-hat, windows",
    ),
    "a package of another system": (
        {"agents": {"windows": DEBIAN}},
        f"{PLACE}.agents.windows: given a mapping of codeDeploy, systemsManager; allowed: a .msi for windows",
    ),
    "an agent that changes": (
        {"agents": {"debian": {**DEBIAN, "codeDeploy": {"package": "latest/install", "sha256": "0" * 64}}}},
        f'{PLACE}.agents.debian.codeDeploy.package: given "latest/install"; allowed: a file of releases/',
    ),
    "a tool that changes": (
        {
            "agents": {
                "debian": {
                    **DEBIAN,
                    "systemsManager": {"tool": "latest/debian_amd64/ssm-setup-cli", "sha256": "0" * 64},
                }
            }
        },
        f"{PLACE}.agents.debian.systemsManager.tool: given ",
    ),
    "half a digest": (
        {"agents": {"debian": {**DEBIAN, "codeDeploy": {**DEBIAN["codeDeploy"], "sha256": "abc"}}}},
        f'{PLACE}.agents.debian.codeDeploy.sha256: given "abc"; allowed: 64 hexadecimal digits',
    ),
    "our own tag": ({"tags": {"Delivery": "other"}}, f"{PLACE}.tags: given a mapping of Delivery; allowed: at most 9"),
    "an activation of a year": (
        {"registration": {"days": 365}},
        f"{PLACE}.registration.days: given 365; allowed: 1 to 30",
    ),
    "a suite that reaches nothing": ({"url": None}, "applications.tills.suites.e2e.after"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_machines_on_premises_do_not_have_is_refused_with_what_they_have(case: str) -> None:
    changes, message = REFUSED[case]
    config = config_of("dev")
    machines(config)
    deploy = {**LINUX, **changes}
    config["delivery:applications"]["tills"]["deploy"] = {key: one for key, one in deploy.items() if one is not None}
    lines = said(config, stack="dev")
    assert any(line.startswith(message) for line in lines), lines
