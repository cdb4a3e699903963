"""What the stack that owns a repository makes of its flow: who may change which branch, and what a merge needs."""

import json
from typing import Any

import pytest

from components.guard import Review, reviews
from components.place import Place
from settings.flows import MOST_APPROVERS
from tests.unit.authorization import actions_meant
from tests.unit.git_flow import denies, with_source
from tests.unit.planning import Config, Planned, planned
from tests.unit.roles import roles_of

ASSOCIATION = "aws:codecommit/approvalRuleTemplateAssociation:ApprovalRuleTemplateAssociation"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
FUNCTION = "aws:lambda/function:Function"
POLICY = "aws:iam/policy:Policy"
PROJECT = "aws:codebuild/project:Project"
RULE = "aws:cloudwatch/eventRule:EventRule"
TEMPLATE = "aws:codecommit/approvalRuleTemplate:ApprovalRuleTemplate"

REPOSITORY = "arn:aws:codecommit:eu-west-1:111122223333:storefront"
CHECK = "arn:aws:codebuild:eu-west-1:111122223333:project/storefront-dev-check"
SESSIONS = "arn:aws:sts::111122223333:assumed-role"


def statements(plan: Planned) -> list[dict[str, Any]]:
    found = plan.one(POLICY, name="storefront-protected-branches").json("policy")["Statement"]
    assert isinstance(found, list)
    return found


def rules(plan: Planned) -> dict[str, tuple[list[str], int, list[str]]]:
    """The approval rules of a repository by name: into which branches, how many approvals, of whom."""
    associated = {one.inputs["approvalRuleTemplateName"] for one in plan.of(ASSOCIATION, repositoryName="storefront")}
    found = {}
    for template in plan.of(TEMPLATE):
        content = template.json("content")
        assert content["Version"] == "2018-11-08"
        (statement,) = content["Statements"]
        assert statement["Type"] == "Approvers"
        pool = statement.get("ApprovalPoolMembers", [])
        found[template.inputs["name"]] = content["DestinationReferences"], statement["NumberOfApprovalsNeeded"], pool
    assert associated == found.keys()
    return found


def parameters(plan: Planned, package: str) -> Any:
    function = plan.one(FUNCTION, handler=f"{package}.handler.handle")
    return json.loads(function.inputs["environment"]["variables"]["PARAMETERS"])


DIRECT = (
    "CreateBranch",
    "CreateCommit",
    "DeleteBranch",
    "DeleteFile",
    "GitPush",
    "MergeBranchesByFastForward",
    "MergeBranchesBySquash",
    "MergeBranchesByThreeWay",
    "PutFile",
)


@pytest.mark.parametrize("action", DIRECT)
@pytest.mark.parametrize(
    ("reference", "denied"),
    [
        ("refs/heads/master", True),
        ("refs/heads/develop", True),
        ("refs/tags/v1.2.0", True),
        ("refs/heads/feature/x", False),
        ("refs/heads/release/1.2", False),
        ("refs/heads/hotfix/x", False),
        ("refs/heads/develop-2", False),
        ("refs/heads/old/master", False),
        ("refs/tags/nightly", False),
    ],
)
def test_developers_change_lasting_branches_and_tags_of_releases_by_no_direct_way(
    action: str, reference: str, *, denied: bool
) -> None:
    assert denies(statements(planned("dev")), f"codecommit:{action}", REPOSITORY, [reference]) is denied


def test_a_push_of_several_branches_is_denied_for_one_of_them() -> None:
    pushed = ["refs/heads/feature/x", "refs/heads/develop"]
    assert denies(statements(planned("dev")), "codecommit:GitPush", REPOSITORY, pushed)


def test_a_push_that_has_not_named_its_branches_yet_is_let_in() -> None:
    assert not denies(statements(planned("dev")), "codecommit:GitPush", REPOSITORY)


def test_other_repositories_are_none_of_the_policys_business() -> None:
    other = REPOSITORY.replace("storefront", "warehouse")
    for action in ("GitPush", "OverridePullRequestApprovalRules"):
        assert not denies(statements(planned("dev")), f"codecommit:{action}", other, ["refs/heads/master"])


