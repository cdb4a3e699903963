"""Conditions and freezes of a stack file, as the pipeline has them and as its role may ask them."""

import json
from functools import cache
from typing import Any

import pulumi
import pytest

from tests.unit.every_condition import every_condition
from tests.unit.every_function import functions
from tests.unit.every_machine import machines
from tests.unit.every_service import services
from tests.unit.planning import Change, Config, Planned, planned
from tests.unit.roads import pipeline_of
from tests.unit.roles import roles_of

REGION = "eu-west-1:111122223333"
FUNCTION = "aws:lambda/function:Function"
FREEZE = {"from": "2026-12-20", "until": "2027-01-04", "reason": "Christmas trade"}
Stage = dict[str, Any]


@cache
def staging() -> Planned:
    return planned("staging", every_condition)


def stage(name: str, plan: Planned | None = None) -> Stage:
    """One stage as AWS would get it."""
    (found,) = [one for one in pipeline_of(plan or staging()).inputs["stages"] if one["name"] == name]
    assert isinstance(found, dict)
    return found


def asking(stage_name: str, conditions: Any) -> Change:
    """The storefront asks this at a stage."""

    def change(config: Config) -> None:
        config["delivery:applications"]["storefront"]["conditions"] = {stage_name: conditions}

    return change


def rules(condition: Any) -> list[tuple[str, str, dict[str, str]]]:
    """Name, provider and configuration of each rule."""
    return [
        (rule["name"], rule["ruleTypeId"]["provider"], rule["configuration"])
        for rule in condition["condition"]["rules"]
    ]


def test_a_stage_that_deploys_asks_the_calendar_first_and_then_what_it_was_told() -> None:
    entry = stage("Deploy")["beforeEntry"]
    assert entry["condition"]["result"] == "FAIL"
    told = {"stage": "Deploy", "deploys": "yes", "branch": "#{variables.GIT_BRANCH}"}
    assert rules(entry) == [
        (
            "Calendar",
            "LambdaInvoke",
            {"FunctionName": "storefront-staging-check-calendar", "UserParameters": json.dumps(told)},
        ),
        ("Window", "DeploymentWindow", {"Cron": "* * 9-16 ? * MON,TUE,WED,THU,FRI *", "TimeZone": "Europe/Berlin"}),
        ("Function", "LambdaInvoke", {"FunctionName": "change-is-announced", "UserParameters": "storefront"}),
        ("Commands", "Commands", {}),
    ]
    _, window, _, commands = entry["condition"]["rules"]
    assert window["timeoutInMinutes"] == 10080
    assert (commands["commands"], commands["inputArtifacts"]) == (["test -f appspec.yml", "test -d bin"], ["Bundle"])


def test_a_window_that_fails_is_the_functions_and_no_rule_of_aws() -> None:
    entry = stage("Test")["beforeEntry"]
    assert [(name, provider) for name, provider, _ in rules(entry)] == [
        ("Calendar", "LambdaInvoke"),
        ("Alarm", "CloudWatchAlarm"),
    ]
    assert json.loads(rules(entry)[0][2]["UserParameters"])["deploys"] == "no"


def test_what_a_stage_does_afterwards_is_what_it_was_told() -> None:
    success = stage("Deploy")["onSuccess"]
    assert success["condition"]["result"] == "ROLLBACK"
    assert rules(success) == [
        ("Alarm", "CloudWatchAlarm", {"AlarmName": "payments-errors", "WaitTime": "10"}),
        ("Alarm2", "CloudWatchAlarm", {"AlarmName": "payments-latency"}),
    ]
    failures = {name: stage(name)["onFailure"] for name in ("Build", "Test", "Deploy", "Promote")}
    assert failures == {
        "Build": {"result": "RETRY", "retryConfiguration": {"retryMode": "FAILED_ACTIONS"}},
        "Test": {"result": "RETRY", "retryConfiguration": {"retryMode": "ALL_ACTIONS"}},
        "Deploy": {"result": "ROLLBACK"},
        "Promote": {"result": "ROLLBACK"},
    }


