"""AWS's own API models and moto take applications that are Lambda functions."""

from tests.contract.account import accounts
from tests.contract.aws_model import problems
from tests.contract.wire import NOT_CREATED, created, requests, subject_of
from tests.unit.every_function import every_function


def test_aws_takes_every_request() -> None:
    plan = every_function()
    made = [request for resource in created(plan) for request in requests(subject_of(plan, resource))]
    assert [problem for request in made for problem in problems(request)] == []
    operations = {request.operation for request in made}
    assert {"CreateAlias", "CreateDeploymentConfig", "CreateDeploymentGroup", "CreateFunction"} <= operations
    unchecked = {one.type for one in plan.resources if one.type.startswith("aws:")}
    checked = {one.type for one in created(plan)}
    assert unchecked - checked <= NOT_CREATED


def test_an_account_has_the_functions_the_groups_and_the_pipelines() -> None:
    plan = every_function()
    with accounts("dev", plans={"dev": plan}) as stacks:
        account = stacks["dev"]
        names = {one["FunctionName"] for one in account.client("lambda").list_functions()["Functions"]}
        assert {"greeter-dev", "ticker-dev", "CodeDeployHook_greeter-dev-before"} <= names
        pipelines = {one["name"] for one in account.client("codepipeline").list_pipelines()["pipelines"]}
        assert pipelines == {"greeter-dev", "ticker-dev"}