@pytest.mark.parametrize("way", ["FastForward", "Squash", "ThreeWay"])
def test_a_pull_request_may_be_merged_into_a_protected_branch(way: str) -> None:
    action = f"codecommit:MergePullRequestBy{way}"
    assert actions_meant(action) == [action]
    assert not denies(statements(planned("dev")), action, REPOSITORY, ["refs/heads/develop"])


@pytest.mark.parametrize(
    "action",
    [
        "AssociateApprovalRuleTemplateWithRepository",
        "BatchAssociateApprovalRuleTemplateWithRepositories",
        "BatchDisassociateApprovalRuleTemplateFromRepositories",
        "DeletePullRequestApprovalRule",
        "DisassociateApprovalRuleTemplateFromRepository",
        "OverridePullRequestApprovalRules",
        "UpdatePullRequestApprovalRuleContent",
        "DeleteApprovalRuleTemplate",
        "UpdateApprovalRuleTemplateContent",
        "UpdateApprovalRuleTemplateName",
    ],
)
def test_developers_change_no_approval_rule(action: str) -> None:
    assert denies(statements(planned("dev")), f"codecommit:{action}", REPOSITORY)


def test_developers_ask_and_agree_as_before() -> None:
    for action in ("CreatePullRequest", "GitPull", "UpdatePullRequestApprovalState", "CreatePullRequestApprovalRule"):
        assert not denies(statements(planned("dev")), f"codecommit:{action}", REPOSITORY)


def test_developers_start_no_check_with_commands_of_their_own_but_other_builds_they_may() -> None:
    denied = statements(planned("dev"))
    assert denies(denied, "codebuild:StartBuild", CHECK)
    assert planned("dev").one(PROJECT, name="storefront-dev-check").arn == CHECK
    assert not denies(denied, "codebuild:StartBuild", planned("dev").one(PROJECT, name="storefront-dev-build").arn)


def test_the_policy_names_actions_that_exist_and_allows_nothing() -> None:
    for statement in statements(with_source(developerRoles=["Developer"])):
        assert statement["Effect"] == "Deny"
        assert [action for action in statement["Action"] if actions_meant(action) != [action]] == []


def test_the_policy_is_attached_to_the_roles_of_developers_and_said_in_an_output() -> None:
    plan = with_source(developerRoles=["Developer", "Lead"])
    policy = plan.one(POLICY, name="storefront-protected-branches")
    assert {one.inputs["role"] for one in plan.of(ATTACHMENT, policyArn=policy.arn)} == {"Developer", "Lead"}
    assert plan.outputs["applications"]["storefront"]["protectedBranchesPolicy"] == policy.arn
    assert planned("dev").of(ATTACHMENT, policyArn=policy.arn) == []
    assert "protectedBranchesPolicy" not in planned("staging").outputs["applications"]["storefront"]


def test_with_developers_named_two_of_them_agree_and_the_check_has_a_rule_of_its_own() -> None:
    plan = with_source(developerRoles=["Developer", "Lead"])
    developers = [f"{SESSIONS}/Developer/*", f"{SESSIONS}/Lead/*"]
    checker = plan.one(FUNCTION, handler="check_pull_request.handler.handle").inputs["role"].split("/")[-1]
    assert rules(plan) == {
        "storefront approvals master": (["refs/heads/master"], 2, developers),
        "storefront approvals develop": (["refs/heads/develop"], 2, developers),
        "storefront check": (["refs/heads/master", "refs/heads/develop"], 1, [f"{SESSIONS}/{checker}/*"]),
    }


def test_in_an_open_pool_the_check_counts_too_so_one_more_is_asked_for() -> None:
    for branch in ("master", "develop"):
        assert rules(planned("dev"))[f"storefront approvals {branch}"] == ([f"refs/heads/{branch}"], 3, [])


