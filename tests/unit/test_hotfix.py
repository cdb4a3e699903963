"""The hotfix lane: what a hotfix skips, what nobody skips, and that each use is told before anything is left out."""

import json
import re
from functools import cache
from typing import Any

import pytest

from announce_hotfix.decide import Parameters as AnnouncementParameters
from announce_hotfix.decide import announcement
from fleets.parameters import Parameters as FleetParameters
from tests.unit.lanes import CONNECTION, application, lane
from tests.unit.planning import Config, Planned, planned
from tests.unit.roads import action_of, pipeline_of, stages_of
from tests.unit.roles import roles_of

BLUE_GREEN = [("Deploy", ["ShiftTraffic", "VerifyRelease"]), ("Retire", ["RetireFleet"])]
ROAD = [
    ("Source", ["Source"]),
    ("Hotfix", ["AnnounceHotfix"]),
    ("Build", ["Build"]),
    ("Test", ["component"]),
    ("TestUnlessHotfix", ["e2e"]),
    *BLUE_GREEN,
    ("Promote", ["PromoteRelease"]),
]
HOTFIXES = (
    "hotfix/1.0.1",
    "hotfix/x",
    "hotfix/x/y",
    "hotfix/release/1.2",
    "hotfix/",
    "hotfix/-",
    "hotfix/Schlüssel",
    "hotfix/a.b_c-d+e",
    "hotfix/hotfix/1",
)
OTHERS = (
    "master",
    "develop",
    "release/1.2",
    "release/hotfix/1.2",
    "release/1.2-hotfix/x",
    "feature/hotfix/x",
    "hotfix",
    "hotfixes/1",
    "hotfix-1",
    "hotfix1/x",
    "Hotfix/1.0.1",
    "HOTFIX/1.0.1",
    "my-hotfix/1",
    " hotfix/1",
    "refs/heads/hotfix/1",
    "xhotfix/1",
    "",
)


@cache
def laned(*skip: str) -> Planned:
    """Staging whose hotfixes skip these."""
    return planned("staging", lane(*skip))


@cache
def renamed(hotfix: str) -> Planned:
    """Staging whose hotfix branches are called so."""
    return planned("staging", lane("e2e", branchNames={"hotfix": hotfix}))


def with_approval(config: Config) -> None:
    """Staging with every kind of stage: a lane, and a person who approves."""
    lane("e2e", "bake")(config)
    application(config)["approvals"] = [{"name": "qa-lead", "emails": ["qa@example.com"]}]


def conditions_of(plan: Planned) -> dict[str, Any]:
    """The one rule of each stage that has an entry condition, by stage."""
    found = {}
    for stage in pipeline_of(plan).inputs["stages"]:
        if "beforeEntry" in stage:
            condition = stage["beforeEntry"]["condition"]
            assert condition["result"] == "SKIP", "any other result would stop the pipeline instead"
            (found[stage["name"]],) = condition["rules"]
    return found


def enters(rule: Any, branch: str) -> bool:
    """Whether an execution of this branch gets into the stage: in Java's sense the whole value matches."""
    assert rule["ruleTypeId"] == {"category": "Rule", "owner": "AWS", "provider": "VariableCheck", "version": "1"}
    assert rule["configuration"]["Operator"] == "MATCHES"
    return re.fullmatch(rule["configuration"]["Value"], branch) is not None


def test_a_hotfix_is_announced_before_anything_is_skipped() -> None:
    plan = laned("e2e", "bake")
    assert stages_of(plan) == ROAD
    assert list(conditions_of(plan)) == ["Hotfix", "TestUnlessHotfix"]


@pytest.mark.parametrize(
    ("skip", "suites", "tests"),
    [
        (("bake",), ("component", "e2e"), [("Test", ["component", "e2e"])]),
        (("e2e",), ("component", "e2e"), [("Test", ["component"]), ("TestUnlessHotfix", ["e2e"])]),
        (("component",), ("component", "e2e"), [("Test", ["e2e"]), ("TestUnlessHotfix", ["component"])]),
        (
            ("e2e", "load", "bake"),
            ("component", "e2e", "load"),
            [("Test", ["component"]), ("TestUnlessHotfix", ["e2e", "load"])],
        ),
        (("bake",), (), []),
    ],
)
def test_the_suites_that_a_hotfix_skips_are_a_stage_of_their_own(
    skip: tuple[str, ...], suites: tuple[str, ...], tests: list[Any]
) -> None:
    plan = planned("staging", lane(*skip, suites=suites))
    stages = stages_of(plan)
    assert stages[:3] == ROAD[:3]
    assert stages[3 : 3 + len(tests)] == tests
    assert stages[3 + len(tests) :] == [*BLUE_GREEN, ("Promote", ["PromoteRelease"])]


@pytest.mark.parametrize("branch", HOTFIXES)
def test_a_hotfix_is_announced_and_skips_what_it_may(branch: str) -> None:
    rules = conditions_of(laned("e2e", "bake"))
    assert enters(rules["Hotfix"], branch)
    assert not enters(rules["TestUnlessHotfix"], branch)


@pytest.mark.parametrize("branch", OTHERS)
def test_no_other_branch_skips_anything_or_is_announced(branch: str) -> None:
    rules = conditions_of(laned("e2e", "bake"))
    assert enters(rules["TestUnlessHotfix"], branch)
    assert not enters(rules["Hotfix"], branch)


