"""Services of ECS whose traffic ECS moves itself: who owns what, whom it asks, what brings the traffic back."""

import json
from typing import Any

import pytest

from tests.unit.every_service import BY_ECS, CANARY, LINEAR_BY_ECS, services
from tests.unit.every_service import every_service as plan
from tests.unit.planning import Config, planned
from tests.unit.roads import action_of
from tests.unit.roles import roles_of
from tests.unit.settings.stack_file import config_of, said

SERVICE, RULE = "aws:ecs/service:Service", "aws:lb/listenerRule:ListenerRule"
NAMES = ("tower-dev", "harbour-dev")


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:eu-west-1:111122223333:{resource}"


@pytest.mark.parametrize("name", NAMES)
def test_pulumi_leaves_to_ecs_what_a_deployment_moves_and_has_everything_else(name: str) -> None:
    service = plan().one(SERVICE, name=name)
    assert set(service.ignore_changes) == {"desiredCount", "loadBalancers", "taskDefinition"}
    assert service.inputs["deploymentController"] == {"type": "ECS"}
    rules = [one for one in plan().of(RULE) if one.name.startswith(name.removesuffix("-dev"))]
    assert [list(one.ignore_changes) for one in rules] == [["actions"], ["actions"]]


@pytest.mark.parametrize("name", NAMES)
def test_there_is_no_codedeploy_where_ecs_moves_the_traffic(name: str) -> None:
    groups = plan().of("aws:codedeploy/deploymentGroup:DeploymentGroup")
    assert name not in {one.inputs["deploymentGroupName"] for one in groups}
    assert f"{name}-codedeploy" not in roles_of(plan())


def test_users_and_testers_are_led_by_a_rule_for_every_request_first_to_blue_alone() -> None:
    (front,) = plan().one(SERVICE, name="tower-dev").inputs["loadBalancers"]
    advanced = front["advancedConfiguration"]
    for who, key in (("users", "productionListenerRule"), ("testers", "testListenerRule")):
        rule, listener = plan().named(f"tower-front-{who}-rule"), plan().named(f"tower-front-{who}")
        assert advanced[key] == rule.arn
        assert rule.inputs["listenerArn"] == listener.arn
        assert rule.inputs["conditions"] == [{"pathPattern": {"values": ["/*"]}}]
        (action,) = rule.inputs["actions"]
        weights = {one["arn"]: one["weight"] for one in action["forward"]["targetGroups"]}
        assert weights == {front["targetGroupArn"]: 100, advanced["alternateTargetGroupArn"]: 0}
        # A listener that also answers by itself is none that ECS moves.
        assert [one["type"] for one in listener.inputs["defaultActions"]] == ["forward"]
    assert "-blue" in front["targetGroupArn"]
    assert "-green" in advanced["alternateTargetGroupArn"]


STRATEGIES = {
    "tower-dev": ("CANARY", "canaryConfiguration", {"canaryPercent": 20, "canaryBakeTimeInMinutes": "15"}, "30"),
    "harbour-dev": ("LINEAR", "linearConfiguration", {"stepPercent": 25, "stepBakeTimeInMinutes": "2"}, "0"),
}


@pytest.mark.parametrize("name", NAMES)
def test_the_traffic_moves_as_the_stack_file_says(name: str) -> None:
    strategy, kind, steps, bake = STRATEGIES[name]
    configuration = plan().one(SERVICE, name=name).inputs["deploymentConfiguration"]
    assert (configuration["strategy"], configuration[kind]) == (strategy, steps)
    assert configuration["bakeTimeInMinutes"] == bake


def test_all_at_once_has_no_steps() -> None:
    def at_once(config: Config) -> None:
        services(config)
        deploy = {"platform": "ecs", "strategy": "blue-green", "controller": "ecs"}
        shop = config["delivery:applications"]["shop"]
        config["delivery:applications"] = {"shop": {**shop, "deploy": deploy, "suites": {}}}

    configuration = planned("dev", at_once).one(SERVICE, name="shop-dev").inputs["deploymentConfiguration"]
    assert not {"canaryConfiguration", "linearConfiguration"} & set(configuration)
    assert not configuration["lifecycleHooks"]
    assert configuration["strategy"] == "BLUE_GREEN"


