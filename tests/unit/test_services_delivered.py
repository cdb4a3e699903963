"""Applications that are services of ECS on Fargate: who owns what, how the traffic moves, who may do what."""

import json
from typing import Any

import pytest

from tests.unit.every_service import CANARY, CERTIFICATE, REPOSITORY, services
from tests.unit.every_service import every_service as plan
from tests.unit.planning import Config, planned
from tests.unit.roads import action_of, stages_of
from tests.unit.roles import roles_of
from tests.unit.settings.stack_file import config_of, said

SERVICE, TASK = "aws:ecs/service:Service", "aws:ecs/taskDefinition:TaskDefinition"
GROUP, CONFIG = "aws:codedeploy/deploymentGroup:DeploymentGroup", "aws:codedeploy/deploymentConfig:DeploymentConfig"
NAMES = ("shop-dev", "ticker-dev", "ledger-dev")


def container(name: str) -> dict[str, Any]:
    """The one container of the stack's own task definition."""
    (found,) = json.loads(plan().one(TASK, family=name).inputs["containerDefinitions"])
    return dict(found)


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:eu-west-1:111122223333:{resource}"


@pytest.mark.parametrize("name", NAMES)
def test_pulumi_leaves_to_deployments_what_they_move_and_has_everything_else(name: str) -> None:
    service = plan().one(SERVICE, name=name)
    assert {"taskDefinition", "loadBalancers", "desiredCount", "networkConfiguration"} <= set(service.ignore_changes)
    assert not {"deploymentController", "healthCheckGracePeriodSeconds"} & set(service.ignore_changes)
    assert service.inputs["deploymentController"] == {"type": "CODE_DEPLOY"}
    listeners = [plan().named(f"{name.removesuffix('-dev')}-front-{who}") for who in ("users", "testers")]
    assert all(list(one.ignore_changes) == ["defaultActions"] for one in listeners)


@pytest.mark.parametrize(
    ("name", "leading"),
    [("shop", "users"), ("shop", "testers"), ("ledger", "users"), ("tower", "users-rule"), ("tower", "testers-rule")],
)
def test_what_leads_to_a_target_group_is_deleted_before_both_of_them(name: str, leading: str) -> None:
    """AWS deletes no target group that is led to, and after a deployment that may be either."""
    before = plan().before(plan().named(f"{name}-front-{leading}"))
    assert {plan().named(f"{name}-front-{colour}").urn for colour in ("blue", "green")} <= before


def test_tasks_are_private_and_reached_by_the_load_balancer_alone() -> None:
    network = plan().one(SERVICE, name="shop-dev").inputs["networkConfiguration"]
    assert network["assignPublicIp"] is False
    assert len(network["subnets"]) == 2
    tasks = plan().one("aws:ec2/securityGroup:SecurityGroup", name="shop-dev-tasks").inputs["ingress"]
    assert [(one["fromPort"], "cidrBlocks" in one, len(one["securityGroups"])) for one in tasks] == [(9000, False, 1)]


def test_users_come_by_https_and_testers_only_from_where_the_stack_file_says() -> None:
    front = plan().one("aws:ec2/securityGroup:SecurityGroup", name="shop-dev-front").inputs["ingress"]
    assert {(one["fromPort"], *one["cidrBlocks"]) for one in front} == {
        (80, "0.0.0.0/0"),
        (443, "0.0.0.0/0"),
        (8443, "203.0.113.0/24"),
    }
    other = plan().one("aws:ec2/securityGroup:SecurityGroup", name="ticker-dev-front").inputs["ingress"]
    assert [one["fromPort"] for one in other] == [80]
    for who, port in (("users", 443), ("testers", 8443)):
        listener = plan().named(f"shop-front-{who}").inputs
        assert (listener["port"], listener["protocol"], listener["certificateArn"]) == (port, "HTTPS", CERTIFICATE)