def test_a_stage_that_is_told_to_be_skipped_is() -> None:
    entry = stage("Build")["beforeEntry"]
    assert entry["condition"]["result"] == "SKIP"
    assert rules(entry) == [
        ("Variable", "VariableCheck", {"Variable": "#{Source.CommitMessage}", "Value": "[skip ci]", "Operator": "NE"}),
        ("Function", "LambdaInvoke", {"FunctionName": "worth-building"}),
    ]


def calendar(plan: Planned) -> dict[str, Any]:
    """What the function of the calendar works on."""
    function = plan.one(FUNCTION, name=f"storefront-{plan.stack}-check-calendar")
    parameters = json.loads(function.inputs["environment"]["variables"]["PARAMETERS"])
    assert isinstance(parameters, dict)
    return parameters


def test_the_function_is_told_freezes_in_utc_and_the_windows_of_each_stage() -> None:
    parameters = calendar(staging())
    assert parameters["freezes"] == [
        {
            "begins": "2026-12-19T23:00:00+00:00",
            "ends": "2027-01-04T23:00:00+00:00",
            "reason": "Christmas trade",
            "hotfixes": True,
        },
        {
            "begins": "2020-01-01T06:00:00+00:00",
            "ends": "2020-01-01T18:00:00+00:00",
            "reason": "long over",
            "hotfixes": False,
        },
    ]
    assert {name: [one["waits"] for one in found] for name, found in parameters["windows"].items()} == {
        "Test": [False],
        "Deploy": [True],
    }
    assert parameters["hotfixBranches"] == ["hotfix/*"]


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_one_line_freezes_the_deployments_of_every_stack_and_nothing_else(stack: str) -> None:
    frozen = planned(stack, lambda config: config.update({"delivery:freezes": [FREEZE]}))
    assert [one["name"] for one in pipeline_of(frozen).inputs["stages"] if asks_calendar(one)] == ["Deploy"]


@pytest.mark.parametrize("deployed", [functions, machines, services], ids=lambda one: one.__name__)
def test_a_freeze_holds_up_what_is_deployed_to_every_platform(deployed: Change) -> None:
    def change(config: Config) -> None:
        deployed(config)
        config["delivery:freezes"] = [FREEZE]

    frozen = planned("dev", change)
    for pipeline in frozen.of("aws:codepipeline/pipeline:Pipeline"):
        asked = [one["name"] for one in pipeline.inputs["stages"] if asks_calendar(one)]
        assert asked == ["Deploy"], pipeline.inputs["name"]


def test_a_stage_that_is_called_like_a_promotion_and_deploys_is_frozen_and_can_be_rolled_back() -> None:
    def change(config: Config) -> None:
        files = {"name": "Files", "provider": "s3", "bucket": "acme-site"}
        stage_of_ones_own = {"name": "Promote", "after": "Deploy", "actions": [files]}
        config["delivery:applications"]["storefront"]["stages"] = [stage_of_ones_own]
        config["delivery:freezes"] = [FREEZE]

    plan = planned("dev", change)
    assert [one["name"] for one in pipeline_of(plan).inputs["stages"] if asks_calendar(one)] == ["Deploy", "Promote"]
    policy = plan.one("aws:iam/policy:Policy", name="storefront-dev-override-rollback").json("policy")
    assert [one.rsplit("/", 1)[1] for one in policy["Statement"][0]["Resource"]] == ["Deploy", "Promote"]


def test_every_application_of_a_stack_is_frozen() -> None:
    def change(config: Config) -> None:
        applications = config["delivery:applications"]
        applications["portal"] = {
            "source": {"provider": "github", "repository": "acme/portal", "branch": "main"},
            "deploy": {"platform": "server", "strategy": "in-place"},
        }
        config["delivery:freezes"] = [FREEZE]

    frozen = planned("dev", change)
    for application in ("storefront", "portal"):
        stages = pipeline_of(frozen, application).inputs["stages"]
        assert [one["name"] for one in stages if asks_calendar(one)] == ["Deploy"]
    assert {one.inputs["name"] for one in frozen.of(FUNCTION)} >= {
        "storefront-dev-check-calendar",
        "portal-dev-check-calendar",
    }


def asks_calendar(one: Stage) -> bool:
    return "beforeEntry" in one and any(name == "Calendar" for name, _, _ in rules(one["beforeEntry"]))


