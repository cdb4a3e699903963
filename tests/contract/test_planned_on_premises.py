"""AWS's own API models and moto take applications on machines on premises."""

from tests.contract.account import accounts
from tests.contract.aws_model import problems
from tests.contract.wire import NOT_CREATED, created, requests, subject_of
from tests.unit.every_machine import every_machine


def test_aws_takes_every_request() -> None:
    plan = every_machine()
    made = [request for resource in created(plan) for request in requests(subject_of(plan, resource))]
    assert [problem for request in made for problem in problems(request)] == []
    assert {"CreateApplication", "CreateDeploymentGroup", "PutRule"} <= {request.operation for request in made}
    unchecked = {one.type for one in plan.resources if one.type.startswith("aws:")}
    checked = {one.type for one in created(plan)}
    assert unchecked - checked <= NOT_CREATED


def test_an_account_has_the_groups_the_watch_and_the_pipelines() -> None:
    plan = every_machine()
    with accounts("dev", plans={"dev": plan}) as stacks:
        account = stacks["dev"]
        group = account.client("codedeploy").get_deployment_group(
            applicationName="tills-dev", deploymentGroupName="tills-dev"
        )["deploymentGroupInfo"]
        assert group["deploymentStyle"]["deploymentType"] == "IN_PLACE"
        functions = {one["FunctionName"] for one in account.client("lambda").list_functions()["Functions"]}
        assert {"tills-dev-watch-machines", "kiosks-dev-watch-machines"} <= functions
        rules = {one["Name"]: one for one in account.client("events").list_rules()["Rules"]}
        assert rules["tills-dev-watch-machines-visit"]["ScheduleExpression"] == "rate(5 minutes)"
        pipelines = {one["name"] for one in account.client("codepipeline").list_pipelines()["pipelines"]}
        assert pipelines == {"tills-dev", "kiosks-dev"}
