"""A good road, and what is wrong with it: each case breaks one rule, with words that its message must have."""

from dataclasses import replace
from typing import Any

from components.conditions import ROLL_BACK
from components.stages import Action, Artifact, Category, Road, Stage

CODE = Artifact("code")
RELEASE = Artifact("release")

SOURCE = Action(
    name="Repository",
    category=Category.SOURCE,
    provider="CodeCommit",
    configuration={"RepositoryName": "storefront", "PollForSourceChanges": "false"},
    outputs=(CODE,),
    namespace="Source",
)
PACKAGE = Action(
    name="Package",
    category=Category.BUILD,
    provider="CodeBuild",
    configuration={"ProjectName": "storefront", "EnvironmentVariables": "#{Source.CommitId} on #{variables.BRANCH}"},
    inputs=(CODE,),
    outputs=(RELEASE,),
)
APPROVAL = Action(name="qa-head", category=Category.APPROVAL, provider="Manual", timeout_minutes=2880)
SHIP = Action(name="Ship", category=Category.DEPLOY, provider="CodeDeploy", inputs=(RELEASE,), run_order=2)

FIRST = Stage(name="Source", actions=(SOURCE,))
BUILD = Stage(name="Build", actions=(PACKAGE,))
DEPLOY = Stage(name="Deploy", actions=(APPROVAL, SHIP), on_failure=ROLL_BACK)
ROAD = Road(name="storefront", stages=(FIRST, BUILD, DEPLOY), variables={"BRANCH": "develop"})


def with_action(action: Action) -> Road:
    """The good road with one more action after the others."""
    return replace(ROAD, stages=(*ROAD.stages, Stage(name="Extra", actions=(action,))))


def with_build(**changes: Any) -> Road:
    """The good road with its build changed."""
    return replace(ROAD, stages=(FIRST, replace(BUILD, actions=(replace(PACKAGE, **changes),)), DEPLOY))


def with_approval(**changes: Any) -> Road:
    """The good road with its approval changed."""
    return replace(ROAD, stages=(FIRST, BUILD, replace(DEPLOY, actions=(replace(APPROVAL, **changes), SHIP))))


def approvals(count: int, prefix: str = "gate") -> tuple[Action, ...]:
    """Actions without artifacts, to make a road long."""
    return tuple(replace(APPROVAL, name=f"{prefix}{number}") for number in range(count))


def stages(count: int, actions: int = 1) -> tuple[Stage, ...]:
    """Stages of approvals, to make a road long."""
    return tuple(Stage(name=f"Stage{number}", actions=approvals(actions)) for number in range(count))


def codebuild(**changes: Any) -> Action:
    """A test with two inputs."""
    configuration = {"ProjectName": "storefront", "PrimarySource": "code"}
    action = Action(
        name="e2e", category=Category.TEST, provider="CodeBuild", inputs=(CODE, RELEASE), configuration=configuration
    )
    return replace(action, **changes)


LONG_ROAD = replace(ROAD, stages=(FIRST, BUILD, DEPLOY, *stages(9, 50), Stage(name="Last", actions=approvals(47))))

