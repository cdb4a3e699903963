"""Whole stacks: which roads lead to a deployment group of production."""

import json
from dataclasses import replace
from typing import Any

from rulebook.rules.flow import single_path
from tests.policies.cases.approvers import allowing, case, inline, made, role
from tests.policies.cases.case import Kind, exempted
from tests.policies.cases.groups import GROUP
from tests.policies.cases.road import BUILD, GATE, PIPELINE, action, stage
from tests.policies.harness import UNKNOWN, Given

(SINGLE_PATH,) = single_path.RULES


DG = made(GROUP, "thing", {"appName": "shop", "deploymentGroupName": "fleet"})
TO_GROUP = {"ApplicationName": "shop", "DeploymentGroupName": "fleet"}
SHIFTER = role("lambda", "shifter")
MAY_DEPLOY = inline(
    SHIFTER,
    json.dumps(allowing("codedeploy:CreateDeployment", on="arn:aws:codedeploy:eu-west-1:1:deploymentgroup:shop/fleet")),
    "may-deploy",
)
FUNCTION = made("aws:lambda/function:Function", "shift", {"name": "shift", "role": UNKNOWN}, role=SHIFTER)


def road(name: str, *stages: Any, **depends: Given) -> Given:
    """A pipeline of this name."""
    return made(PIPELINE, name, {"name": name, "stages": list(stages)}, **depends)


def by_codedeploy(**configuration: Any) -> dict[str, Any]:
    """A stage that deploys to the group by CodeDeploy's own action."""
    return stage("Deploy", action("Deploy", "CodeDeploy", configuration={**TO_GROUP, **configuration}))


def by_function(name: str = "shift") -> dict[str, Any]:
    """A stage in which a function deploys."""
    return stage("Deploy", action("Invoke", "Lambda", configuration={"FunctionName": name}))


