"""Pipelines, most of them foreign: no component of ours, other words for the same things."""

from typing import Any

from rulebook.rules.flow import gates
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.cases.road import (
    ADMIT,
    BUILD,
    CARRY_OUT,
    CHANGE_SET,
    DEPLOY,
    GATE,
    PIPELINE,
    PROMOTE,
    RETIRE,
    SHIFT,
    SOURCE,
    TEST,
    VERIFY,
    action,
    pipeline,
    stage,
)
from tests.policies.harness import UNKNOWN, Given

APPROVAL, TESTS = gates.RULES

_NO_GATE = Case(
    rule=APPROVAL,
    kind=Kind.VIOLATING,
    what="a pipeline of a prod stack deploys without an approval",
    given=(pipeline(SOURCE, BUILD, TEST, DEPLOY),),
    finds=("at `stages[3].actions[0]` without a manual approval",),
)


def approval(kind: Kind, what: str, *stages: Any, **more: Any) -> Case:
    """A case of `flow-prod-manual-approval`."""
    return Case(rule=APPROVAL, kind=kind, what=what, given=(pipeline(*stages),), **more)


APPROVAL_CASES = (
    approval(Kind.COMPLIANT, "tests, approval, deployment", SOURCE, BUILD, TEST, GATE, DEPLOY),
    approval(
        Kind.COMPLIANT,
        "our own road: promoted artifact, admission, tests, approval, function that shifts traffic",
        stage("Source", action("Source", "S3", outputArtifacts=["built"])),
        *(ADMIT, TEST, GATE, SHIFT, VERIFY, RETIRE),
    ),
    approval(
        Kind.COMPLIANT,
        "the approval is in the same stage with a lower run order",
        *(SOURCE, BUILD),
        stage("Deploy", action("Approval", "Manual"), action("Deploy", "CodeDeploy", runOrder=2)),
    ),
    approval(
        Kind.COMPLIANT,
        "one pipeline over three environments has its gate before the last",
        *(SOURCE, BUILD, stage("DeployDev", action("Deploy", "CloudFormation"))),
        stage("Prod", action("Approval", "Manual"), action("Deploy", "CloudFormation", runOrder=2.0)),
        stack="pipelines",
    ),
    approval(
        Kind.COMPLIANT,
        "a smoke test after the first of two regions asks for no second approval",
        *(SOURCE, BUILD, TEST, GATE, DEPLOY, stage("Smoke", action("Test", "CodeBuild"))),
        stage("DeployFrankfurt", action("Deploy", "CodeDeploy", inputArtifacts=["built"])),
    ),
    approval(
        Kind.COMPLIANT,
        "a change set is made, looked at by a person, and then carried out",
        *(SOURCE, BUILD, TEST),
        stage("Prod", CHANGE_SET, action("Approval", "Manual", runOrder=2.0), CARRY_OUT),
    ),
    approval(
        Kind.VIOLATING,
        "a change set is carried out without a person",
        *(SOURCE, BUILD, TEST, stage("Prod", CHANGE_SET, CARRY_OUT)),
        finds=("at `stages[3].actions[1]` without a manual approval",),
    ),
    approval(Kind.COMPLIANT, "a staging stack deploys staging", SOURCE, BUILD, DEPLOY, stack="staging"),
    approval(
        Kind.COMPLIANT,
        "staging promotes its artifact",
        *(SOURCE, BUILD, stage("Promote", action("Deploy", "S3"))),
        stack="staging",
    ),
    approval(Kind.COMPLIANT, "staging promotes by a function", SOURCE, BUILD, TEST, DEPLOY, PROMOTE, stack="staging"),
    approval(Kind.COMPLIANT, "a prod pipeline only builds", SOURCE, BUILD),
    approval(
        Kind.COMPLIANT,
        "a function that only looks runs before the approval",
        *(SOURCE, BUILD, stage("PreDeploy", action("Invoke", "Lambda", "CheckQuota")), GATE, DEPLOY),
    ),
    approval(
        Kind.COMPLIANT,
        "a function of a provider that isn't listed runs in a stage that deploys",
        *(SOURCE, SHIFT),
        parameters={"deployLikeProviders": ["CodeBuild"]},
    ),
    approval(
        Kind.COMPLIANT,
        "an early approval is enough where that is configured",
        *(SOURCE, BUILD, GATE, TEST, DEPLOY),
        parameters={"approvalAfterTests": False},
    ),
    _NO_GATE,
    *exempted(_NO_GATE),
    approval(
        Kind.VIOLATING,
        "our own road has lost its approval",
        *(SOURCE, TEST, SHIFT, VERIFY, RETIRE),
        finds=("`stages[2].actions[0]` without",),
    ),
    approval(
        Kind.VIOLATING,
        "the approval comes after the deployment",
        *(SOURCE, BUILD, DEPLOY, GATE),
        finds=("`stages[2].actions[0]` without",),
    ),
    approval(
        Kind.VIOLATING,
        "the approval runs beside the deployment",
        *(SOURCE, BUILD),
        stage("Deploy", action("Approval", "Manual"), action("Deploy", "CodeDeploy")),
        finds=("`stages[2].actions[1]` without",),
    ),
    approval(
        Kind.VIOLATING,
        "the approval is given before the tests have ended",
        *(SOURCE, BUILD, GATE, TEST, DEPLOY),
        finds=("`stages[4].actions[0]` on an approval that is given before the last build or test",),
    ),
    approval(
        Kind.VIOLATING,
        "the approval is given before the build of what it lets through",
        *(SOURCE, GATE, BUILD, DEPLOY),
        finds=("`stages[3].actions[0]` on an approval",),
    ),
    approval(
        Kind.VIOLATING,
        "a dev stack's pipeline has a production stage, and that counts in full",
        *(SOURCE, BUILD, stage("Production", action("Deploy", "CodeDeploy"))),
        stack="dev",
        finds=("`stages[2].actions[0]` without",),
    ),
    approval(
        Kind.VIOLATING,
        "a build action deploys by its name",
        *(SOURCE, stage("Release", action("Build", "CodeBuild", "deploy-prod"))),
        stack="tools",
        finds=("`stages[1].actions[0]` without",),
    ),
    approval(
        Kind.VIOLATING,
        "a deployment of a service called checkout is no check",
        *(SOURCE, stage("Ship", action("Invoke", "Lambda", "DeployCheckout"))),
        finds=("`stages[1].actions[0]` without",),
    ),
    approval(
        Kind.VIOLATING,
        "what a dev stack deploys to is called prod",
        *(SOURCE, stage("Ship", action("Deploy", "CodeDeploy", configuration={"DeploymentGroupName": "shop-prod"}))),
        stack="dev",
        finds=("`stages[1].actions[0]` without",),
    ),
    approval(
        Kind.VIOLATING,
        "a service called dev-portal is deployed by a stack of no environment",
        *(SOURCE, stage("Ship", action("Deploy", "CodeDeploy", configuration={"ApplicationName": "dev-portal"}))),
        stack="portal",
        finds=("`stages[1].actions[0]` without",),
    ),
    approval(
        Kind.VIOLATING,
        "a stage matches the pattern for production",
        *(SOURCE, stage("Customers", action("Deploy", "S3"))),
        stack="staging",
        parameters={"prodStagePattern": "^Customers$"},
        finds=("`stages[1].actions[0]` without",),
    ),
    approval(
        Kind.VIOLATING,
        "each of two regions is found",
        *(SOURCE, stage("Deploy", action("Deploy", "ECS", "Dublin"), action("Deploy", "ECS", "Frankfurt"))),
        finds=("stages[1].actions[0]", "stages[1].actions[1]"),
    ),
    approval(
        Kind.VIOLATING,
        "something else called Manual approves",
        *(SOURCE, stage("Gate", {**action("Approval", "Manual"), "owner": "Custom"}), DEPLOY),
        finds=("`stages[2].actions[0]` without",),
    ),
    approval(
        Kind.VIOLATING,
        "a decided violation is told although another stage isn't known",
        *(SOURCE, DEPLOY, stage("More", UNKNOWN)),
        finds=("`stages[1].actions[0]` without",),
        undecided="stages[2].actions[0]",
    ),
    Case(
        rule=APPROVAL, kind=Kind.MISSING, what="a pipeline has no stages", given=(Given(type=PIPELINE, properties={}),)
    ),
    approval(
        Kind.MISSING,
        "an approval has no owner",
        *(SOURCE, stage("Gate", {"name": "a", "category": "Approval", "provider": "Manual"}), DEPLOY),
        finds=("`stages[2].actions[0]` without",),
    ),
    Case(
        rule=APPROVAL,
        kind=Kind.MISSING,
        what="stages are a text",
        given=(Given(type=PIPELINE, properties={"stages": "none"}),),
        finds=("The pipeline 'thing' can't be judged: `stages` must be a list",),
    ),
    approval(
        Kind.UNKNOWN,
        "the stage that may hold the approval isn't known",
        *(SOURCE, {"name": "Gate", "actions": UNKNOWN}, DEPLOY),
        undecided="stages[1].actions",
    ),
    Case(
        rule=APPROVAL,
        kind=Kind.UNKNOWN,
        what="no stage is known",
        given=(Given(type=PIPELINE, properties={"stages": UNKNOWN}),),
        undecided="stages",
    ),
    approval(
        Kind.UNKNOWN,
        "unknown counts as a violation where that is asked",
        *(SOURCE, {"name": "Gate", "actions": UNKNOWN}, DEPLOY),
        parameters={"unknown": "fail"},
        finds=("`stages[1].actions` isn't known yet",),
    ),
    approval(
        Kind.UNKNOWN,
        "what isn't known comes after the approval and is covered by it",
        *(SOURCE, GATE, {"name": "More", "actions": UNKNOWN}),
        stage("Deploy", {**action("Deploy", "CodeDeploy"), "configuration": {"ApplicationName": UNKNOWN}}),
    ),
)