BROKEN_ROADS: dict[str, tuple[Road, list[str]]] = {
    "a single stage": (replace(ROAD, stages=(FIRST,)), ["pipeline 'storefront'", "has 1 stages", "2 to 50"]),
    "51 stages": (replace(ROAD, stages=(FIRST, *stages(50))), ["has 51 stages"]),
    "51 actions in a stage": (replace(ROAD, stages=(FIRST, *stages(1, 51))), ["stage 'Stage0'", "has 51 actions"]),
    "501 actions": (LONG_ROAD, ["has 501 actions", "at most 500"]),
    "an empty stage": (replace(ROAD, stages=(*ROAD.stages, Stage(name="None", actions=()))), ["'None'", "0 actions"]),
    "work in the first stage": (
        replace(ROAD, stages=(replace(FIRST, actions=(SOURCE, APPROVAL)), BUILD, DEPLOY)),
        ["stage 'Source'", "action 'qa-head'", "Approval"],
    ),
    "a late source": (
        with_action(replace(SOURCE, name="Late", outputs=(Artifact("late"),), namespace=None)),
        ["stage 'Extra'", "action 'Late'", "Source"],
    ),
    "rollback of the source stage": (
        replace(ROAD, stages=(replace(FIRST, on_failure=ROLL_BACK), BUILD, DEPLOY)),
        ["stage 'Source'", "can't be rolled back"],
    ),
    "two stages of one name": (
        replace(ROAD, stages=(*ROAD.stages, *stages(1), *stages(1))),
        ["stage 'Stage0'", "more than one stage"],
    ),
    "two actions of one name": (
        replace(ROAD, stages=(FIRST, BUILD, replace(DEPLOY, actions=(APPROVAL, APPROVAL, SHIP)))),
        ["stage 'Deploy'", "action 'qa-head'", "more than one action"],
    ),
    "a pipeline's name with a space": (replace(ROAD, name="store front"), ["'store front'", "pipeline"]),
    "a stage's name with a slash": (
        replace(ROAD, stages=(FIRST, replace(BUILD, name="a/b"), DEPLOY)),
        ["stage 'a/b'", "no stage name"],
    ),
    "an action's name of 101 characters": (with_approval(name="q" * 101), ["no action name", "1 to 100"]),
    "an artifact's name with a dot": (
        with_build(outputs=(RELEASE, Artifact("a.b"))),
        ["action 'Package'", "artifact 'a.b'", "no artifact name"],
    ),
    "a namespace with a dot": (with_build(namespace="a.b"), ["action 'Package'", "'a.b'", "namespace"]),
    "a namespace of CodePipeline": (with_build(namespace="codepipeline"), ["action 'Package'", "'codepipeline'"]),
    "a custom provider with a space": (
        with_action(Action(name="Ci", category=Category.BUILD, owner="Custom", provider="my jenkins")),
        ["action 'Ci'", "'my jenkins'", "provider"],
    ),
    "a variable's name of 129 characters": (
        replace(ROAD, variables={**ROAD.variables, "v" * 129: "x"}),
        ["no variable name"],
    ),
    "an artifact produced twice": (
        with_action(codebuild(outputs=(RELEASE,))),
        ["artifact 'release'", "stage 'Build' action 'Package'", "stage 'Extra' action 'e2e'"],
    ),
    "a namespace given twice": (with_build(namespace="Source"), ["namespace 'Source'", "'Repository'", "'Package'"]),
    "an input nobody produces": (
        with_action(replace(SHIP, inputs=(Artifact("lost"),))),
        ["stage 'Extra'", "action 'Ship'", "artifact 'lost'", "no action produces"],
    ),
    "an input produced at the same time": (
        replace(ROAD, stages=(FIRST, Stage(name="Deploy", actions=(PACKAGE, replace(SHIP, run_order=1))))),
        ["stage 'Deploy', action 'Ship', artifact 'release'", "too late", "'Package'"],
    ),
    "an input produced later": (
        replace(ROAD, stages=(FIRST, DEPLOY, BUILD)),
        ["stage 'Deploy', action 'Ship', artifact 'release'", "stage 'Build' action 'Package'"],
    ),
    "a deployment of two artifacts": (
        with_action(replace(SHIP, inputs=(CODE, RELEASE))),
        ["action 'Ship'", "2 input artifacts ('code', 'release')", "Deploy/CodeDeploy takes 1"],
    ),
    "a source with nothing to give": (
        replace(
            ROAD,
            stages=(
                replace(FIRST, actions=(SOURCE, replace(SOURCE, name="B", outputs=(), namespace=None))),
                BUILD,
                DEPLOY,
            ),
        ),
        ["action 'B'", "0 output artifacts (none)"],
    ),
    "an approval with an artifact": (with_approval(inputs=(CODE,)), ["action 'qa-head'", "1 input artifacts ('code')"]),
    "six inputs of a build": (
        with_action(codebuild(inputs=(CODE, RELEASE) * 3)),
        ["action 'e2e'", "6 input artifacts", "1 to 5"],
    ),
    "an action AWS doesn't know": (
        with_action(replace(APPROVAL, category=Category.DEPLOY, provider="Heroku", timeout_minutes=None)),
        ["action 'qa-head'", "Deploy/AWS/Heroku", "Deploy/AWS/CodeDeploy", "Custom"],
    ),
    "a provider of another category": (
        with_action(replace(SHIP, category=Category.BUILD)),
        ["Build/AWS/CodeDeploy", "Build/AWS/CodeBuild"],
    ),
    "two inputs without PrimarySource": (
        with_action(codebuild(configuration={"ProjectName": "storefront"})),
        ["action 'e2e'", "PrimarySource", "'code', 'release'"],
    ),
    "a PrimarySource that isn't an input": (
        with_action(codebuild(configuration={"PrimarySource": "elsewhere"})),
        ["action 'e2e'", "PrimarySource 'elsewhere'"],
    ),
    "a configuration key of 51 characters": (with_build(configuration={"k" * 51: "v"}), ["51 characters", "1 to 50"]),
    "a configuration value of 1001 characters": (
        with_build(configuration={"EnvironmentVariables": "v" * 1001}),
        ["action 'Package'", "'EnvironmentVariables'", "1001 characters"],
    ),
    "an empty configuration value": (with_build(configuration={"ProjectName": ""}), ["'ProjectName'", "0 characters"]),
    "a configuration value that isn't text": (
        with_build(configuration={"BatchEnabled": False}),
        ["'BatchEnabled'", "bool", "text"],
    ),
    "51 variables": (
        replace(ROAD, variables={**ROAD.variables, **{f"V{number}": "x" for number in range(50)}}),
        ["has 51 variables"],
    ),
    "an empty variable": (replace(ROAD, variables={**ROAD.variables, "TAG": ""}), ["'TAG'", "0 characters"]),
    "a variable of 1001 characters": (replace(ROAD, variables={**ROAD.variables, "TAG": "x" * 1001}), ["'TAG'"]),
    "a reference to an undeclared variable": (
        with_build(configuration={"Tag": "#{variables.TAG}"}),
        ["action 'Package'", "'Tag'", "#{variables.TAG}", "BRANCH"],
    ),
    "a reference to no namespace": (
        with_build(configuration={"Tag": "#{Elsewhere.CommitId}"}),
        ["action 'Package'", "#{Elsewhere.CommitId}", "no action"],
    ),
    "a reference to a later namespace": (
        replace(
            with_build(configuration={"Tag": "#{Later.X}"}),
            stages=(
                FIRST,
                replace(BUILD, actions=(replace(PACKAGE, configuration={"Tag": "#{Later.X}"}),)),
                replace(DEPLOY, actions=(APPROVAL, replace(SHIP, namespace="Later"))),
            ),
        ),
        ["action 'Package'", "#{Later.X}", "stage 'Deploy' action 'Ship'", "too late"],
    ),
    "a reference to an action's own namespace": (
        with_build(namespace="Own", configuration={"Tag": "#{Own.X}"}),
        ["action 'Package'", "#{Own.X}", "too late"],
    ),
    "a run order of 1000": (with_approval(run_order=1000), ["action 'qa-head'", "run_order is 1000"]),
    "a run order of 0": (with_approval(run_order=0), ["action 'qa-head'", "run_order is 0"]),
    "a timeout of 4 minutes": (with_approval(timeout_minutes=4), ["action 'qa-head'", "4", "5 to 86400"]),
    "a timeout of 86401 minutes": (with_approval(timeout_minutes=86401), ["action 'qa-head'", "86401"]),
    "a timeout of a build": (with_build(timeout_minutes=20), ["action 'Package'", "only approvals"]),
}
