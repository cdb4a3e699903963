"""The server of a stack: private, replaceable without loss, watched, and known to CodePipeline by its own type."""

from typing import Any

import pytest

from components.jenkins.plan import HEALTH_PATH
from tests.unit.authorization import actions_meant, can_be_narrowed, fits
from tests.unit.jenkins.stacks import BUILT, built_by_jenkins, with_jenkins
from tests.unit.planning import Planned, planned
from tests.unit.planning_mocks import Resource
from tests.unit.roles import roles_of

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"
GROUP = "aws:autoscaling/group:Group"
SECRET = "aws:secretsmanager/secret:Secret"
SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"


def name(stack: str) -> str:
    return f"delivery-{stack}-jenkins"


def of_jenkins(stack: str, kind: str) -> Resource:
    """The server's own resource of a kind that the fleet has too."""
    return built_by_jenkins(stack).one(kind, name=name(stack))


def identity(resource: Resource) -> str:
    return resource.arn.rsplit("/", 1)[-1]


def private_subnets(plan: Planned) -> set[str]:
    return {identity(one) for one in plan.of("aws:ec2/subnet:Subnet") if "-private-" in one.name}


@pytest.mark.parametrize("stack", BUILT)
def test_the_home_is_encrypted_backed_up_and_mounted_in_every_private_subnet(stack: str) -> None:
    plan = built_by_jenkins(stack)
    system = plan.one(FILE_SYSTEM)
    assert system.inputs["encrypted"] is True
    assert system.inputs["kmsKeyId"] == plan.named("artifacts-key").arn
    assert system.protect is (stack == "prod")
    backup = plan.one("aws:efs/backupPolicy:BackupPolicy").inputs
    assert backup == {"fileSystemId": identity(system), "backupPolicy": {"status": "ENABLED"}}
    targets = plan.of("aws:efs/mountTarget:MountTarget")
    assert {one.inputs["subnetId"] for one in targets} == private_subnets(plan)
    home = plan.one(SECURITY_GROUP, name=f"{name(stack)}-home")
    assert {tuple(one.inputs["securityGroups"]) for one in targets} == {(identity(home),)}


@pytest.mark.parametrize("stack", BUILT)
def test_the_home_is_reached_by_tls_and_its_access_point_alone_and_belongs_to_jenkins(stack: str) -> None:
    plan = built_by_jenkins(stack)
    way_in = plan.one("aws:efs/accessPoint:AccessPoint")
    assert way_in.inputs["posixUser"] == {"uid": 1500, "gid": 1500}
    assert way_in.inputs["rootDirectory"] == {
        "path": "/jenkins",
        "creationInfo": {"ownerUid": 1500, "ownerGid": 1500, "permissions": "0750"},
    }
    statements = plan.one("aws:efs/fileSystemPolicy:FileSystemPolicy").json("policy")["Statement"]
    assert {one["Effect"] for one in statements} == {"Deny"}
    assert [one["Condition"] for one in statements] == [
        {"Bool": {"aws:SecureTransport": "false"}},
        {"StringNotEquals": {"elasticfilesystem:AccessPointArn": way_in.arn}},
    ]
    for one in statements:
        assert "elasticfilesystem:ClientMount" in one["Action"]
        assert one["Resource"] == [plan.one(FILE_SYSTEM).arn]


