"""The good road with one more action, and what is wrong with that: where it runs, what it computes, how it executes."""

from dataclasses import replace
from typing import Any

from components.conditions import Condition, OnFailure, Result, Rule
from components.iam import Statement
from components.stages import Action, Artifact, Category, ExecutionMode, Road, Stage
from tests.unit.broken_roads import CODE, DEPLOY, PACKAGE, RELEASE, ROAD, SHIP, SOURCE, with_action

PARTNER = "arn:aws:iam::777788889999:role/storefront-delivery"
OTHER = "arn:aws:iam::222233334444:role/storefront-delivery"

COMMANDS = Action(
    name="Count",
    category=Category.COMPUTE,
    provider="Commands",
    inputs=(RELEASE,),
    outputs=(Artifact("counts"),),
    namespace="counted",
    commands=("x" * 1000,) * 50,
    files=("count",) * 10,
    output_variables=("COUNT",) * 15,
)
ABROAD = replace(SHIP, name="Ship2", region="us-east-1")
FOREIGN = replace(SHIP, name="Ship2", role_arn=PARTNER)
CHECKED = Action(
    name="Check",
    category=Category.INVOKE,
    provider="Lambda",
    outputs=(Artifact("checked"),),
    role_arn=PARTNER,
)
MANUAL = Action(name="Yes", category=Category.APPROVAL, provider="Manual")


def commands(**changes: Any) -> Road:
    """The road with commands."""
    return with_action(replace(COMMANDS, **changes))


def abroad(action: Action, **changes: Any) -> Road:
    """The road with an action in a region that has a store."""
    return replace(with_action(replace(action, region="us-east-1", **changes)), stores=("us-east-1",))


def parallel(**changes: Any) -> Road:
    """The road with its deployment changed, in parallel mode."""
    stage = replace(DEPLOY, **{"on_failure": None, **changes})
    return replace(ROAD, stages=(*ROAD.stages[:2], stage), mode=ExecutionMode.PARALLEL)


ALARM = Condition(
    result=Result.ROLLBACK,
    rules=(
        Rule(
            name="Alarm",
            provider="CloudWatchAlarm",
            configuration={"AlarmName": "errors"},
            description="an alarm rings",
        ),
    ),
)
BOTH_ACCOUNTS = (CHECKED, replace(FOREIGN, inputs=(Artifact("checked"),), role_arn=OTHER, run_order=2))
WIDE = Statement(actions=("lambda:InvokeFunction",), resources=tuple(f"arn:{'x' * 100}{n}" for n in range(100)))