_NO_TEST = Case(
    rule=TESTS,
    kind=Kind.VIOLATING,
    what="nothing is tested before the deployment",
    given=(pipeline(SOURCE, BUILD, GATE, DEPLOY),),
    finds=("deploys at `stages[3].actions[0]` with fewer than 1 test",),
)


def tests(kind: Kind, what: str, *stages: Any, **more: Any) -> Case:
    """A case of `flow-tests-before-deploy`."""
    return Case(rule=TESTS, kind=kind, what=what, given=(pipeline(*stages),), **more)


TESTS_CASES = (
    tests(Kind.COMPLIANT, "a test action comes first", SOURCE, BUILD, TEST, GATE, DEPLOY),
    tests(Kind.COMPLIANT, "a test action comes before a function that deploys", SOURCE, TEST, GATE, SHIFT, VERIFY),
    tests(
        Kind.COMPLIANT,
        "a build action tests by its name",
        *(SOURCE, stage("Build", action("Build", "CodeBuild", "IntegrationTest")), DEPLOY),
    ),
    tests(
        Kind.COMPLIANT,
        "dev may be where the test happens",
        *(SOURCE, stage("Dev", action("Deploy", "S3")), TEST, stage("Prod", action("Deploy", "S3"))),
        stack="tools",
    ),
    _NO_TEST,
    *exempted(_NO_TEST),
    tests(Kind.VIOLATING, "the test comes after", SOURCE, DEPLOY, TEST, finds=("`stages[1].actions[0]`",), stack="stg"),
    tests(Kind.VIOLATING, "dev is told too", SOURCE, DEPLOY, finds=("`stages[1].actions[0]`",), stack="dev"),
    tests(
        Kind.VIOLATING,
        "a build of the latest version is no test",
        *(SOURCE, stage("Build", action("Build", "CodeBuild", "BuildLatest")), DEPLOY),
        finds=("`stages[2].actions[0]`",),
    ),
    tests(
        Kind.VIOLATING,
        "two are wanted",
        *(SOURCE, TEST, DEPLOY),
        parameters={"minTests": 2},
        finds=("fewer than 2",),
    ),
    tests(
        Kind.MISSING,
        "an action has no category",
        *(SOURCE, stage("Test", {"name": "e2e", "provider": "CodeBuild"}), DEPLOY),
        finds=("`stages[2].actions[0]`",),
    ),
    tests(Kind.UNKNOWN, "a stage isn't known", SOURCE, stage("?", UNKNOWN), DEPLOY, undecided="stages[1].actions[0]"),
)

CASES = (*APPROVAL_CASES, *TESTS_CASES)