def test_the_first_task_answers_on_the_port_with_an_image_by_digest_and_has_the_settings_of_all_later_ones() -> None:
    task, app = plan().one(TASK, family="shop-dev").inputs, container("shop-dev")
    assert (task["cpu"], task["memory"], task["networkMode"]) == ("1024", "2048", "awsvpc")
    assert task["runtimePlatform"]["cpuArchitecture"] == "X86_64"
    assert "@sha256:" in app["image"]
    assert [one["containerPort"] for one in app["portMappings"]] == [9000]
    assert app["environment"] == [{"name": "GREETING", "value": "Hello"}]
    assert app["secrets"] == [
        {"name": "DATABASE", "valueFrom": f"{arn('secretsmanager', 'secret:shop/database')}:url::"},
        {"name": "TOKEN", "valueFrom": arn("secretsmanager", "secret:shop/token")},
    ]
    assert app["logConfiguration"]["options"]["awslogs-group"] == "/aws/ecs/shop-dev"
    assert plan().one("aws:cloudwatch/logGroup:LogGroup", name="/aws/ecs/shop-dev").inputs["kmsKeyId"]
    assert plan().one(TASK, family="ledger-dev").inputs["runtimePlatform"]["cpuArchitecture"] == "ARM64"


@pytest.mark.parametrize(
    ("name", "config", "routing", "bake"),
    [
        (
            "shop-dev",
            "canary-20-15",
            {"type": "TimeBasedCanary", "timeBasedCanary": {"interval": 15, "percentage": 20}},
            30,
        ),
        (
            "ticker-dev",
            "linear-25-2",
            {"type": "TimeBasedLinear", "timeBasedLinear": {"interval": 2, "percentage": 25}},
            0,
        ),
        ("ledger-dev", "all-at-once", {"type": "AllAtOnce"}, 0),
    ],
)
def test_the_traffic_moves_as_the_stack_file_says(
    name: str, config: str, routing: dict[str, object], bake: int
) -> None:
    assert plan().one(CONFIG, deploymentConfigName=f"{name}-{config}").inputs["trafficRoutingConfig"] == routing
    group = plan().one(GROUP, deploymentGroupName=name).inputs
    assert group["deploymentConfigName"] == f"{name}-{config}"
    assert group["blueGreenDeploymentConfig"]["terminateBlueInstancesOnDeploymentSuccess"] == {
        "action": "TERMINATE",
        "terminationWaitTimeInMinutes": bake,
    }
    pair = group["loadBalancerInfo"]["targetGroupPairInfo"]
    assert [one["name"] for one in pair["targetGroups"]] == [f"{name}-blue", f"{name}-green"]
    assert pair["prodTrafficRoute"] != pair["testTrafficRoute"]


def test_a_shift_is_stopped_by_alarms_on_the_whole_front_and_on_the_health_of_both_target_groups() -> None:
    group = plan().one(GROUP, deploymentGroupName="shop-dev").inputs
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["autoRollbackConfiguration"]["events"]
    seen = {}
    for name in group["alarmConfiguration"]["alarms"]:
        alarm = plan().one("aws:cloudwatch/metricAlarm:MetricAlarm", name=name).inputs
        assert alarm["treatMissingData"] == "notBreaching"
        seen[name.removeprefix("shop-dev-")] = (alarm["threshold"], len(alarm["dimensions"]))
    assert seen == {
        "http-5xx": (7, 1),
        "balancer-5xx": (7, 1),
        "latency": (0.5, 1),
        "unhealthy-blue": (1, 2),
        "unhealthy-green": (1, 2),
    }


def test_the_pipeline_deploys_by_a_function_that_knows_where_settings_and_images_are() -> None:
    action = action_of(plan(), "DeployService", "shop")
    assert action.configuration["FunctionName"] == "shop-dev-deploy-service"
    assert action.declaration["inputArtifacts"] == ["Bundle"]
    deployer = plan().one("aws:lambda/function:Function", name="shop-dev-deploy-service")
    parameters = json.loads(deployer.inputs["environment"]["variables"]["PARAMETERS"])
    assert parameters["settings"] == arn("ecs", "task-definition/shop-dev:1")
    assert parameters["repository"] == "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop-dev/image"
    stages = [stage for stage, _ in stages_of(plan(), "shop")]
    assert stages == ["Source", "Build", "Publish", "Deploy", "TestDeployed"]


