"""Applications that are Lambda functions: who owns what, how the alias moves, who may do what."""

import json
from typing import Any

import pytest

from tests.unit.every_function import CANARY, functions
from tests.unit.every_function import every_function as plan
from tests.unit.planning import Change, Config, planned
from tests.unit.roads import action_of, stages_of
from tests.unit.roles import roles_of
from tests.unit.settings.stack_file import config_of, said

FUNCTION = "aws:lambda/function:Function"
HOOKS = ("CodeDeployHook_greeter-dev-before", "CodeDeployHook_greeter-dev-after")


def arn(name: str) -> str:
    return f"arn:aws:lambda:eu-west-1:111122223333:function:{name}"


@pytest.mark.parametrize("name", ["greeter-dev", "ticker-dev", *HOOKS])
def test_pulumi_leaves_the_code_to_the_pipeline_and_has_everything_else(name: str) -> None:
    function = plan().one(FUNCTION, name=name)
    assert "code" in function.ignore_changes
    assert not {"memorySize", "timeout", "environment", "role", "runtime", "handler"} & set(function.ignore_changes)
    assert function.inputs["kmsKeyArn"]


def test_the_alias_is_moved_by_deployments_alone() -> None:
    alias = plan().one("aws:lambda/alias:Alias", functionName="greeter-dev")
    assert (alias.inputs["name"], alias.inputs["functionVersion"]) == ("live", "$LATEST")
    assert set(alias.ignore_changes) == {"functionVersion", "routingConfig"}


def test_a_hook_is_called_what_the_stack_file_says_and_may_invoke_versions_of_its_function_alone() -> None:
    before = plan().one(FUNCTION, name=HOOKS[0])
    assert before.inputs["handler"] == "hooks.before"
    assert before.inputs["environment"]["variables"] == {"GREETING": "Hello", "FUNCTION": "greeter-dev"}
    role = roles_of(plan())[HOOKS[0]]
    assert role.resources_of("lambda:InvokeFunction") == {f"{arn('greeter-dev')}:*"}
    (group,) = role.resources_of("codedeploy:GetDeployment")
    assert group.endswith(":deploymentgroup:greeter-dev/greeter-dev")
    assert role.managed == ()


@pytest.mark.parametrize(
    ("name", "config", "routing"),
    [
        (
            "greeter-dev",
            "canary-20-15",
            {"type": "TimeBasedCanary", "timeBasedCanary": {"interval": 15, "percentage": 20}},
        ),
        (
            "ticker-dev",
            "linear-10-1",
            {"type": "TimeBasedLinear", "timeBasedLinear": {"interval": 1, "percentage": 10}},
        ),
    ],
)
def test_the_alias_moves_as_the_stack_file_says_by_a_configuration_that_is_named_by_what_it_says(
    name: str, config: str, routing: dict[str, object]
) -> None:
    own = plan().one("aws:codedeploy/deploymentConfig:DeploymentConfig", deploymentConfigName=f"{name}-{config}")
    assert own.inputs["trafficRoutingConfig"] == routing
    group = plan().one("aws:codedeploy/deploymentGroup:DeploymentGroup", deploymentGroupName=name)
    assert group.inputs["deploymentConfigName"] == f"{name}-{config}"


def test_a_shift_is_stopped_by_the_alarms_of_the_alias_and_rolled_back() -> None:
    group = plan().one("aws:codedeploy/deploymentGroup:DeploymentGroup", deploymentGroupName="greeter-dev").inputs
    assert group["autoRollbackConfiguration"]["enabled"] is True
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["autoRollbackConfiguration"]["events"]
    thresholds = {}
    for name in group["alarmConfiguration"]["alarms"]:
        alarm = plan().one("aws:cloudwatch/metricAlarm:MetricAlarm", name=name).inputs
        assert alarm["dimensions"] == {"FunctionName": "greeter-dev", "Resource": "greeter-dev:live"}
        assert alarm["treatMissingData"] == "notBreaching"
        thresholds[alarm["metricName"]] = alarm["threshold"]
    assert thresholds == {"Errors": 3, "Throttles": 2, "Duration": 800}