def test_alarms_and_the_circuit_breaker_bring_the_traffic_back() -> None:
    service = plan().one(SERVICE, name="tower-dev").inputs
    assert service["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert (service["alarms"]["enable"], service["alarms"]["rollback"]) == (True, True)
    seen = {}
    for name in service["alarms"]["alarmNames"]:
        alarm = plan().one("aws:cloudwatch/metricAlarm:MetricAlarm", name=name).inputs
        seen[name.removeprefix("tower-dev-")] = alarm["threshold"]
    assert seen == {"http-5xx": 7, "balancer-5xx": 7, "latency": 0.5, "unhealthy-blue": 1, "unhealthy-green": 1}


def test_ecs_asks_the_functions_of_the_stack_file_at_their_stages_by_a_role_for_these_alone() -> None:
    hooks = plan().one(SERVICE, name="tower-dev").inputs["deploymentConfiguration"]["lifecycleHooks"]
    asked = {hook["hookTargetArn"]: hook["lifecycleStages"] for hook in hooks}
    assert asked == {
        arn("lambda", "function:tower-smoke"): ["POST_TEST_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT"],
        arn("lambda", "function:tower-gate"): ["PRE_SCALE_UP"],
    }
    role = roles_of(plan())["tower-dev-hooks"]
    assert (role.service, role.actions) == ("ecs.amazonaws.com", {"lambda:InvokeFunction"})
    assert role.resources_of("lambda:InvokeFunction") == set(asked)
    assert "harbour-dev-hooks" not in roles_of(plan())


def test_ecs_moves_the_traffic_of_one_load_balancer_and_the_deployer_that_of_one_service() -> None:
    roles = roles_of(plan())
    traffic = roles["tower-dev-traffic"]
    assert traffic.service == "ecs.amazonaws.com"
    assert traffic.resources_of("elasticloadbalancing:ModifyRule") == {
        arn("elasticloadbalancing", "listener-rule/app/tower-dev/*/*/*")
    }
    assert traffic.resources_of("elasticloadbalancing:RegisterTargets") == {
        arn("elasticloadbalancing", f"targetgroup/tower-dev-{colour}/*") for colour in ("blue", "green")
    }
    deployer = roles["tower-dev-update-service"]
    assert deployer.resources_of("ecs:UpdateService") == {arn("ecs", "service/tower-dev/tower-dev")}
    assert deployer.resources_of("iam:PassRole") == {
        f"arn:aws:iam::111122223333:role/tower-dev-{role}" for role in ("execution", "task")
    }
    assert not [action for action in deployer.actions if action.startswith("codedeploy:")]


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("ecs:DescribeServiceDeployments", "service-deployment"),
        ("ecs:StopServiceDeployment", "service-deployment"),
        ("ecs:DescribeServiceRevisions", "service-revision"),
    ],
)
def test_who_follows_a_deployment_of_ecs_may_do_so_on_the_service_too(action: str, kind: str) -> None:
    """AWS checks both (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment-permissions.html,
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html)."""
    own = "tower-dev/tower-dev"
    assert roles_of(plan())["tower-dev-update-service"].resources_of(action) == {
        arn("ecs", f"service/{own}"),
        arn("ecs", f"{kind}/{own}/*"),
    }


@pytest.mark.parametrize(("name", "minutes"), [("tower", 15 + 30 + 60), ("harbour", 8 + 60)])
def test_the_pipeline_waits_for_shift_and_bake_and_an_hour_besides(name: str, minutes: int) -> None:
    assert action_of(plan(), "DeployService", name).configuration["FunctionName"] == f"{name}-dev-update-service"
    deployer = plan().one("aws:lambda/function:Function", name=f"{name}-dev-update-service")
    parameters = json.loads(deployer.inputs["environment"]["variables"]["PARAMETERS"])
    assert parameters["deadlineMinutes"] == minutes
    assert parameters["settings"] == arn("ecs", f"task-definition/{name}-dev:1")


PLACE = "applications.tower.deploy"
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "another controller": (
        {**BY_ECS, "controller": "external"},
        f'{PLACE}.controller: given "external"; allowed: code-deploy, ecs',
    ),
    "hooks of an appspec.yaml": (
        {**BY_ECS, "hookFunctions": ["x"]},
        f"{PLACE}.hookFunctions: given a list of 1; allowed: nothing with controller ecs",
    ),
    "hooks for CodeDeploy": (
        {**CANARY, "lifecycleHooks": BY_ECS["lifecycleHooks"]},
        f"{PLACE}.lifecycleHooks: given",
    ),
    "a stage that there is not": (
        {**BY_ECS, "lifecycleHooks": [{"function": "x", "stages": ["bake-time"]}]},
        f'{PLACE}.lifecycleHooks[0].stages[0]: given "bake-time"; allowed: reconcile-service, pre-scale-up',
    ),
    "a hook that is never asked": (
        {**BY_ECS, "lifecycleHooks": [{"function": "x", "stages": []}]},
        f"{PLACE}.lifecycleHooks[0].stages: given an empty list; allowed: at least 1 stage",
    ),
    "one function twice": (
        {**BY_ECS, "lifecycleHooks": [{"function": "x", "stages": ["pre-scale-up"]}] * 2},
        f"{PLACE}.lifecycleHooks: given",
    ),
    "parts that are too small": (
        {**LINEAR_BY_ECS, "linear": {"percent": 2, "minutes": 1}},
        f"{PLACE}.linear: given",
    ),
    "a bake of more than a day": (
        {**BY_ECS, "bakeMinutes": 1380},
        f"{PLACE}.bakeMinutes: given 1380; allowed: 1380 minutes for shift and bake; 15 and 1380 are 1395",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_controller_does_not_have_is_refused_with_what_it_has(case: str) -> None:
    deploy, message = REFUSED[case]
    config: Config = config_of("dev")
    services(config)
    config["delivery:applications"]["tower"]["deploy"] = deploy
    lines = said(config, stack="dev")
    assert any(line.startswith(message) for line in lines), lines


def test_the_smallest_part_of_codedeploy_may_be_smaller() -> None:
    config: Config = config_of("dev")
    services(config)
    config["delivery:applications"]["ticker"]["deploy"] = {
        "platform": "ecs",
        "strategy": "linear",
        "linear": {"percent": 2, "minutes": 1},
    }
    assert said(config, stack="dev") == []