def test_a_stack_file_says_how_many_agree_and_who() -> None:
    leads = ["arn:aws:sts::111122223333:assumed-role/Lead/*"]
    plan = with_source(developerRoles=["Developer"], reviews={"master": {"approvals": 1, "pool": leads}})
    assert rules(plan)["storefront approvals master"] == (["refs/heads/master"], 1, leads)
    assert rules(plan)["storefront approvals develop"][1:] == (2, [f"{SESSIONS}/Developer/*"])


def test_templates_fit_into_the_limits_of_codecommit() -> None:
    """https://docs.aws.amazon.com/codecommit/latest/userguide/limits.html"""
    pool = tuple(f"arn:aws-us-gov:sts::111122223333:assumed-role/{number:0>64}/{'s' * 89}" for number in range(12))
    assert len(pool) == MOST_APPROVERS
    assert {len(one) for one in pool} == {200}
    asked = [Review(branch="b" * 80 + "/develop", approvals=10, pool=pool)]
    place = Place(environment="dev", account="111122223333", region="us-gov-west-1")
    for template in reviews(repository="r", asked=asked, checker="c" * 64, place=place):
        assert len(template.content) <= 3_000
        assert len(template.description) <= 1_000
        assert template.name.replace(" ", "").replace(".", "").replace("_", "").replace("-", "").isalnum()


def test_a_check_builds_the_head_of_a_pull_request_and_hands_nothing_over() -> None:
    check = planned("dev").one(PROJECT, name="storefront-dev-check").inputs
    build = planned("dev").one(PROJECT, name="storefront-dev-build").inputs
    clone_url = planned("dev").one("aws:codecommit/repository:Repository").outputs["cloneUrlHttp"]
    assert check["source"] == {"type": "CODECOMMIT", "location": clone_url, "buildspec": "buildspec.yml"}
    assert check["artifacts"] == {"type": "NO_ARTIFACTS"}
    assert check["environment"] == build["environment"]
    assert check["buildTimeout"] == 20
    assert check["concurrentBuildLimit"] == 10
    assert check.get("cache") is None


