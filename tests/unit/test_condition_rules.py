"""Conditions of a stage that AWS would refuse, or could not evaluate."""

from dataclasses import replace

import pytest

from components.conditions import Condition, OnFailure, Result, Retry, Rule, skip_unless, variable_check
from components.rule_providers import deployment_window
from components.stage_rules import problems
from components.stages import Action, Artifact, Category, Road, Stage

CODE = Artifact("code")
SOURCE = Action(name="Source", category=Category.SOURCE, provider="S3", outputs=(CODE,), namespace="Source")
BUILD = Action(name="Build", category=Category.BUILD, provider="CodeBuild", inputs=(CODE,), namespace="Build")
AT_BUILD = "pipeline 'shop', stage 'Build'"
PLACE = f"{AT_BUILD}, condition 'OnlyHotfix'"
ALARM = Rule(
    name="Quiet",
    provider="CloudWatchAlarm",
    configuration={"AlarmName": "errors", "AlarmStates": "ALARM"},
    description="rolls back on an alarm",
)


WINDOW = deployment_window(name="Window", days=("MON",), opens=9, closes=10, time_zone="UTC", patience_minutes=5)
COMMANDS = Rule(name="Run", provider="Commands", commands=("true",), inputs=("code",), description="runs")


def road(stage: Stage) -> Road:
    """A good road with this stage in the middle."""
    stages = (Stage(name="Source", actions=(SOURCE,)), stage)
    return Road(name="shop", stages=stages, variables={"BRANCH": "main"})


def hotfix(*, name: str = "OnlyHotfix", variable: str = "#{variables.BRANCH}", expression: str = "^hotfix/.*$") -> Rule:
    return variable_check(name=name, variable=variable, expression=expression, description="hotfix")


STAGE = Stage(name="Build", actions=(BUILD,))


@pytest.mark.parametrize(
    "variable", ["#{variables.BRANCH}", "#{Source.BranchName}", "#{codepipeline.PipelineExecutionId}"]
)
def test_a_condition_reads_what_is_known_before_its_stage(variable: str) -> None:
    assert problems(road(replace(STAGE, before_entry=skip_unless(hotfix(variable=variable))))) == []


def test_a_condition_on_success_reads_what_its_own_stage_has_set() -> None:
    checked = Condition(result=Result.FAIL, rules=(hotfix(variable="#{Build.X}"),))
    assert problems(road(replace(STAGE, on_success=checked))) == []


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            hotfix(variable="BRANCH"),
            f"{PLACE}: reads 'BRANCH', which is no variable; it is written #{{namespace.NAME}}",
        ),
        (
            hotfix(variable="#{variables.TAG}"),
            f"{PLACE}: reads #{{variables.TAG}}, which the pipeline doesn't declare",
        ),
        (hotfix(variable="#{Build.X}"), f"{PLACE}: reads #{{Build.X}}, which no action before this stage sets"),
        (hotfix(variable="#{Test.X}"), f"{PLACE}: reads #{{Test.X}}, which no action before this stage sets"),
        (hotfix(expression=""), f"{PLACE}: Value has 0 characters; AWS takes 1 to 10000"),
        (hotfix(expression="x" * 10_001), f"{PLACE}: Value has 10001 characters; AWS takes 1 to 10000"),
        (
            hotfix(name="only hotfix"),
            f"{AT_BUILD}, condition 'only hotfix': is no rule name; AWS takes 1 to 100 of A-Z a-z 0-9 . @ - _",
        ),
        (ALARM, f"{AT_BUILD}, before entry: a rule of CloudWatchAlarm can't skip a stage; LambdaInvoke and "),
    ],
)
def test_a_rule_that_could_not_be_evaluated_is_refused(rule: Rule, message: str) -> None:
    (problem,) = problems(road(replace(STAGE, before_entry=skip_unless(rule))))
    assert problem.startswith(message)