def test_another_freeze_changes_the_function_and_leaves_the_pipeline_as_it_is() -> None:
    first = planned("prod", lambda config: config.update({"delivery:freezes": [FREEZE]}))
    later = {**FREEZE, "from": "2027-12-20", "until": "2028-01-03"}
    second = planned("prod", lambda config: config.update({"delivery:freezes": [FREEZE, later]}))
    assert pipeline_of(first).inputs == pipeline_of(second).inputs
    assert calendar(first) != calendar(second)


def test_a_stack_without_freezes_and_windows_has_no_calendar() -> None:
    waiting = {"beforeEntry": {"rules": [{"rule": "window", "closed": "wait"}]}}
    for plan in (planned("prod"), planned("prod", asking("Deploy", waiting))):
        assert plan.of(FUNCTION, name="storefront-prod-check-calendar") == []


REFUSED: dict[str, tuple[Any, str]] = {
    "a stage that isn't there": (
        ("Deplyo", {"onFailure": {"result": "rollback"}}),
        (
            "conditions.Deplyo: the pipeline has no stage of this name; it has Source, Hotfix, Build, Test, "
            "TestUnlessHotfix, Deploy, Retire, Promote"
        ),
    ),
    "a stage that is skipped already": (
        ("TestUnlessHotfix", {"beforeEntry": {"rules": [{"rule": "alarm", "name": "a"}]}}),
        "conditions.TestUnlessHotfix.beforeEntry: the stage has a condition of its own",
    ),
    "an entry of the source": (
        ("Source", {"beforeEntry": {"rules": [{"rule": "alarm", "name": "a"}]}}),
        "stands before the source stage, which has no entry",
    ),
    "a source that is tried again": (
        ("Source", {"onFailure": {"result": "retry"}}),
        "a source stage can't be rolled back or tried again",
    ),
    "a source that is rolled back": (
        ("Source", {"onSuccess": {"otherwise": "rollback", "rules": [{"rule": "alarm", "name": "a"}]}}),
        "on success, a source stage can't be rolled back",
    ),
    "an artifact that comes later": (
        ("Build", {"beforeEntry": {"rules": [{"rule": "commands", "commands": ["ls"], "artifact": "Bundle"}]}}),
        "stage 'Build', condition 'Commands': reads artifact 'Bundle', which no action before makes",
    ),
    "a variable that nobody declares": (
        ("Build", {"beforeEntry": {"rules": [{"rule": "variable", "variable": "#{variables.X}", "equals": "1"}]}}),
        "stage 'Build', condition 'Variable': reads #{variables.X}, which the pipeline doesn't declare",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_condition_that_no_stage_can_have_is_refused_before_anything_is_planned(case: str) -> None:
    (name, conditions), message = REFUSED[case]
    with pytest.raises(pulumi.RunError) as error:
        planned("staging", asking(name, conditions))
    assert message in str(error.value)


def test_a_frozen_stage_cant_be_skipped_as_well() -> None:
    skipping = {"otherwise": "skip", "rules": [{"rule": "function", "name": "f"}]}

    def change(config: Config) -> None:
        asking("Deploy", {"beforeEntry": skipping})(config)
        config["delivery:freezes"] = [FREEZE]

    with pytest.raises(pulumi.RunError, match=r"conditions\.Deploy\.beforeEntry: otherwise is skip, but a freeze"):
        planned("staging", change)


def test_six_rules_with_the_calendars_are_one_too_many() -> None:
    def change(config: Config) -> None:
        alarms = [{"rule": "alarm", "name": f"a{number}"} for number in range(5)]
        asking("Deploy", {"beforeEntry": {"rules": alarms}})(config)
        config["delivery:freezes"] = [FREEZE]

    with pytest.raises(pulumi.RunError, match="stage 'Deploy', before entry: has 6 rules; AWS takes 1 to 5"):
        planned("staging", change)


RULES: dict[str, tuple[dict[str, Any], list[tuple[list[str], list[str]]]]] = {
    "a window that waits": ({"rule": "window", "closed": "wait"}, []),
    "a window that fails": (
        {"rule": "window", "closed": "fail"},
        [(["lambda:InvokeFunction"], [f"arn:aws:lambda:{REGION}:function:storefront-staging-check-calendar"])],
    ),
    "an alarm": (
        {"rule": "alarm", "name": "a"},
        [(["cloudwatch:DescribeAlarms"], ["*"])],
    ),
    "a variable": ({"rule": "variable", "variable": "#{Source.CommitId}", "matches": ".+"}, []),
    "a function": (
        {"rule": "function", "name": "gate"},
        [(["lambda:InvokeFunction"], [f"arn:aws:lambda:{REGION}:function:gate"])],
    ),
    "commands": (
        {"rule": "commands", "commands": ["ls"]},
        [
            (
                ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                [
                    f"arn:aws:logs:{REGION}:log-group:/aws/codepipeline/storefront-staging",
                    f"arn:aws:logs:{REGION}:log-group:/aws/codepipeline/storefront-staging:*",
                ],
            )
        ],
    ),
}


@pytest.mark.parametrize("kind", RULES)
def test_the_pipelines_role_gets_what_a_rule_needs_and_nothing_else(kind: str) -> None:
    rule, needed = RULES[kind]
    plan = planned("staging", asking("Deploy", {"beforeEntry": {"rules": [rule]}}))
    before = roles_of(planned("staging"))["storefront-staging-pipeline"].statements
    after = roles_of(plan)["storefront-staging-pipeline"].statements
    more = [(one["Action"], one["Resource"]) for one in after if one not in before]
    assert more == needed
    assert [one for one in before if one not in after] == []


def test_commands_write_to_a_log_that_is_encrypted_and_ends() -> None:
    logs = staging().one("aws:cloudwatch/logGroup:LogGroup", name="/aws/codepipeline/storefront-staging")
    assert logs.inputs["kmsKeyId"]
    assert logs.inputs["retentionInDays"] == 90
    assert logs.urn in staging().before(pipeline_of(staging()))


def test_the_calendar_is_there_before_the_pipeline_that_asks_it() -> None:
    function = staging().one(FUNCTION, name="storefront-staging-check-calendar")
    assert function.urn in staging().before(pipeline_of(staging()))
    actions = roles_of(staging())["storefront-staging-check-calendar"].actions
    assert {one for one in actions if not one.startswith("logs:")} == {
        "codepipeline:PutJobFailureResult",
        "codepipeline:PutJobSuccessResult",
    }


def test_a_stage_of_ones_own_is_asked_like_any_other_and_frozen_where_it_deploys() -> None:
    def change(config: Config) -> None:
        storefront = config["delivery:applications"]["storefront"]
        storefront["stages"] = [
            {
                "name": "Site",
                "after": "Deploy",
                "actions": [{"name": "Files", "provider": "s3", "bucket": "acme-site"}],
            },
            {
                "name": "Smoke",
                "after": "Site",
                "actions": [{"name": "Ask", "provider": "commands", "commands": ["true"]}],
            },
        ]
        storefront["conditions"] = {
            "Site": {"onSuccess": {"otherwise": "rollback", "rules": [{"rule": "alarm", "name": "site-errors"}]}},
            "Smoke": {"onFailure": {"result": "retry"}},
        }
        config["delivery:freezes"] = [FREEZE]

    plan = planned("staging", change)
    frozen = [one["name"] for one in pipeline_of(plan).inputs["stages"] if asks_calendar(one)]
    assert frozen == ["Deploy", "Site"]
    assert rules(stage("Site", plan)["onSuccess"]) == [("Alarm", "CloudWatchAlarm", {"AlarmName": "site-errors"})]
    assert stage("Smoke", plan)["onFailure"]["result"] == "RETRY"


def test_a_stage_cant_go_back_where_executions_run_in_parallel() -> None:
    def change(config: Config) -> None:
        storefront = config["delivery:applications"]["storefront"]
        storefront["executionMode"] = "parallel"
        storefront["conditions"] = {"Test": {"onFailure": {"result": "rollback"}}}

    with pytest.raises(pulumi.RunError, match="stage 'Test': rolls back on failure; in PARALLEL mode"):
        planned("dev", change)