@pytest.mark.parametrize("stack", BUILT)
def test_a_machine_is_started_when_its_home_can_be_mounted_and_its_role_may_work(stack: str) -> None:
    plan = built_by_jenkins(stack)
    before = plan.before(of_jenkins(stack, TEMPLATE))
    kinds = ("aws:efs/mountTarget:MountTarget", "aws:efs/fileSystemPolicy:FileSystemPolicy", SECRET)
    needed = [one.urn for kind in kinds for one in plan.of(kind)]
    needed += [one.urn for one in plan.of("aws:iam/rolePolicy:RolePolicy", role=name(stack))]
    needed += [one.urn for one in plan.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment", role=name(stack))]
    assert len(needed) >= 6
    assert set(needed) <= before


@pytest.mark.parametrize("stack", BUILT)
def test_there_is_one_machine_and_the_old_one_ends_before_the_new_one_starts(stack: str) -> None:
    group = of_jenkins(stack, GROUP).inputs
    assert (group["minSize"], group["desiredCapacity"], group["maxSize"]) == (1, 1, 1)
    assert set(group["vpcZoneIdentifiers"]) == private_subnets(built_by_jenkins(stack))
    # To even out the zones, Auto Scaling would start one more than the maximum.
    assert group["suspendedProcesses"] == ["AZRebalance"]
    one_after_the_other = {"minHealthyPercentage": 0, "maxHealthyPercentage": 100}
    assert group["instanceMaintenancePolicy"] == one_after_the_other
    refresh = group["instanceRefresh"]
    assert refresh["strategy"] == "Rolling"
    assert one_after_the_other.items() <= refresh["preferences"].items()


@pytest.mark.parametrize("stack", BUILT)
def test_a_new_template_is_a_new_machine(stack: str) -> None:
    template = of_jenkins(stack, TEMPLATE)
    launched = of_jenkins(stack, GROUP).inputs["launchTemplate"]
    # A word such as $Default would stay the same, and the machine with it.
    assert launched == {"id": identity(template), "version": str(template.outputs["latestVersion"])}


@pytest.mark.parametrize("stack", BUILT)
def test_a_machine_that_does_not_answer_is_replaced_but_not_while_it_boots(stack: str) -> None:
    group = of_jenkins(stack, GROUP).inputs
    assert (group["healthCheckType"], group["healthCheckGracePeriod"]) == ("ELB", 1200)
    assert group["waitForCapacityTimeout"] == "0"
    targets = of_jenkins(stack, "aws:lb/targetGroup:TargetGroup")
    assert group["targetGroupArns"] == [targets.arn]
    check = targets.inputs["healthCheck"]
    assert (check["path"], check["matcher"]) == (HEALTH_PATH, "200")
    assert of_jenkins(stack, TEMPLATE).inputs["instanceInitiatedShutdownBehavior"] == "terminate"


@pytest.mark.parametrize("stack", BUILT)
def test_the_machine_has_no_key_pair_no_public_address_imdsv2_and_an_encrypted_disk(stack: str) -> None:
    template = of_jenkins(stack, TEMPLATE).inputs
    assert {"keyName", "networkInterfaces"} & template.keys() == set()
    assert template["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }
    (volume,) = template["blockDeviceMappings"]
    assert volume["ebs"] == {"encrypted": "true", "volumeSize": 30, "volumeType": "gp3", "deleteOnTermination": "true"}
    assert template["imageId"] == "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"


@pytest.mark.parametrize("stack", BUILT)
def test_the_load_balancer_is_internal_and_speaks_https_alone(stack: str) -> None:
    plan = built_by_jenkins(stack)
    balancer = of_jenkins(stack, BALANCER)
    assert balancer.inputs["internal"] is True
    assert set(balancer.inputs["subnets"]) == private_subnets(plan)
    assert balancer.inputs["enableDeletionProtection"] is (stack == "prod")
    (listener,) = plan.of("aws:lb/listener:Listener", loadBalancerArn=balancer.arn)
    assert (listener.inputs["port"], listener.inputs["protocol"]) == (443, "HTTPS")
    assert listener.inputs["sslPolicy"].startswith("ELBSecurityPolicy-TLS13")
    assert ":certificate/" in listener.inputs["certificateArn"]


def ways(plan: Planned, kind: str) -> set[tuple[str, str, int]]:
    """The rules of a kind: whose group, the other side, the port."""
    groups = {identity(one): one.inputs["name"].rsplit("-", 1)[-1] for one in plan.of(SECURITY_GROUP)}
    found = set()
    for rule in plan.of(kind):
        made: Any = rule.inputs
        assert made["fromPort"] == made["toPort"]
        other = groups.get(made.get("referencedSecurityGroupId", ""), made.get("cidrIpv4", ""))
        found.add((groups[made["securityGroupId"]], other, int(made["toPort"])))
    return found


def test_people_reach_the_load_balancer_it_the_machine_and_the_machine_its_home() -> None:
    plan = planned("dev", lambda config: with_jenkins(config, allowedCidrs=["10.0.0.0/8", "192.168.7.0/24"]))
    between = {("machine", "front", 443), ("front", "machine", 8080), ("machine", "home", 2049)}
    assert ways(plan, EGRESS) == {*between, ("machine", "0.0.0.0/0", 443)}
    people = {("front", "10.0.0.0/8", 443), ("front", "192.168.7.0/24", 443)}
    assert ways(plan, INGRESS) == {*((target, source, port) for source, target, port in between), *people}


@pytest.mark.parametrize("stack", BUILT)
def test_without_allowed_ranges_only_the_machine_itself_reaches_the_load_balancer(stack: str) -> None:
    plan = built_by_jenkins(stack)
    assert {rule for rule in ways(plan, INGRESS) if rule[0] == "front"} == {("front", "machine", 443)}
    # Rules of their own and rules in the group would undo each other.
    for role in ("front", "machine", "home"):
        group = plan.one(SECURITY_GROUP, name=f"{name(stack)}-{role}").inputs
        assert {"ingress", "egress"} & group.keys() == set()


@pytest.mark.parametrize("stack", BUILT)
def test_the_password_never_passes_through_the_program(stack: str) -> None:
    plan = built_by_jenkins(stack)
    secret = plan.one(SECRET)
    assert secret.inputs["kmsKeyId"] == plan.named("artifacts-key").arn
    assert secret.inputs["name"] == f"{name(stack)}/admin"
    # A name is free again at once where a stack comes and goes, and a mistake can be undone where it matters.
    assert secret.inputs["recoveryWindowInDays"] == (30 if stack == "prod" else 0)
    assert [one.type for one in plan.resources if "random" in one.type or "secretVersion" in one.type] == []
    assert plan.outputs["jenkins"]["adminSecret"] == f"{name(stack)}/admin"


NEEDED = {
    "asking for jobs": ("codepipeline:PollForJobs",),
    "working on a job": (
        "codepipeline:AcknowledgeJob",
        "codepipeline:GetJobDetails",
        "codepipeline:PutJobFailureResult",
        "codepipeline:PutJobSuccessResult",
    ),
    "the home": ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"),
    "the password, made once and read at each start": (
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetRandomPassword",
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
    ),
    "the password's key": ("kms:Decrypt", "kms:GenerateDataKey"),
    "how full the disk is": ("cloudwatch:PutMetricData",),
}
"""Every permission of the machine with what it is for. Artifacts are not among it: each job brings credentials."""


@pytest.mark.parametrize("stack", BUILT)
def test_the_machine_may_do_what_something_on_it_does_and_nothing_more(stack: str) -> None:
    role = roles_of(built_by_jenkins(stack))[name(stack)]
    assert role.actions == {action for actions in NEEDED.values() for action in actions}
    assert role.managed == ("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",)
    assert role.service == "ec2.amazonaws.com"


@pytest.mark.parametrize("stack", ["dev", "staging"])
def test_jenkins_brings_that_one_role_and_takes_the_one_of_the_build_away(stack: str) -> None:
    before, after = roles_of(planned(stack)), roles_of(built_by_jenkins(stack))
    assert after.keys() - before.keys() == {name(stack)}
    assert before.keys() - after.keys() == {f"storefront-{stack}-build"}


@pytest.mark.parametrize("stack", BUILT)
def test_each_permission_is_on_one_thing_or_of_a_kind_that_cant_be_narrowed(stack: str) -> None:
    plan = built_by_jenkins(stack)
    for statement in roles_of(plan)[name(stack)].statements:
        for action in statement["Action"]:
            assert actions_meant(action) == [action]
            if statement["Resource"] == ["*"]:
                assert not can_be_narrowed(action), action
            else:
                assert all(fits(one, action) and "*" not in one for one in statement["Resource"]), action


@pytest.mark.parametrize("stack", BUILT)
def test_conditions_hold_the_machine_to_its_home_its_secret_and_its_metrics(stack: str) -> None:
    plan = built_by_jenkins(stack)
    conditions = {
        action: one.get("Condition", {}).get("StringEquals", {})
        for one in roles_of(plan)[name(stack)].statements
        for action in one["Action"]
    }
    way_in = plan.one("aws:efs/accessPoint:AccessPoint").arn
    assert conditions["elasticfilesystem:ClientMount"] == {"elasticfilesystem:AccessPointArn": way_in}
    assert conditions["kms:Decrypt"] == {
        "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com",
        "kms:EncryptionContext:SecretARN": plan.one(SECRET).arn,
    }
    assert conditions["cloudwatch:PutMetricData"] == {"cloudwatch:namespace": "Delivery/Jenkins"}


@pytest.mark.parametrize("stack", BUILT)
def test_somebody_hears_when_jenkins_is_down_or_its_disk_fills_up(stack: str) -> None:
    plan = built_by_jenkins(stack)
    down, disk = (plan.one(ALARM, name=f"{name(stack)}-{what}").inputs for what in ("down", "disk"))
    topic = plan.named("notifications-topic").arn
    for alarm in (down, disk):
        assert alarm["alarmActions"] == alarm["okActions"] == [topic]
    assert (down["metricName"], down["comparisonOperator"], down["threshold"]) == (
        *("HealthyHostCount", "LessThanThreshold", 1),
    )
    assert down["dimensions"] == {
        "LoadBalancer": of_jenkins(stack, BALANCER).outputs["arnSuffix"],
        "TargetGroup": of_jenkins(stack, "aws:lb/targetGroup:TargetGroup").outputs["arnSuffix"],
    }
    # Without any machine there is no data, and that is down as well; a planned replacement takes less than this.
    assert down["treatMissingData"] == "breaching"
    assert down["period"] * down["evaluationPeriods"] == 1200
    assert (disk["comparisonOperator"], disk["threshold"]) == ("GreaterThanThreshold", 85)
    assert disk["treatMissingData"] == "missing"