def test_unreviewed_code_reads_its_repository_and_writes_its_own_log_and_reports() -> None:
    plan = planned("dev")
    role = roles_of(plan)["storefront-dev-check"]
    reports = {"BatchPutCodeCoverages", "BatchPutTestCases", "CreateReport", "CreateReportGroup", "UpdateReport"}
    logs = {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert role.actions == {"codecommit:GitPull", *logs, *(f"codebuild:{action}" for action in reports)}
    assert role.resources_of("codecommit:GitPull") == {REPOSITORY}
    log = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/codebuild/storefront-dev-check"
    assert role.resources_of("logs:PutLogEvents") == {log, f"{log}:*"}
    own = "arn:aws:codebuild:eu-west-1:111122223333:report-group/storefront-dev-check"
    assert role.resources_of("codebuild:CreateReport") == {f"{own}-unit", f"{own}-coverage"}


def test_a_check_has_the_machine_of_the_build_and_the_first_buildspec_that_is_named() -> None:
    def tuned(config: Config) -> None:
        storefront = config["delivery:applications"]["storefront"]
        storefront["build"] = {"computeType": "BUILD_GENERAL1_LARGE", "buildspec": "ci/build.yml"}

    def own(config: Config) -> None:
        tuned(config)
        source = config["delivery:applications"]["storefront"]["source"]
        source["checks"] = {"buildspec": "ci/check.yml", "timeoutMinutes": 7}

    of_build = planned("dev", tuned).one(PROJECT, name="storefront-dev-check").inputs
    of_its_own = planned("dev", own).one(PROJECT, name="storefront-dev-check").inputs
    assert of_build["source"]["buildspec"] == "ci/build.yml"
    assert of_build["environment"]["computeType"] == "BUILD_GENERAL1_LARGE"
    assert (of_its_own["source"]["buildspec"], of_its_own["buildTimeout"]) == ("ci/check.yml", 7)


def test_the_functions_know_the_names_of_a_flow_that_calls_its_branches_otherwise() -> None:
    names = {"main": "main", "develop": "next", "release": "rel/*", "hotfix": "fix/*", "tags": "shop-*"}
    plan = with_source(branchNames=names)
    topic = plan.one("aws:sns/topic:Topic").arn
    common = {"repository": "storefront", "main": "main", "topic": topic}
    assert parameters(plan, "merge_back") == {**common, "develop": "next"}
    assert parameters(plan, "tag_release") == {**common, "release": "rel/*", "hotfix": "fix/*", "tagPrefix": "shop-"}
    assert parameters(plan, "check_pull_request") == {"repository": "storefront", "project": "storefront-dev-check"}
    assert rules(plan)["storefront check"][0] == ["refs/heads/main", "refs/heads/next"]
    denied = statements(plan)
    assert denies(denied, "codecommit:GitPush", REPOSITORY, ["refs/heads/next"])
    assert denies(denied, "codecommit:GitPush", REPOSITORY, ["refs/tags/shop-1.0.0"])
    assert not denies(denied, "codecommit:GitPush", REPOSITORY, ["refs/heads/master"])


def test_the_tagging_function_may_push_tags_of_releases_and_no_branch() -> None:
    role = roles_of(planned("dev"))["storefront-dev-tag-release"]
    (push,) = [one for one in role.statements if "codecommit:GitPush" in one["Action"]]
    assert push["Action"] == ["codecommit:GitPush"]
    assert push["Resource"] == [REPOSITORY]
    assert push["Condition"] == {"StringLikeIfExists": {"codecommit:References": ["refs/tags/v*"]}}


@pytest.mark.parametrize("package", ["check_pull_request", "merge_back", "tag_release"])
def test_a_function_of_the_flow_works_on_its_own_repository_project_and_topic_alone(package: str) -> None:
    plan = planned("dev")
    role = roles_of(plan)[f"storefront-dev-{package.replace('_', '-')}"]
    others = {one for action in role.actions if not action.startswith("logs:") for one in role.resources_of(action)}
    topic, key = plan.one("aws:sns/topic:Topic").arn, plan.named("artifacts-key").arn
    assert others == {REPOSITORY, topic, key, *([CHECK] if package == "check_pull_request" else [])}


def test_one_trunk_is_protected_reviewed_and_checked_and_nothing_has_to_come_back() -> None:
    plan = with_source(flow="trunk")
    assert rules(plan).keys() == {"storefront approvals main", "storefront check"}
    denied = statements(plan)
    assert denies(denied, "codecommit:GitPush", REPOSITORY, ["refs/heads/main"])
    assert not denies(denied, "codecommit:GitPush", REPOSITORY, ["refs/heads/develop"])
    handlers = {one.inputs["handler"].split(".")[0] for one in plan.of(FUNCTION)}
    assert handlers - {"measure_delivery", "record_release", "tell_people"} == {"check_pull_request"}


def test_without_a_flow_a_repository_is_only_a_repository() -> None:
    plan = with_source(flow=None, branch="develop")
    kinds = (ASSOCIATION, FUNCTION, POLICY, TEMPLATE)
    # Every pipeline has overrides, with policies and rules of their own.
    made = [one.name for kind in (*kinds, RULE) for one in plan.of(kind) if "-overrides-" not in one.name]
    # And the stack tells of each, and records its deployments.
    assert [one for one in made if not one.startswith(("announcements-", "ledger-"))] == [
        "storefront-pipeline-branches"
    ]
    assert "storefront-dev-check" not in plan.physical_names(PROJECT)
    assert len(plan.of("aws:codecommit/repository:Repository")) == 1


@pytest.mark.parametrize("stack", ["staging", "prod"])
def test_a_stack_that_does_not_own_the_repository_guards_nothing(stack: str) -> None:
    plan = planned(stack)
    assert plan.of(TEMPLATE) + plan.of(ASSOCIATION) == []
    assert "storefront-protected-branches" not in plan.physical_names(POLICY)
