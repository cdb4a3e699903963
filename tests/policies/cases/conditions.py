"""Pipelines that skip stages: what a condition can leave out is no test, no approval and no lower environment."""

from typing import Any

from rulebook.kit.rule import Rule
from rulebook.rules.flow import gates, order, single_path
from tests.policies.cases.case import Case, Kind
from tests.policies.cases.groups import GROUP
from tests.policies.cases.road import BUILD, DEPLOY, GATE, PIPELINE, SOURCE, TEST, action, pipeline, stage
from tests.policies.harness import UNKNOWN, Given

APPROVAL, TESTS = gates.RULES
(PROMOTION,) = (rule for rule in order.RULES if rule.id == "flow-promotion-order")
(SINGLE_PATH,) = (rule for rule in single_path.RULES if rule.id == "flow-single-path-to-prod")

UNLESS_HOTFIX = {"Variable": "#{variables.GIT_BRANCH}", "Value": "^(?!hotfix/.*$).*$", "Operator": "MATCHES"}


def asking(stage: Any, *, result: Any = "SKIP", provider: Any = "VariableCheck", **configuration: Any) -> Any:
    """A stage that lets in only some executions; without a configuration, all but hotfixes."""
    rule = {
        "name": "UnlessHotfix",
        "ruleTypeId": {"category": "Rule", "owner": "AWS", "provider": provider, "version": "1"},
        "configuration": configuration or UNLESS_HOTFIX,
    }
    return {**stage, "beforeEntry": {"condition": {"result": result, "rules": [rule]}}}


def case(rule: Rule, kind: Kind, what: str, *stages: Any, **more: Any) -> Case:
    """A case of one pipeline called `thing`."""
    return Case(rule=rule, kind=kind, what=what, given=(pipeline(*stages),), **more)


COMPONENT = stage("Component", action("Test", "CodeBuild", "component"))
DEV = stage("DeployDev", action("Deploy", "CodeDeploy"))
LIVE = stage("DeployProd", action("Deploy", "CodeDeploy", inputArtifacts=["built"]))
UNTESTED = "`stages[3].actions[0]` with fewer than 1 test action(s) that always run"

TESTS_CASES = (
    case(TESTS, Kind.COMPLIANT, "one of two suites is never skipped", SOURCE, BUILD, COMPONENT, asking(TEST), DEPLOY),
    case(
        TESTS,
        Kind.COMPLIANT,
        "a condition stops an execution instead of skipping the tests",
        *(SOURCE, BUILD, asking(TEST, result="FAIL"), DEPLOY),
    ),
    case(
        TESTS,
        Kind.COMPLIANT,
        "test and deployment are skipped together",
        *(SOURCE, BUILD, asking(TEST), asking(DEPLOY)),
    ),
    case(
        TESTS,
        Kind.COMPLIANT,
        "the test is skipped with the deployment of its own stage",
        *(SOURCE, BUILD),
        asking(
            stage("Ship", action("Test", "CodeBuild", "e2e"), action("Deploy", "CodeDeploy", runOrder=2)),
        ),
    ),
    case(TESTS, Kind.COMPLIANT, "only the deployment is skipped", SOURCE, BUILD, TEST, asking(DEPLOY)),
    case(
        TESTS,
        Kind.VIOLATING,
        "a hotfix skips the only test",
        *(SOURCE, BUILD, asking(TEST), DEPLOY),
        finds=(UNTESTED,),
    ),
    case(
        TESTS,
        Kind.VIOLATING,
        "two are wanted, and one of them may be skipped",
        *(SOURCE, COMPONENT, asking(TEST), DEPLOY),
        parameters={"minTests": 2},
        finds=("fewer than 2",),
    ),
    case(
        TESTS,
        Kind.VIOLATING,
        "the deployment is skipped for other branches than the test",
        *(SOURCE, BUILD, asking(TEST), asking(DEPLOY, **{**UNLESS_HOTFIX, "Value": "^release/.*$"})),
        finds=(UNTESTED,),
    ),
    case(
        TESTS,
        Kind.VIOLATING,
        "a function is asked twice, and may answer twice",
        *(SOURCE, BUILD),
        asking(TEST, provider="LambdaInvoke", FunctionName="is-it-monday"),
        asking(DEPLOY, provider="LambdaInvoke", FunctionName="is-it-monday"),
        finds=(UNTESTED,),
    ),
    case(
        TESTS,
        Kind.UNKNOWN,
        "whether the only test may be skipped isn't known",
        *(SOURCE, BUILD, asking(TEST, result=UNKNOWN), DEPLOY),
        undecided="stages[2].beforeEntry.condition.result",
    ),
    case(
        TESTS,
        Kind.UNKNOWN,
        "what the two stages ask isn't known, and may differ",
        *(SOURCE, BUILD),
        asking(TEST, **{**UNLESS_HOTFIX, "Value": UNKNOWN}),
        asking(DEPLOY, **{**UNLESS_HOTFIX, "Value": UNKNOWN}),
        undecided="stages[2].beforeEntry.condition.rules[0].configuration.Value",
    ),
)

APPROVAL_CASES = (
    case(APPROVAL, Kind.COMPLIANT, "only a test may be skipped", SOURCE, BUILD, COMPONENT, asking(TEST), GATE, DEPLOY),
    case(
        APPROVAL,
        Kind.VIOLATING,
        "a hotfix skips the approval",
        *(SOURCE, BUILD, TEST, asking(GATE), DEPLOY),
        finds=("`stages[4].actions[0]` without a manual approval",),
    ),
    case(
        APPROVAL,
        Kind.VIOLATING,
        "the approval is given before a test that only some executions skip",
        *(SOURCE, BUILD, GATE, asking(TEST), DEPLOY),
        finds=("`stages[4].actions[0]` on an approval that is given before the last build or test",),
    ),
)

ELSEWHERE_CASES = (
    case(
        PROMOTION,
        Kind.VIOLATING,
        "a hotfix skips the lower environment",
        *(SOURCE, BUILD, asking(DEV), LIVE),
        stack="pipelines",
        finds=("`stages[3].actions[0]` what no lower environment has had",),
    ),
    Case(
        rule=SINGLE_PATH,
        kind=Kind.VIOLATING,
        what="the person who guards the road may be skipped",
        given=(
            Given(type=GROUP, properties={"deploymentGroupName": "shop-prod", "appName": "shop-prod"}),
            Given(
                type=PIPELINE,
                name="road",
                properties={
                    "stages": [
                        SOURCE,
                        asking(GATE),
                        stage(
                            "Deploy",
                            action(
                                "Deploy",
                                "CodeDeploy",
                                configuration={"ApplicationName": "shop-prod", "DeploymentGroupName": "shop-prod"},
                            ),
                        ),
                    ]
                },
            ),
        ),
        finds=("reaches it at `stages[2].actions[0]` without a manual approval",),
    ),
)

CASES = (*TESTS_CASES, *APPROVAL_CASES, *ELSEWHERE_CASES)