BROKEN = {
    "before entry can't roll back": (
        replace(STAGE, before_entry=Condition(result=Result.ROLLBACK, rules=(ALARM,))),
        "before entry: ends in ROLLBACK; AWS takes FAIL or SKIP",
    ),
    "success can't skip": (
        replace(STAGE, on_success=Condition(result=Result.SKIP, rules=(hotfix(),))),
        "on success: ends in SKIP; AWS takes FAIL or ROLLBACK",
    ),
    "failure can't fail": (
        replace(STAGE, on_failure=OnFailure(condition=Condition(result=Result.FAIL, rules=(ALARM,)))),
        "on failure: ends in FAIL; AWS takes ROLLBACK",
    ),
    "no rule": (replace(STAGE, on_success=Condition(result=Result.FAIL, rules=())), "has 0 rules; AWS takes 1 to 5"),
    "six rules": (
        replace(
            STAGE,
            on_success=Condition(result=Result.FAIL, rules=tuple(replace(ALARM, name=f"R{n}") for n in range(6))),
        ),
        "has 6 rules; AWS takes 1 to 5",
    ),
    "two rules of one name": (
        replace(STAGE, on_success=Condition(result=Result.FAIL, rules=(ALARM, ALARM))),
        "more than one rule has the name 'Quiet'",
    ),
    "a retry with rules": (
        replace(
            STAGE,
            on_failure=OnFailure(
                result=Result.RETRY,
                retry=Retry.ALL_ACTIONS,
                condition=Condition(result=Result.ROLLBACK, rules=(ALARM,)),
            ),
        ),
        "on failure, an automatic retry has no rules; AWS takes one or the other",
    ),
    "an alarm beside a window": (
        replace(STAGE, before_entry=Condition(result=Result.FAIL, rules=(ALARM, WINDOW))),
        "before entry: an alarm beside a window is asked before the window opens, and not again",
    ),
    "a retry of nothing": (replace(STAGE, on_failure=OnFailure(result=Result.RETRY)), "RETRY and what is tried again"),
    "a rollback that tries again": (
        replace(STAGE, on_failure=OnFailure(result=Result.ROLLBACK, retry=Retry.ALL_ACTIONS)),
        "RETRY and what is tried again",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_condition_that_aws_would_refuse_is_refused(case: str) -> None:
    stage, message = BROKEN[case]
    (problem,) = problems(road(stage))
    assert problem.startswith(AT_BUILD)
    assert message in problem


def test_the_source_stage_has_no_entry_condition() -> None:
    good = road(STAGE)
    first = replace(good.stages[0], before_entry=skip_unless(hotfix()))
    assert (
        "pipeline 'shop', stage 'Source', condition 'OnlyHotfix': stands before the source stage, which has no entry"
        in problems(replace(good, stages=(first, *good.stages[1:])))
    )


RULES = {
    "an unknown provider": (replace(ALARM, provider="Moon"), "AWS knows no rule Moon; known are CloudWatchAlarm"),
    "an alarm without a name": (replace(ALARM, configuration={}), "CloudWatchAlarm needs AlarmName"),
    "a key of another": (
        replace(ALARM, configuration={"AlarmName": "a", "Cron": "*"}),
        "CloudWatchAlarm takes no Cron; it takes AlarmName, AlarmStates, WaitTime",
    ),
    "a window without a time": (replace(WINDOW, configuration={"TimeZone": "UTC"}), "DeploymentWindow needs Cron"),
    "a function without a name": (replace(ALARM, provider="LambdaInvoke", configuration={}), "needs FunctionName"),
    "an operator of another language": (
        replace(hotfix(), configuration={"Variable": "#{variables.BRANCH}", "Value": "a", "Operator": "LIKE"}),
        "Operator is 'LIKE'; AWS takes EQ, NE, CONTAINS, MATCHES",
    ),
    "no patience": (replace(WINDOW, timeout_minutes=4), "timeout_minutes is 4; AWS takes 5 to 86400"),
    "too much patience": (replace(WINDOW, timeout_minutes=86401), "timeout_minutes is 86401; AWS takes 5 to 86400"),
    "commands of an alarm": (replace(ALARM, commands=("true",)), "a rule of CloudWatchAlarm runs no commands"),
    "no command": (replace(COMMANDS, commands=()), "has 0 commands; AWS takes 1 to 50"),
    "51 commands": (replace(COMMANDS, commands=("true",) * 51), "has 51 commands; AWS takes 1 to 50"),
    "a long command": (replace(COMMANDS, commands=("x" * 1001,)), "a command has 1001 characters; AWS takes 1 to 1000"),
    "a command of two lines": (replace(COMMANDS, commands=("a\nb",)), "a command has several lines; AWS takes one"),
    "commands on nothing": (replace(COMMANDS, inputs=()), "Commands needs an input artifact"),
    "configured commands": (replace(COMMANDS, configuration={"A": "b"}), "Commands takes no A; it takes nothing"),
    "an artifact of nobody": (replace(COMMANDS, inputs=("app",)), "reads artifact 'app', which no action before makes"),
}


@pytest.mark.parametrize("case", RULES)
def test_a_rule_that_its_provider_would_refuse_is_refused(case: str) -> None:
    rule, message = RULES[case]
    (problem,) = problems(road(replace(STAGE, before_entry=Condition(result=Result.FAIL, rules=(rule,)))))
    assert problem.startswith(f"{AT_BUILD}, condition {rule.name!r}: ")
    assert message in problem


@pytest.mark.parametrize("rule", [ALARM, WINDOW, COMMANDS, hotfix()], ids=lambda rule: rule.provider)
def test_a_good_rule_of_each_provider_passes(rule: Rule) -> None:
    assert problems(road(replace(STAGE, before_entry=Condition(result=Result.FAIL, rules=(rule,))))) == []


@pytest.mark.parametrize(
    ("opens", "closes", "cron"),
    [(9, 17, "* * 9-16 ? * MON,FRI *"), (9, 10, "* * 9 ? * MON,FRI *"), (0, 24, "* * 0-23 ? * MON,FRI *")],
)
def test_a_window_is_closed_at_its_last_full_hour(opens: int, closes: int, cron: str) -> None:
    window = deployment_window(
        name="W", days=("MON", "FRI"), opens=opens, closes=closes, time_zone="Europe/Berlin", patience_minutes=60
    )
    assert window.configuration == {"Cron": cron, "TimeZone": "Europe/Berlin"}
