"""The machines: private, patched at launch, reachable by Session Manager only, and empty where they are idle."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from settings.tiers import DEFAULTS, Tier
from tests.unit.planning import STACKS, Config, planned
from tests.unit.planning_mocks import Resource
from tests.unit.roles import roles_of
from tests.unit.settings.stack_file import config_of, said

GROUP = "aws:autoscaling/group:Group"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
LISTENER = "aws:lb/listener:Listener"
TARGETS = "aws:lb/targetGroup:TargetGroup"
SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
TIERS = {"dev": Tier.DEVELOPMENT, "staging": Tier.STAGING, "prod": Tier.PRODUCTION}
CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"


def template(stack: str) -> Any:
    return planned(stack).one(TEMPLATE).inputs


def sizes(group: Resource) -> tuple[int, int, int]:
    return group.inputs["minSize"], group.inputs["desiredCapacity"], group.inputs["maxSize"]


@pytest.mark.parametrize("stack", STACKS)
def test_instances_answer_metadata_only_to_their_own_processes(stack: str) -> None:
    assert template(stack)["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }


@pytest.mark.parametrize("stack", STACKS)
def test_every_volume_is_encrypted_and_goes_with_its_instance(stack: str) -> None:
    (volume,) = template(stack)["blockDeviceMappings"]
    assert volume["deviceName"] == "/dev/xvda"
    assert volume["ebs"] == {"encrypted": "true", "volumeSize": 16, "volumeType": "gp3", "deleteOnTermination": "true"}


@pytest.mark.parametrize("stack", STACKS)
def test_nobody_logs_in_with_a_key_pair_and_no_instance_is_public(stack: str) -> None:
    assert "keyName" not in template(stack)
    assert "networkInterfaces" not in template(stack)
    plan = planned(stack)
    private = {
        one.outputs["arn"].rsplit("/", 1)[-1] for one in plan.of("aws:ec2/subnet:Subnet") if "-private-" in one.name
    }
    assert private
    for group in plan.of(GROUP):
        assert set(group.inputs["vpcZoneIdentifiers"]) == private
    assert [one.name for one in plan.of("aws:ec2/subnet:Subnet") if one.inputs["mapPublicIpOnLaunch"]] == []


@pytest.mark.parametrize("stack", STACKS)
def test_the_image_is_the_newest_at_each_launch(stack: str) -> None:
    ami = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    assert template(stack)["imageId"] == f"resolve:ssm:{ami}"
    assert template(stack)["updateDefaultVersion"] is True
    for group in planned(stack).of(GROUP):
        assert group.inputs["launchTemplate"]["version"] == "$Default"
    codedeploy = roles_of(planned(stack))[f"storefront-{stack}-codedeploy"]
    assert f"arn:aws:ssm:eu-west-1::parameter{ami}" in codedeploy.resources_of("ssm:GetParameters")


@pytest.mark.parametrize("stack", STACKS)
def test_an_instance_that_powers_itself_off_is_replaced(stack: str) -> None:
    assert template(stack)["instanceInitiatedShutdownBehavior"] == "terminate"


@pytest.mark.parametrize("stack", STACKS)
def test_instances_carry_their_role_and_fetch_only_artifacts_and_the_agent(stack: str) -> None:
    plan = planned(stack)
    profile = plan.one("aws:iam/instanceProfile:InstanceProfile")
    assert template(stack)["iamInstanceProfile"] == {"arn": profile.arn}
    role = roles_of(plan)[profile.inputs["role"]]
    assert role.name == f"storefront-{stack}-instance"
    assert role.resources_of("s3:GetObject") == {
        f"{plan.named('artifacts-bucket').arn}/*",
        "arn:aws:s3:::aws-codedeploy-eu-west-1/*",
    }
    assert role.actions == {
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:GetBucketLocation",
        "s3:ListBucket",
        "kms:Decrypt",
        "kms:DescribeKey",
    }


@pytest.mark.parametrize("stack", STACKS)
def test_only_the_load_balancer_reaches_an_instance_and_only_on_the_applications_port(stack: str) -> None:
    plan = planned(stack)
    front = plan.one(SECURITY_GROUP, name=f"storefront-{stack}-front")
    behind = plan.one(SECURITY_GROUP, name=f"storefront-{stack}-instances")
    front_id, behind_id = (one.arn.rsplit("/", 1)[-1] for one in (front, behind))
    (way_in,) = behind.inputs["ingress"]
    assert (way_in["protocol"], way_in["fromPort"], way_in["toPort"]) == ("tcp", 8080, 8080)
    assert way_in["securityGroups"] == [front_id]
    assert way_in.get("cidrBlocks") is None
    assert template(stack)["vpcSecurityGroupIds"] == [behind_id]
    assert plan.one("aws:lb/loadBalancer:LoadBalancer").inputs["securityGroups"] == [front_id]
    ports = [(80, 80), (443, 443)] if stack == "prod" else [(80, 80)]
    assert [(one["fromPort"], one["toPort"]) for one in front.inputs["ingress"]] == ports
    assert [(one["fromPort"], one["toPort"]) for one in front.inputs["egress"]] == [(8080, 8080)]
    (way_out,) = behind.inputs["egress"]
    assert (way_out["fromPort"], way_out["toPort"]) == (443, 443)


@pytest.mark.parametrize("stack", STACKS)
def test_the_load_balancer_asks_the_application_on_its_own_port(stack: str) -> None:
    targets = planned(stack).one(TARGETS).inputs
    assert (targets["targetType"], targets["port"], targets["protocol"]) == ("instance", 8080, "HTTP")
    check = targets["healthCheck"]
    assert (check["path"], check["matcher"]) == ("/health", "200")
    assert check["timeout"] < check["interval"]


@pytest.mark.parametrize("stack", STACKS)
def test_the_load_balancer_stands_in_the_public_subnets_and_aws_refuses_to_delete_that_of_prod(stack: str) -> None:
    plan = planned(stack)
    balancer = plan.one("aws:lb/loadBalancer:LoadBalancer").inputs
    public = [one.arn.rsplit("/", 1)[-1] for one in plan.of("aws:ec2/subnet:Subnet") if "-public-" in one.name]
    assert sorted(balancer["subnets"]) == sorted(public)
    assert balancer["enableDeletionProtection"] is (stack == "prod")
    assert balancer["name"] == f"storefront-{stack}"


def test_in_place_there_is_one_fleet_of_the_configured_size_behind_the_load_balancer() -> None:
    dev = planned("dev")
    group = dev.one(GROUP)
    assert group.inputs["name"] == "storefront-dev"
    assert sizes(group) == (1, 2, 2)
    assert group.inputs["targetGroupArns"] == [dev.one(TARGETS).arn]
    assert group.ignore_changes == ()


@pytest.mark.parametrize("stack", ["staging", "prod"])
def test_blue_green_one_fleet_serves_and_the_other_is_empty_and_out_of_traffic(stack: str) -> None:
    plan = planned(stack)
    blue, green = (plan.one(GROUP, name=f"storefront-{stack}-{colour}") for colour in ("blue", "green"))
    tier = DEFAULTS[TIERS[stack]]
    assert sizes(blue) == (tier.fleet_min, tier.fleet_desired, tier.fleet_max)
    assert blue.inputs["targetGroupArns"] == [plan.one(TARGETS).arn]
    assert sizes(green) == (0, 0, 0)
    assert green.inputs["targetGroupArns"] == []


@pytest.mark.parametrize("stack", ["staging", "prod"])
def test_pulumi_leaves_alone_what_a_deployment_moves_and_nothing_else_of_a_fleet(stack: str) -> None:
    moved = {"desiredCapacity", "maxSize", "minSize", "suspendedProcesses", "targetGroupArns", "trafficSources"}
    assert {frozenset(group.ignore_changes) for group in planned(stack).of(GROUP)} == {frozenset(moved)}


@pytest.mark.parametrize("stack", STACKS)
def test_a_fleet_is_not_killed_in_a_loop_before_its_first_deployment(stack: str) -> None:
    for group in planned(stack).of(GROUP):
        assert group.inputs["healthCheckType"] == "EC2"
        # A string: Pulumi would else wait ten minutes for instances.
        assert group.inputs["waitForCapacityTimeout"] == "0"


def test_without_a_certificate_the_application_is_served_by_plain_http() -> None:
    dev = planned("dev")
    listener = dev.one(LISTENER)
    assert (listener.inputs["port"], listener.inputs["protocol"]) == (80, "HTTP")
    assert listener.inputs["defaultActions"] == [{"type": "forward", "targetGroupArn": dev.one(TARGETS).arn}]


def test_with_a_certificate_it_is_served_by_https_and_plain_http_is_sent_there() -> None:
    def certified(config: Config) -> None:
        fleet = {"certificateArn": CERTIFICATE, "port": 3000, "healthPath": "/ready"}
        config["delivery:applications"]["storefront"]["deploy"]["fleet"] = fleet

    dev = planned("dev", certified)
    plain, encrypted = dev.one(LISTENER, port=80), dev.one(LISTENER, port=443)
    (redirect,) = plain.inputs["defaultActions"]
    assert redirect == {
        "type": "redirect",
        "redirect": {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"},
    }
    assert (encrypted.inputs["protocol"], encrypted.inputs["certificateArn"]) == ("HTTPS", CERTIFICATE)
    assert encrypted.inputs["sslPolicy"].startswith("ELBSecurityPolicy-TLS13")
    assert encrypted.inputs["defaultActions"] == [{"type": "forward", "targetGroupArn": dev.one(TARGETS).arn}]
    front = dev.one(SECURITY_GROUP, name="storefront-dev-front")
    assert [one["fromPort"] for one in front.inputs["ingress"]] == [80, 443]
    assert dev.outputs["applications"]["storefront"]["url"].startswith("https://")
    # The port is one number in four places.
    behind = dev.one(SECURITY_GROUP, name="storefront-dev-instances")
    assert dev.one(TARGETS).inputs["port"] == 3000
    assert front.inputs["egress"][0]["toPort"] == behind.inputs["ingress"][0]["toPort"] == 3000
    assert dev.one(TARGETS).inputs["healthCheck"]["path"] == "/ready"


ASSOCIATION = "aws:ssm/association:Association"
PIN = {"package": "codedeploy-agent-2.1.0-9745926189.x86_64.rpm", "sha256": "c0de" * 16}


@pytest.mark.parametrize("stack", STACKS)
def test_the_agent_of_running_instances_is_updated_one_after_the_other_and_not_at_their_start(stack: str) -> None:
    association = planned(stack).one(ASSOCIATION).inputs
    assert (association["name"], association["parameters"]["name"]) == ("AWS-ConfigureAWSPackage", "AWSCodeDeployAgent")
    (target,) = association["targets"]
    assert target["key"] == "tag:aws:autoscaling:groupName"
    assert set(target["values"]) == planned(stack).physical_names(GROUP)
    assert association["applyOnlyAtCronInterval"] is True
    assert (association["maxConcurrency"], association["maxErrors"]) == ("1", "0")


def test_the_stack_file_says_when() -> None:
    plan = planned("dev", with_agent(updates="cron(30 3 ? * MON#2 *)"))
    assert plan.one(ASSOCIATION).inputs["scheduleExpression"] == "cron(30 3 ? * MON#2 *)"
    assert planned("dev").one(ASSOCIATION).inputs["scheduleExpression"] == "cron(0 2 ? * SUN *)"


def test_an_agent_that_is_pinned_stays_what_it_is() -> None:
    plan = planned("dev", with_agent(**PIN))
    assert plan.of(ASSOCIATION) == []
    script = base64.b64decode(plan.one(TEMPLATE).inputs["userData"]).decode()
    assert f'echo "{PIN["sha256"]}  {PIN["package"]}" | sha256sum --check' in script


def with_agent(**agent: str) -> Callable[[Config], None]:
    """A change that says what the fleet's agent is."""

    def change(config: Config) -> None:
        config["delivery:applications"]["storefront"]["deploy"].setdefault("fleet", {})["agent"] = agent

    return change