@pytest.mark.parametrize(
    ("named", "inside", "outside"),
    [
        ("urgent.fix/*", "urgent.fix/1", "urgentxfix/1"),
        ("patch-up_1/*", "patch-up_1/x", "patch-up_1"),
        ("hotfix", "hotfix", "hotfix/1"),
        ("fix/prod/*", "fix/prod/1", "fix/dev/1"),
    ],
)
def test_a_lane_goes_by_the_name_that_the_team_gave(named: str, inside: str, outside: str) -> None:
    rules = conditions_of(renamed(named))
    for branch, hotfix in ((inside, True), (outside, False), ("hotfix/old-name", False)):
        assert enters(rules["Hotfix"], branch) is hotfix
        assert enters(rules["TestUnlessHotfix"], branch) is not hotfix


def test_nothing_else_is_ever_skipped() -> None:
    plan = planned("staging", with_approval)
    free = [stage["name"] for stage in pipeline_of(plan).inputs["stages"] if "beforeEntry" not in stage]
    assert free == ["Source", "Build", "Test", "Approval", "Deploy", "Retire", "Promote"]


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_a_stack_without_a_lane_has_no_condition(stack: str) -> None:
    assert stack == "staging" or conditions_of(planned(stack)) == {}

    def without(config: Config) -> None:
        application(config).pop("hotfix", None)

    assert conditions_of(planned(stack, without)) == {}


@pytest.mark.parametrize(
    ("source", "branch"),
    [({}, "#{variables.GIT_BRANCH}"), ({"source": CONNECTION}, "#{Source.BranchName}")],
    ids=["codecommit", "connection"],
)
def test_the_branch_is_asked_of_what_knows_it(source: Any, branch: str) -> None:
    """CodeCommit's own variable names the branch of a manual start; a connection's names what was pushed."""
    plan = planned("staging", lane("e2e", "bake", **source))
    assert {rule["configuration"]["Variable"] for rule in conditions_of(plan).values()} == {branch}
    for name in ("AnnounceHotfix", "RetireFleet"):
        assert json.loads(action_of(plan, name).configuration["UserParameters"])["branch"] == branch
    if branch == "#{variables.GIT_BRANCH}":
        assert "GIT_BRANCH" in {one["name"] for one in pipeline_of(plan).inputs["variables"]}
    else:
        assert action_of(plan, "Source").declaration["namespace"] == "Source"


def told(plan: Planned, action: str, *, branch: str) -> dict[str, str]:
    """What a function is told in an execution: the text of its action, and what is fixed for it."""
    configuration = action_of(plan, action).configuration
    text = configuration["UserParameters"]
    for reference, value in (
        ("#{variables.GIT_BRANCH}", branch),
        ("#{Source.CommitId}", "3e5983e"),
        ("#{codepipeline.PipelineExecutionId}", "4f1c2a"),
    ):
        text = text.replace(reference, value)
    assert "#{" not in text
    function = plan.one("aws:lambda/function:Function", name=configuration["FunctionName"])
    return {"text": text, "fixed": function.inputs["environment"]["variables"]["PARAMETERS"]}


def test_the_function_tells_what_is_skipped_and_where() -> None:
    plan = laned("e2e", "bake")
    parameters = AnnouncementParameters.parse(**told(plan, "AnnounceHotfix", branch="hotfix/1.0.1"))
    assert parameters.topic in {topic.arn for topic in plan.of("aws:sns/topic:Topic")}
    said = announcement(parameters, region="eu-west-1")
    assert said.subject == "hotfix lane used: hotfix/1.0.1 goes to staging"
    assert "by the pipeline storefront-staging, at commit 3e5983e." in said.message
    assert "It skips e2e, bake;" in said.message


@pytest.mark.parametrize(("branch", "skips"), [("hotfix/1.0.1", True), ("release/1.0", False), ("hotfixes/1", False)])
def test_only_a_hotfix_skips_the_bake(branch: str, skips: bool) -> None:
    plan = laned("e2e", "bake")
    assert FleetParameters.parse(**told(plan, "RetireFleet", branch=branch)).skips_bake is skips
    assert not FleetParameters.parse(**told(plan, "VerifyRelease", branch=branch)).skips_bake


def test_a_lane_that_keeps_the_bake_does_not_tell_the_functions_of_it() -> None:
    plan = laned("e2e")
    assert not FleetParameters.parse(**told(plan, "RetireFleet", branch="hotfix/1")).skips_bake


def test_the_announcing_role_publishes_to_the_stacks_topic_and_nothing_else() -> None:
    plan = laned("e2e", "bake")
    role = roles_of(plan)["storefront-staging-announce-hotfix"]
    assert role.service == "lambda.amazonaws.com"
    assert role.actions == {
        "codepipeline:PutJobFailureResult",
        "codepipeline:PutJobSuccessResult",
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "sns:Publish",
    }
    topic = plan.named("notifications-topic").arn
    assert role.resources_of("sns:Publish") == {topic}
    assert role.resources_of("kms:Decrypt") == {plan.named("artifacts-key").arn}
    (with_key,) = (one for one in role.statements if "kms:Decrypt" in one["Action"])
    assert with_key["Condition"] == {"StringEquals": {"kms:ViaService": "sns.eu-west-1.amazonaws.com"}}
    pipeline = roles_of(plan)["storefront-staging-pipeline"]
    function = plan.one("aws:lambda/function:Function", name="storefront-staging-announce-hotfix")
    assert function.arn in pipeline.resources_of("lambda:InvokeFunction")


def test_the_announcement_is_there_before_the_pipeline_starts() -> None:
    plan = laned("e2e", "bake")
    function = plan.one("aws:lambda/function:Function", name="storefront-staging-announce-hotfix")
    assert function.urn in plan.before(pipeline_of(plan))