TESTER = role("codebuild", "tester")
TEST_PROJECT = made(
    "aws:codebuild/project:Project", "tests", {"name": "tests", "serviceRole": "arn:aws:iam::1:role/tester"}
)
_UNGATED = case(
    SINGLE_PATH,
    Kind.VIOLATING,
    "a second pipeline asks nobody",
    *(DG, road("guarded", GATE, by_codedeploy()), road("back-door", BUILD, by_codedeploy())),
    finds=("the pipeline 'back-door' reaches it at `stages[1].actions[0]` without a manual approval",),
)
CASES = (
    case(SINGLE_PATH, Kind.COMPLIANT, "one guarded pipeline deploys", DG, road("a", BUILD, GATE, by_codedeploy())),
    case(
        SINGLE_PATH,
        Kind.COMPLIANT,
        "our own road: a function may deploy after the approval",
        *(DG, SHIFTER, MAY_DEPLOY, FUNCTION, road("a", BUILD, GATE, by_function())),
    ),
    case(
        SINGLE_PATH,
        Kind.COMPLIANT,
        "a function of another stack can't be seen",
        *(DG, SHIFTER, FUNCTION, road("a", GATE, by_function("far"))),
    ),
    case(
        SINGLE_PATH,
        Kind.COMPLIANT,
        "a function's role of another stack can't be seen",
        *(DG, SHIFTER, replace(FUNCTION, properties={"name": "shift", "role": "arn:aws:iam::1:role/far"}, depends={})),
        road("a", GATE, by_function()),
    ),
    case(
        SINGLE_PATH,
        Kind.COMPLIANT,
        "another group is deployed freely",
        DG,
        road("a", GATE, by_codedeploy()),
        road("b", by_codedeploy(DeploymentGroupName="x")),
    ),
    case(
        SINGLE_PATH, Kind.COMPLIANT, "staging's group needs no guard", DG, road("a", by_codedeploy()), stack="staging"
    ),
    _UNGATED,
    *exempted(_UNGATED),
    case(
        SINGLE_PATH,
        Kind.VIOLATING,
        "a group is production's by its tag",
        *(replace(DG, properties={**DG.properties, "tags": {"Environment": "prod"}}), road("a", by_codedeploy())),
        stack="staging",
        finds=("at `stages[0].actions[0]`",),
    ),
    case(
        SINGLE_PATH,
        Kind.VIOLATING,
        "tests before the approval may deploy",
        *(DG, TESTER, TEST_PROJECT, inline(TESTER, allowing("codedeploy:*"))),
        road(
            "a",
            stage("Test", action("Test", "CodeBuild", configuration={"ProjectName": "tests"})),
            GATE,
            by_codedeploy(),
        ),
        finds=("at `stages[0].actions[0]`",),
    ),
    case(
        SINGLE_PATH,
        Kind.VIOLATING,
        "a function deploys before the approval",
        *(DG, SHIFTER, MAY_DEPLOY, FUNCTION, road("a", by_function(), GATE)),
        finds=("at `stages[0].actions[0]`",),
    ),
    case(
        SINGLE_PATH,
        Kind.VIOLATING,
        "the function that may deploy isn't the one it calls",
        *(DG, SHIFTER, MAY_DEPLOY, FUNCTION, TESTER),
        made(FUNCTION.type, "other", {"name": "other", "role": "tester"}),
        road("a", GATE, by_function("other")),
        finds=("no pipeline of this stack deploys to it",),
    ),
    case(
        SINGLE_PATH,
        Kind.VIOLATING,
        "its function has another role than the one that may deploy",
        *(DG, SHIFTER, MAY_DEPLOY, TESTER, replace(FUNCTION, depends={"role": (TESTER.urn("prod"),)})),
        road("a", GATE, by_function()),
        finds=("no pipeline of this stack deploys to it",),
    ),
    case(
        SINGLE_PATH,
        Kind.VIOLATING,
        "its function may deploy something else only",
        *(DG, SHIFTER, FUNCTION, road("a", GATE, by_function())),
        inline(
            SHIFTER, allowing("codedeploy:CreateDeployment", on="arn:aws:codedeploy:eu-west-1:1:deploymentgroup:shop/x")
        ),
        finds=("no pipeline of this stack deploys to it",),
    ),
    case(SINGLE_PATH, Kind.MISSING, "there is no pipeline", DG, finds=("no pipeline of this stack",)),
    case(
        SINGLE_PATH,
        Kind.UNKNOWN,
        "a name isn't known, but only this group is depended on",
        *(DG, road("a", by_codedeploy(ApplicationName=UNKNOWN, DeploymentGroupName=UNKNOWN), stages=DG)),
        finds=("at `stages[0].actions[0]`",),
    ),
    case(
        SINGLE_PATH,
        Kind.UNKNOWN,
        "a name isn't known, and nothing is depended on",
        *(DG, road("a", GATE, by_codedeploy(DeploymentGroupName=UNKNOWN))),
        undecided="stages[1].actions[0].configuration.DeploymentGroupName of a can",
    ),
    case(
        SINGLE_PATH,
        Kind.UNKNOWN,
        "what a function may isn't known",
        *(DG, SHIFTER, inline(SHIFTER, UNKNOWN), FUNCTION, road("a", GATE, by_function())),
        undecided="policy of thing",
    ),
    case(
        SINGLE_PATH,
        Kind.UNKNOWN,
        "a function may deploy to groups, and whether to this one isn't known",
        *(replace(DG, properties={"appName": "shop", "deploymentGroupName": UNKNOWN}), SHIFTER, MAY_DEPLOY, FUNCTION),
        road("a", GATE, by_function()),
        undecided="deploymentGroupName of thing",
    ),
    case(
        SINGLE_PATH,
        Kind.UNKNOWN,
        "no stage is known",
        *(DG, made(PIPELINE, "a", {"stages": UNKNOWN})),
        undecided="stages of a can",
    ),
)