AGENT = "applications.storefront.deploy.fleet.agent"


@pytest.mark.parametrize(
    ("agent", "message"),
    [
        ({"package": PIN["package"]}, f"{AGENT}.package: "),
        ({"sha256": PIN["sha256"]}, f"{AGENT}.sha256: "),
        ({**PIN, "updates": "cron(0 2 ? * SUN *)"}, f"{AGENT}.updates: "),
        ({**PIN, "package": "codedeploy-agent_1.8.0-12_all.deb"}, f"{AGENT}.package: "),
        ({**PIN, "package": PIN["package"].replace("x86_64", "aarch64")}, f"{AGENT}: "),
        ({"updates": "sometimes"}, f'{AGENT}.updates: given "sometimes"; allowed: a schedule of State Manager in cron'),
        # With which AWS takes no association that leaves new instances alone.
        ({"updates": "rate(7 days)"}, f'{AGENT}.updates: given "rate(7 days)"; allowed: a schedule of State Manager'),
        ({"updates": "cron(0 2 ? JAN SUN *)"}, f'{AGENT}.updates: given "cron(0 2 ? JAN SUN *)"; allowed: a schedule'),
        ({"updates": "cron(0 2 * * * *)"}, f'{AGENT}.updates: given "cron(0 2 * * * *)"; allowed: a schedule of State'),
    ],
)
def test_half_a_pin_or_an_agent_of_another_machine_is_refused(agent: dict[str, str], message: str) -> None:
    config = config_of("dev")
    with_agent(**agent)(config)
    (line,) = said(config, stack="dev")
    assert line.startswith(message)