def test_the_image_of_a_repository_elsewhere_is_read_there_and_nowhere_else() -> None:
    roles = roles_of(plan())
    elsewhere = {"arn:aws:ecr:eu-west-1:999988887777:repository/tools/ledger"}
    assert roles["ledger-dev-execution"].resources_of("ecr:BatchGetImage") == elsewhere
    deployer = plan().one("aws:lambda/function:Function", name="ledger-dev-deploy-service")
    assert json.loads(deployer.inputs["environment"]["variables"]["PARAMETERS"])["repository"] == REPOSITORY


def test_of_a_source_that_is_an_image_that_image_runs() -> None:
    def pushed(config: Config) -> None:
        services(config)
        applications = config["delivery:applications"]
        source = {"provider": "ecr", "repository": "tools/ticker", "tag": "release"}
        ticker = {**applications.pop("ticker"), "source": source, "publish": []}
        config["delivery:applications"] = {"ticker": ticker}

    repository = "arn:aws:ecr:eu-west-1:111122223333:repository/tools/ticker"
    assert roles_of(planned("dev", pushed))["ticker-dev-execution"].resources_of("ecr:BatchGetImage") == {repository}


def test_the_application_has_the_policies_of_the_stack_file_and_not_what_starts_it() -> None:
    roles = roles_of(plan())
    assert roles["shop-dev-task"].managed == ("arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess",)
    assert roles["shop-dev-task"].actions == set()
    execution = roles["shop-dev-execution"]
    assert execution.resources_of("secretsmanager:GetSecretValue") == {
        arn("secretsmanager", "secret:shop/database-??????"),
        arn("secretsmanager", "secret:shop/token-??????"),
    }
    assert not {"secretsmanager:GetSecretValue"} & roles["ticker-dev-execution"].actions


def test_deployer_and_codedeploy_hand_over_the_two_roles_of_their_tasks_and_touch_one_service() -> None:
    roles = roles_of(plan())
    handed = {f"arn:aws:iam::111122223333:role/shop-dev-{role}" for role in ("execution", "task")}
    for name in ("shop-dev-deploy-service", "shop-dev-codedeploy"):
        assert roles[name].resources_of("iam:PassRole") == handed
        assert roles[name].resources_of("ecs:DescribeServices") == {arn("ecs", "service/shop-dev/shop-dev")}
    assert roles["shop-dev-deploy-service"].resources_of("ecs:RegisterTaskDefinition") == {
        arn("ecs", "task-definition/shop-dev:*")
    }
    assert "ecs:UpdateService" not in roles["shop-dev-deploy-service"].actions
    moved = roles["shop-dev-codedeploy"].resources_of("elasticloadbalancing:ModifyListener")
    assert moved == {arn("elasticloadbalancing", "listener/app/shop-dev/*/*")}


def test_codedeploy_asks_the_hooks_that_the_stack_file_names_and_no_other() -> None:
    roles = roles_of(plan())
    asked = roles["shop-dev-codedeploy"].resources_of("lambda:InvokeFunction")
    assert asked == {arn("lambda", "function:CodeDeployHook_shop-smoke")}
    assert "lambda:InvokeFunction" not in roles["ticker-dev-codedeploy"].actions