def test_the_pipeline_deploys_by_a_function_that_is_told_names_alone() -> None:
    action = action_of(plan(), "DeployFunction", "greeter")
    assert action.configuration["FunctionName"] == "greeter-dev-deploy-function"
    assert action.declaration["inputArtifacts"] == ["Bundle"]
    deployer = plan().one(FUNCTION, name="greeter-dev-deploy-function")
    assert json.loads(deployer.inputs["environment"]["variables"]["PARAMETERS"]) == {
        "pipeline": "greeter-dev",
        "application": "greeter-dev",
        "deploymentGroup": "greeter-dev",
        "alarms": [f"greeter-dev-{one}" for one in ("errors", "throttles", "duration")],
        "watchMinutes": 0,
        "function": "greeter-dev",
        "alias": "live",
        "beforeAllowTraffic": HOOKS[0],
        "afterAllowTraffic": HOOKS[1],
    }
    assert [stage for stage, _ in stages_of(plan(), "greeter")] == ["Source", "Build", "Deploy", "TestDeployed"]


def test_a_function_is_watched_after_its_invocations_have_moved_for_as_long_as_tier_or_stack_file_say() -> None:
    def delivered(minutes: int | None) -> Change:
        def change(config: Config) -> None:
            functions(config)
            config["delivery:environment"]["tier"] = "staging"
            if minutes is not None:
                config["delivery:applications"]["greeter"]["deploy"] = {
                    **config["delivery:applications"]["greeter"]["deploy"],
                    "watchMinutes": minutes,
                }

        return change

    for given, minutes in ((None, 5), (40, 40)):
        deployer = planned("dev", delivered(given)).one(FUNCTION, name="greeter-dev-deploy-function")
        assert json.loads(deployer.inputs["environment"]["variables"]["PARAMETERS"])["watchMinutes"] == minutes


def test_a_shift_and_a_watch_of_more_than_a_day_are_refused() -> None:
    config = config_of("dev")
    functions(config)
    config["delivery:applications"]["greeter"]["deploy"] = {
        **config["delivery:applications"]["greeter"]["deploy"],
        "watchMinutes": 1380,
    }
    (line,) = said(config, stack="dev")
    assert "deploy.watchMinutes: given 1380; allowed: 1380 minutes for shift and watch; " in line


def test_the_deployer_brings_code_to_its_functions_and_moves_one_alias() -> None:
    role = roles_of(plan())["greeter-dev-deploy-function"]
    assert role.resources_of("lambda:UpdateFunctionCode") == {arn(name) for name in ("greeter-dev", *HOOKS)}
    assert role.resources_of("lambda:UpdateAlias") == {arn("greeter-dev")}
    assert not role.actions & {"lambda:UpdateFunctionConfiguration", "lambda:InvokeFunction", "lambda:*"}


def test_the_deployer_lets_lambda_and_nobody_else_grant_the_roles_of_its_functions_their_variables() -> None:
    role = roles_of(plan())["greeter-dev-deploy-function"]
    (granting,) = [one for one in role.statements if "kms:CreateGrant" in one["Action"]]
    (key,) = granting["Resource"]
    assert key == plan().one(FUNCTION, name="greeter-dev").inputs["kmsKeyArn"]
    assert granting["Action"] == ["kms:CreateGrant"]
    assert granting["Condition"] == {"StringEquals": {"kms:ViaService": "lambda.eu-west-1.amazonaws.com"}}


def test_codedeploy_asks_the_hooks_of_its_function_and_no_other() -> None:
    roles = roles_of(plan())
    assert roles["greeter-dev-codedeploy"].resources_of("lambda:InvokeFunction") == {arn(name) for name in HOOKS}
    assert "lambda:InvokeFunction" not in roles["ticker-dev-codedeploy"].actions


def test_a_function_in_the_network_has_private_subnets_and_the_policy_that_lambda_documents() -> None:
    ticker = plan().one(FUNCTION, name="ticker-dev").inputs
    assert len(ticker["vpcConfig"]["subnetIds"]) == 2
    assert ticker["reservedConcurrentExecutions"] == 5
    # A refresh would find none, and the next preview a change.
    assert "environment" not in ticker
    assert set(roles_of(plan())["ticker-dev"].managed) == {
        "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess",
        "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
    }