BROKEN_ACTIONS: dict[str, tuple[Road, list[str]]] = {
    "no command": (commands(commands=()), ["action 'Count'", "has 0 commands", "1 to 50"]),
    "51 commands": (commands(commands=("make",) * 51), ["action 'Count'", "has 51 commands"]),
    "a command of two lines": (commands(commands=("make", "make a\nmake b")), ["command 2", "several lines"]),
    "a command of 1001 characters": (commands(commands=("x" * 1001,)), ["command 1", "1001 characters", "1 to 1000"]),
    "16 output variables": (commands(output_variables=("A",) * 16), ["has 16 output variables", "0 to 15"]),
    "an output variable with a space": (commands(output_variables=("a b",)), ["'a b'", "no output variable"]),
    "output variables that nobody can read": (commands(namespace=None), ["output variables", "no namespace"]),
    "an output without files": (commands(files=()), ["output without files"]),
    "files without an output": (commands(outputs=()), ["files without an output"]),
    "11 files": (commands(files=("a",) * 11), ["has 11 files", "1 to 10"]),
    "a file of 129 characters": (commands(files=("a" * 129,)), ["129 characters", "1 to 128"]),
    "two outputs of commands": (
        commands(outputs=(Artifact("counts"), Artifact("more"))),
        ["2 output artifacts ('counts', 'more')", "Compute/Commands takes 0 to 1"],
    ),
    "commands without an input": (commands(inputs=()), ["0 input artifacts", "Compute/Commands takes 1 to 10"]),
    "a command that reads an unknown variable": (
        commands(commands=("echo #{variables.NAME}",)),
        ["action 'Count'", "'command 1'", "#{variables.NAME}"],
    ),
    "commands of a deployment": (with_action(replace(ABROAD, region=None, commands=("make",))), ["only Compute"]),
    "files of a deployment": (with_action(replace(ABROAD, region=None, files=("a",))), ["has files", "only Compute"]),
    "output variables of a build": (
        with_action(replace(PACKAGE, outputs=(), output_variables=("A",))),
        ["has output variables", "this is a Build action"],
    ),
    "a region without a store": (with_action(ABROAD), ["action 'Ship2'", "us-east-1", "no artifact store"]),
    "a region with a store elsewhere": (
        replace(with_action(ABROAD), stores=("eu-central-1",)),
        ["us-east-1", "regions with one: eu-central-1"],
    ),
    "a region that is none": (with_action(replace(ABROAD, region="Ireland")), ["'Ireland'", "no region"]),
    "a role that is none": (with_action(replace(FOREIGN, role_arn="delivery")), ["'delivery'", "ARN of a role"]),
    "roles beside no role": (
        with_action(replace(ABROAD, region=None, artifact_roles=(PARTNER,))),
        ["action 'Ship2'", "pipeline's own role"],
    ),
    "a source abroad": (
        replace(
            ROAD,
            stages=(Stage(name="Source", actions=(replace(SOURCE, region="us-east-1"),)), *ROAD.stages[1:]),
            stores=("us-east-1",),
        ),
        ["action 'Repository'", "is a source"],
    ),
    "a custom action abroad": (
        abroad(Action(name="Ci", category=Category.BUILD, owner="Custom", provider="Jenkins")),
        ["action 'Ci'", "us-east-1", "custom actions"],
    ),
    "an approval abroad": (abroad(MANUAL), ["action 'Yes'", "Manual works where the pipeline is"]),
    "commands by a role": (commands(role_arn=PARTNER), ["action 'Count'", PARTNER, "Commands works where"]),
    "an image abroad": (
        abroad(Action(name="Image", category=Category.BUILD, provider="ECRBuildAndPublish", inputs=(CODE,))),
        ["action 'Image'", "ECRBuildAndPublish works where"],
    ),
    "tagged instances abroad": (
        abroad(Action(name="Till", category=Category.DEPLOY, provider="EC2", inputs=(RELEASE,))),
        ["action 'Till'", "EC2 works where"],
    ),
    "a build of another account that hands something over": (
        with_action(replace(PACKAGE, role_arn=PARTNER, outputs=(Artifact("theirs"),))),
        ["action 'Package'", "'theirs'", "no artifact from account to account"],
    ),
    "an artifact between two other accounts": (
        replace(ROAD, account="111122223333", stages=(*ROAD.stages, Stage(name="Extra", actions=BOTH_ACCOUNTS))),
        ["artifact 'checked'", "account 777788889999", "222233334444"],
    ),
    "a version that AWS doesn't have": (with_action(replace(ABROAD, region=None, version="2")), ["version '2'", "'1'"]),
    "two inputs of a state machine": (
        with_action(
            Action(name="Run", category=Category.INVOKE, provider="StepFunctions", inputs=(CODE, RELEASE)),
        ),
        ["action 'Run'", "2 input artifacts", "Invoke/StepFunctions takes 0 to 1"],
    ),
    "a stage that rolls back in parallel": (
        parallel(on_failure=OnFailure(result=Result.ROLLBACK)),
        ["stage 'Deploy'", "rolls back", "PARALLEL"],
    ),
    "an alarm that rolls back in parallel": (
        parallel(on_success=ALARM),
        ["stage 'Deploy', on success", "ROLLBACK", "PARALLEL"],
    ),
    "a failure that rolls back by a rule in parallel": (
        parallel(on_failure=OnFailure(condition=ALARM)),
        ["stage 'Deploy', on failure", "ROLLBACK", "PARALLEL"],
    ),
    "a description of 201 characters": (
        replace(ROAD, descriptions={"BRANCH": "x" * 201}),
        ["variable 'BRANCH'", "description of 201 characters", "1 to 200"],
    ),
    "more permissions than a role can have": (
        with_action(replace(ABROAD, region=None, permissions=(WIDE,))),
        ["pipeline 'storefront'", "policy of about", "10240"],
    ),
}