PLACE = "applications.shop.deploy"
SERVICE_OF = CANARY["service"]
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "in place": ({"strategy": "in-place"}, f'{PLACE}.strategy: given "in-place"; allowed: blue-green, canary, linear'),
    "a cpu that Fargate has not": (
        {"service": {**SERVICE_OF, "cpu": 300}},
        f"{PLACE}.service.cpu: given 300; allowed: 256, 512, 1024",
    ),
    "memory that this cpu has not": (
        {"service": {**SERVICE_OF, "memoryMb": 512}},
        f"{PLACE}.service.memoryMb: given 512; allowed: 2048 to 8192 in steps of 1024 MiB with cpu 1024",
    ),
    "the users' port for testers": (
        {"service": {**SERVICE_OF, "testPort": 443}},
        f"{PLACE}.service.testPort: given 443; allowed: another port",
    ),
    "a variable that is a secret too": (
        {"service": {**SERVICE_OF, "environment": {"TOKEN": "x"}}},
        f"{PLACE}.service.secrets: ",
    ),
    "a secret's ARN": (
        {"service": {**SERVICE_OF, "secrets": {"TOKEN": "arn:aws:secretsmanager:eu-west-1:1:secret:x"}}},
        f"{PLACE}.service.secrets.TOKEN",
    ),
    "an image by tag": (
        {"service": {**SERVICE_OF, "repository": f"{REPOSITORY}:latest"}},
        f"{PLACE}.service.repository: given",
    ),
    "two repositories": (
        {"service": {**SERVICE_OF, "repository": REPOSITORY}},
        f'{PLACE}.service.repository: given "{REPOSITORY}"; allowed: nothing: publish of the application',
    ),
    "arm64 from a machine that builds for x86_64": (
        {"service": {**SERVICE_OF, "processor": "arm64"}},
        f'{PLACE}.service.processor: given "arm64"; allowed: x86_64 with publish',
    ),
    "a shift and a bake of more than a day": (
        {"bakeMinutes": 1380},
        f"{PLACE}.bakeMinutes: given 1380; allowed: 1380 minutes for shift and bake; 15 and 1380 are 1395",
    ),
    "a certificate of another region": (
        {"service": {**SERVICE_OF, "certificateArn": CERTIFICATE.replace("eu-west-1", "us-east-1")}},
        f"{PLACE}.service.certificateArn: given",
    ),
    "a suite that the certificate doesn't name": (
        {"service": {key: value for key, value in SERVICE_OF.items() if key != "url"}},
        "applications.shop.suites.e2e.after: ",
    ),
    "testers from nowhere": (
        {"service": {**SERVICE_OF, "testFrom": ["203.0.113.7/24"]}},
        f'{PLACE}.service.testFrom[0]: given "203.0.113.7/24"; allowed: an IPv4 range',
    ),
    "a secret whose name is taken for an ARN": (
        {"service": {**SERVICE_OF, "secrets": {"DATABASE": "shop/db-master:url"}}},
        f"{PLACE}.service.secrets.DATABASE: given",
    ),
    "a fleet": ({"fleet": {}}, f"{PLACE}.fleet: unknown key"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_ecs_does_not_have_is_refused_with_what_it_has(case: str) -> None:
    changes, message = REFUSED[case]
    config = changed(changes)
    lines = said(config, stack="dev")
    assert any(line.startswith(message) for line in lines), lines


def test_a_service_without_an_image_is_refused_with_the_ways_to_one() -> None:
    config = changed({})
    config["delivery:applications"]["shop"]["publish"] = []
    (line,) = said(config, stack="dev")
    assert line == (
        "applications.shop.deploy: nothing brings its image; allowed: publish: [{to: ecr}], a source of ecr, or "
        "deploy.service.repository"
    )


def test_a_name_that_is_too_long_for_two_target_groups_is_refused() -> None:
    config = changed({})
    applications = config["delivery:applications"]
    applications["a" * 23] = applications.pop("shop")
    lines = said(config, stack="dev")
    assert any("has 1 too many; allowed: at most 26 characters for the target group" in line for line in lines), lines


def changed(changes: dict[str, Any]) -> Config:
    """The stack file with another deployment of the shop."""
    config: Config = config_of("dev")
    services(config)
    config["delivery:applications"]["shop"]["deploy"] = {**CANARY, **changes}
    return config