def test_a_role_has_each_policy_once_and_those_that_end_alike_beside_each_other() -> None:
    policies = {
        "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
        "arn:aws:iam::111122223333:policy/tickers/Read",
        "arn:aws:iam::111122223333:policy/quotes/Read",
    }

    def change(config: Config) -> None:
        functions(config)
        ticker = config["delivery:applications"]["ticker"]["deploy"]
        config["delivery:applications"]["ticker"]["deploy"] = {
            **ticker,
            "function": {**ticker["function"], "policyArns": sorted(policies)},
        }

    assert sorted(roles_of(planned("dev", change))["ticker-dev"].managed) == sorted(policies)


PLACE = "applications.greeter.deploy"
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "in place": ({"strategy": "in-place"}, f'{PLACE}.strategy: given "in-place"; allowed: canary, linear'),
    "blue/green": ({"strategy": "blue-green"}, f'{PLACE}.strategy: given "blue-green"; allowed: canary, linear'),
    "no handler": ({"function": {"runtime": "python3.13"}}, f"{PLACE}.function.handler: missing"),
    "a runtime that Lambda has not": (
        {"function": {"runtime": "python2.7", "handler": "a.b"}},
        f'{PLACE}.function.runtime: given "python2.7"; allowed: python3.12',
    ),
    "all at once": ({"canary": {"percent": 100, "minutes": 5}}, f"{PLACE}.canary.percent: given 100; allowed: 1 to 99"),
    "a canary of days": (
        {"canary": {"percent": 1, "minutes": 1381}},
        f"{PLACE}.canary.minutes: given 1381; allowed: 1",
    ),
    "a fleet": ({"fleet": {}}, f"{PLACE}.fleet: unknown key"),
    "a variable of Lambda": (
        {"function": {"runtime": "python3.13", "handler": "a.b", "environment": {"AWS_REGION": "x"}}},
        f"{PLACE}.function.environment",
    ),
    "more variables than Lambda takes": (
        {"function": {"runtime": "python3.13", "handler": "a.b", "environment": {"GREETING": "é" * 2000}}},
        f"{PLACE}.function.environment: given a mapping of GREETING; allowed: variables of 4000 bytes as JSON; they",
    ),
    "slowness that is learned and said": (
        {"alarms": {"duration": "anomaly", "durationMs": 100}},
        f"{PLACE}.alarms.durationMs: given 100; allowed: no durationMs with duration: anomaly, which learns it",
    ),
    "a variable of its hooks": (
        {"function": {"runtime": "python3.13", "handler": "a.b", "environment": {"FUNCTION": "x"}}},
        f"{PLACE}.function: given a mapping of runtime, handler, environment; allowed: an environment without FUNCTION",
    ),
    "more policies than a role has": (
        {
            "function": {
                "runtime": "python3.13",
                "handler": "a.b",
                "policyArns": [f"arn:aws:iam::aws:policy/P{number}" for number in range(21)],
            }
        },
        f"{PLACE}.function.policyArns: given a list of 21; allowed: at most 20 policies; there are 21",
    ),
    "no policy": (
        {"function": {"runtime": "python3.13", "handler": "a.b", "policyArns": ["admin"]}},
        f'{PLACE}.function.policyArns[0]: given "admin"; allowed: the ARN of a managed policy',
    ),
    "a suite that reaches nothing": (
        {"url": None},
        "applications.greeter.suites.e2e.after",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_lambda_does_not_have_is_refused_with_what_it_has(case: str) -> None:
    changes, message = REFUSED[case]
    config = config_of("dev")
    functions(config)
    deploy = {**CANARY, **changes}
    config["delivery:applications"]["greeter"]["deploy"] = {key: one for key, one in deploy.items() if one is not None}
    lines = said(config, stack="dev")
    assert any(line.startswith(message) for line in lines), lines


def test_a_linear_shift_ends_before_codepipeline_stops_waiting() -> None:
    config: Config = config_of("dev")
    functions(config)
    config["delivery:applications"]["ticker"]["deploy"]["linear"] = {"percent": 1, "minutes": 60}
    (line,) = said(config, stack="dev")
    assert line.startswith("applications.ticker.deploy.linear: ")
    assert "1380 minutes for the whole shift; 100 parts of 60 minutes are 6000" in line
