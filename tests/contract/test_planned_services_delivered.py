"""AWS's own API models and moto take applications that are services of ECS."""

from tests.contract.account import accounts
from tests.contract.aws_model import problems
from tests.contract.wire import NOT_CREATED, created, requests, subject_of
from tests.unit.every_service import every_service


def test_aws_takes_every_request() -> None:
    plan = every_service()
    made = [request for resource in created(plan) for request in requests(subject_of(plan, resource))]
    assert [problem for request in made for problem in problems(request)] == []
    operations = {request.operation for request in made}
    assert {"CreateCluster", "CreateDeploymentGroup", "CreateService", "RegisterTaskDefinition"} <= operations
    unchecked = {one.type for one in plan.resources if one.type.startswith("aws:")}
    checked = {one.type for one in created(plan)}
    assert unchecked - checked <= NOT_CREATED


def test_an_account_has_the_services_behind_their_first_target_group_and_what_moves_them_and_their_count() -> None:
    plan = every_service()
    with accounts("dev", plans={"dev": plan}) as stacks:
        account = stacks["dev"]
        ecs = account.client("ecs")
        for name in ("shop-dev", "ticker-dev", "ledger-dev"):
            (service,) = ecs.describe_services(cluster=name, services=[name])["services"]
            assert service["deploymentController"] == {"type": "CODE_DEPLOY"}
            (front,) = service["loadBalancers"]
            assert f"targetgroup/{name}-blue/" in front["targetGroupArn"]
            group = account.client("codedeploy").get_deployment_group(applicationName=name, deploymentGroupName=name)[
                "deploymentGroupInfo"
            ]
            assert group["ecsServices"] == [{"serviceName": name, "clusterName": name}]
            (pair,) = group["loadBalancerInfo"]["targetGroupPairInfoList"]
            assert [one["name"] for one in pair["targetGroups"]] == [f"{name}-blue", f"{name}-green"]
        scaling = account.client("application-autoscaling")
        targets = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
        ends = {one["ResourceId"]: (one["MinCapacity"], one["MaxCapacity"]) for one in targets}
        assert ends == {"service/tower-dev/tower-dev": (2, 12), "service/ticker-dev/ticker-dev": (1, 4)}
        assert len(scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]) == 4
        actions = scaling.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"]
        assert {one["ScalableTargetAction"]["MinCapacity"] for one in actions} == {2, 6}


def test_ecs_is_told_how_it_moves_traffic_whom_it_asks_and_what_brings_the_traffic_back() -> None:
    plan = every_service()
    (made,) = requests(subject_of(plan, plan.one("aws:ecs/service:Service", name="tower-dev")))
    told = made.fitted
    assert told["deploymentController"] == {"type": "ECS"}
    configuration = told["deploymentConfiguration"]
    assert (configuration["strategy"], configuration["bakeTimeInMinutes"]) == ("CANARY", 30)
    assert configuration["canaryConfiguration"] == {"canaryPercent": 20, "canaryBakeTimeInMinutes": 15}
    assert configuration["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert len(configuration["alarms"]["alarmNames"]) == 5
    assert [hook["lifecycleStages"] for hook in configuration["lifecycleHooks"]] == [
        ["POST_TEST_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT"],
        ["PRE_SCALE_UP"],
    ]
