"""Every role may do what its duty needs, on what it works on, and nothing else."""

import importlib
import re

import pytest

from tests.unit.authorization import actions_meant, can_be_narrowed, fits
from tests.unit.every_source import EVERY_PLAN, plan_named
from tests.unit.planning import STACKS, planned
from tests.unit.planning_mocks import Resource
from tests.unit.roads import actions_of
from tests.unit.roles import roles_of

ACCOUNTS = {"dev": "111122223333", "staging": "111122223333", "prod": "444455556666"}
FLEETS = ("shift_traffic", "verify_release", "retire_fleet")
GIT_FLOW = ("check_pull_request", "merge_back", "tag_release")
APPROVALS = ("gather_evidence", "check_approvers", "reject_stale_approvals")
ON_EVENTS = (*GIT_FLOW, "reject_stale_approvals")
FUNCTIONS = {
    "dev": GIT_FLOW,
    "staging": (*FLEETS, "announce_hotfix", "promote_release"),
    "prod": (*FLEETS, "admit_release", *APPROVALS),
}
READS_COMMITS = {"codecommit:BatchGetCommits", "codecommit:GitPull"}
"""What production, whose source is a promotion, doesn't need."""

LOOKS = {f"codepipeline:{one}" for one in ("GetPipelineExecution", "GetPipelineState", "ListActionExecutions")}
LOOKS |= {"codepipeline:ListPipelineExecutions"}

WILDCARDS_AWS_DOCUMENTS = {"kms:GenerateDataKey*", "kms:ReEncrypt*"}
"""https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html"""

A_LOG_GROUP = re.compile(r"arn:aws:logs:[^:]+:\d+:log-group:[^:]+")
"""The reference knows streams only; AWS's examples name the group beside them."""

ROLE_KEYS = ("role", "roleArn", "serviceRole", "serviceRoleArn", "iamRoleArn", "executionRoleArn", "taskRoleArn")
"""By which resources name the role that they use."""


@pytest.mark.parametrize("name_of_plan", EVERY_PLAN)
def test_roles_name_only_actions_that_exist_and_no_more_of_them_by_wildcard_than_aws_documents(
    name_of_plan: str,
) -> None:
    for name, role in roles_of(plan_named(name_of_plan)).items():
        assert [action for action in role.actions if not actions_meant(action)] == [], name
        assert {action for action in role.actions if "*" in action} <= WILDCARDS_AWS_DOCUMENTS, name


@pytest.mark.parametrize("name_of_plan", EVERY_PLAN)
def test_roles_have_every_resource_only_for_actions_that_know_no_narrower_one(name_of_plan: str) -> None:
    too_wide = [
        (name, action)
        for name, role in roles_of(plan_named(name_of_plan)).items()
        for statement in role.statements
        if "*" in statement["Resource"]
        for pattern in statement["Action"]
        for action in actions_meant(pattern)
        if can_be_narrowed(action)
    ]
    assert too_wide == []


@pytest.mark.parametrize("name_of_plan", EVERY_PLAN)
def test_every_resource_of_a_role_is_of_a_kind_that_its_actions_work_on(name_of_plan: str) -> None:
    for name, role in roles_of(plan_named(name_of_plan)).items():
        for statement in role.statements:
            assert statement["Effect"] == "Allow", name
            assert statement["Resource"], name
            resources = [one for one in statement["Resource"] if one != "*"]
            actions = [action for pattern in statement["Action"] for action in actions_meant(pattern)]
            idle = [action for action in actions if resources and not any(fits(one, action) for one in resources)]
            assert idle == [], f"{name}: {idle} work on none of {resources}"
            useless = [
                one
                for one in resources
                if not any(fits(one, action) for action in actions) and not A_LOG_GROUP.fullmatch(one)
            ]
            assert useless == [], f"{name}: none of {actions} works on {useless}"


@pytest.mark.parametrize("stack", STACKS)
def test_roles_reach_into_no_other_account(stack: str) -> None:
    for name, role in roles_of(planned(stack)).items():
        for statement in role.statements:
            accounts = {one.split(":")[4] for one in statement["Resource"] if one != "*"}
            if accounts <= {ACCOUNTS[stack], ""}:
                continue
            # What staging promotes is encrypted with production's key, by S3 and for that one bucket.
            assert name == "storefront-staging-promote-release"
            assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
            assert statement["Resource"] == ["arn:aws:kms:eu-west-1:444455556666:key/*"]
            assert statement["Condition"]["StringEquals"] == {
                "kms:ViaService": "s3.eu-west-1.amazonaws.com",
                "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::delivery-prod-releases-444455556666-eu-west-1",
            }


@pytest.mark.parametrize("stack", STACKS)
def test_only_who_deploys_or_sizes_a_fleet_hands_a_role_on_and_only_the_instances_role_to_ec2(stack: str) -> None:
    instances = planned(stack).one("aws:iam/role:Role", name=f"storefront-{stack}-instance").arn
    passing = {
        name: statement
        for name, role in roles_of(planned(stack)).items()
        for statement in role.statements
        if "iam:PassRole" in {meant for action in statement["Action"] for meant in actions_meant(action)}
    }
    sizing = [one for one in FUNCTIONS[stack] if one in ("shift_traffic", "retire_fleet")]
    names = {f"storefront-{stack}-{one.replace('_', '-')}" for one in ("codedeploy", *sizing)}
    handed_on = {
        "Effect": "Allow",
        "Action": ["iam:PassRole"],
        "Resource": [instances],
        "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
    }
    assert passing == dict.fromkeys(names, handed_on)


@pytest.mark.parametrize("stack", STACKS)
def test_who_changes_a_fleet_may_start_what_its_launch_template_says(stack: str) -> None:
    """Auto Scaling asks for it by a dry run
    (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html)."""
    changing = [one for one in roles_of(planned(stack)).values() if "autoscaling:UpdateAutoScalingGroup" in one.actions]
    assert changing
    for role in changing:
        assert {"ec2:CreateTags", "ec2:RunInstances", "iam:PassRole", "ssm:GetParameters"} <= role.actions, role.name


@pytest.mark.parametrize("stack", STACKS)
def test_a_role_is_assumed_by_one_service_for_resources_of_its_own_account(stack: str) -> None:
    own_account = {"Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNTS[stack]}}}
    for name, role in roles_of(planned(stack)).items():
        # EC2 sends no source account when it hands a role to an instance.
        condition = {} if role.service == "ec2.amazonaws.com" else own_account
        assert role.trust == (
            {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": {"Service": role.service}, **condition},
        ), name


@pytest.mark.parametrize("name_of_plan", EVERY_PLAN)
def test_roles_fit_into_the_sizes_of_iam(name_of_plan: str) -> None:
    sizes = {name: role.inline_size for name, role in roles_of(plan_named(name_of_plan)).items()}
    assert {name: size for name, size in sizes.items() if size > 10_240} == {}
    assert [name for name in sizes if len(name) > 64] == []


@pytest.mark.parametrize("stack", STACKS)
def test_no_role_answers_a_gate_or_changes_a_pipeline(stack: str) -> None:
    found = {
        name: {
            meant for action in role.actions if action.startswith("codepipeline:") for meant in actions_meant(action)
        }
        for name, role in roles_of(planned(stack)).items()
    }
    expected = {f"storefront-{stack}-start": {"codepipeline:StartPipelineExecution"}}
    answers = {"codepipeline:PutJobFailureResult", "codepipeline:PutJobSuccessResult"}
    for package in FUNCTIONS[stack]:
        looks = {one for one in importlib.import_module(package).API_ACTIONS if one.startswith("codepipeline:")}
        if looks:
            expected[f"storefront-{stack}-{package.replace('_', '-')}"] = looks
            assert looks <= {*answers, *LOOKS, "codepipeline:StopPipelineExecution"}
    # Who tells people of a pipeline looks at it, and nothing more.
    expected[f"delivery-{stack}-tell-people"] = {
        "codepipeline:GetPipelineExecution",
        "codepipeline:GetPipelineState",
        "codepipeline:ListActionExecutions",
        "codepipeline:ListPipelineExecutions",
        "codepipeline:ListRuleExecutions",
    }
    # Who records its deployments does, too.
    expected[f"delivery-{stack}-record-release"] = {
        "codepipeline:GetPipelineExecution",
        "codepipeline:ListActionExecutions",
        "codepipeline:ListPipelineExecutions",
    }
    assert {name: actions for name, actions in found.items() if actions} == expected


@pytest.mark.parametrize("stack", STACKS)
def test_events_start_their_own_pipeline_and_no_other(stack: str) -> None:
    start = roles_of(planned(stack))[f"storefront-{stack}-start"]
    pipeline = planned(stack).one("aws:codepipeline/pipeline:Pipeline")
    assert start.resources_of("codepipeline:StartPipelineExecution") == {pipeline.arn}


def test_only_the_approvers_policy_answers_the_gate_and_only_that_one() -> None:
    prod = planned("prod")
    policies = prod.of("aws:iam/policy:Policy")
    (policy,) = [one for one in policies if "PutApprovalResult" in one.inputs["policy"]]
    statements = policy.json("policy")["Statement"]
    answering = [one for one in statements if "codepipeline:PutApprovalResult" in one["Action"]]
    assert [one["Resource"] for one in answering] == [
        ["arn:aws:codepipeline:eu-west-1:444455556666:storefront-prod/Approval/qa-head"]
    ]
    for statement in statements:
        for action in statement["Action"]:
            assert actions_meant(action) == [action]
            assert action == "codepipeline:PutApprovalResult" or action.startswith(
                ("codepipeline:Get", "codepipeline:List")
            )
            wide = statement["Resource"] == ["*"]
            assert not can_be_narrowed(action) if wide else all(fits(one, action) for one in statement["Resource"])
    assert prod.outputs["applications"]["storefront"]["approverPolicies"] == {"qa-head": policy.arn}
    attached = prod.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert policy.arn not in {one.inputs["policyArn"] for one in attached}


@pytest.mark.parametrize("stack", ["dev", "staging"])
def test_where_nobody_approves_nobody_is_an_approver(stack: str) -> None:
    policies = planned(stack).of("aws:iam/policy:Policy")
    statements = [statement for policy in policies for statement in policy.json("policy")["Statement"]]
    allowed = {action for one in statements if one["Effect"] == "Allow" for action in one["Action"]}
    assert "codepipeline:PutApprovalResult" not in {meant for action in allowed for meant in actions_meant(action)}


@pytest.mark.parametrize("stack", STACKS)
def test_each_duty_has_a_role_of_its_own(stack: str) -> None:
    ours = f"storefront-{stack}"
    builds = ["component", "e2e"] if stack == "prod" else ["build", "component", "e2e"]
    expected = {
        f"{ours}-pipeline": "codepipeline.amazonaws.com",
        f"{ours}-start": "events.amazonaws.com",
        f"{ours}-codedeploy": "codedeploy.amazonaws.com",
        f"{ours}-instance": "ec2.amazonaws.com",
        **{f"{ours}-{build}": "codebuild.amazonaws.com" for build in builds},
    }
    expected |= {f"{ours}-{package.replace('_', '-')}": "lambda.amazonaws.com" for package in FUNCTIONS[stack]}
    for duty in ("measure-delivery", "record-release", "tell-people"):
        expected[f"delivery-{stack}-{duty}"] = "lambda.amazonaws.com"
    if stack == "prod":
        expected[f"{ours}-canary"] = "lambda.amazonaws.com"
    if stack == "dev":
        expected[f"{ours}-check"] = "codebuild.amazonaws.com"
    else:
        expected[f"delivery-{stack}-flow-logs"] = "vpc-flow-logs.amazonaws.com"
    assert {name: role.service for name, role in roles_of(planned(stack)).items()} == expected


@pytest.mark.parametrize(("stack", "package"), [(stack, package) for stack in STACKS for package in FUNCTIONS[stack]])
def test_a_function_may_do_what_its_code_calls_and_write_its_log(stack: str, package: str) -> None:
    code = importlib.import_module(package)
    logging = {"logs:CreateLogStream", "logs:PutLogEvents"}
    # Lambda tells the topic, in the name of the function, of an event that it gave up.
    failing = {"sns:Publish", "kms:Decrypt", "kms:GenerateDataKey"} if package in ON_EVENTS else set()
    role = roles_of(planned(stack))[f"storefront-{stack}-{package.replace('_', '-')}"]
    needed = {*code.API_ACTIONS, *code.IMPLIED_ACTIONS} - (READS_COMMITS if stack == "prod" else set())
    assert role.actions == {*needed, *logging, *failing}


NEEDED = {
    "Source/CodeCommit": "codecommit:CancelUploadArchive,GetBranch,GetCommit,GetUploadArchiveStatus,UploadArchive",
    "Source/S3": "s3:GetBucketVersioning,GetObject,GetObjectVersion",
    "Build/CodeBuild": "codebuild:BatchGetBuilds,StartBuild,StopBuild",
    "Test/CodeBuild": "codebuild:BatchGetBuilds,StartBuild,StopBuild",
    "Approval/Manual": "sns:Publish",
    "Invoke/Lambda": "lambda:InvokeFunction",
    "Deploy/CodeDeploy": (
        "codedeploy:CreateDeployment,GetApplicationRevision,GetDeployment,GetDeploymentConfig,RegisterApplicationRevision"
    ),
    "Deploy/S3": "s3:PutObject",
}
"""What AWS asks of the pipeline's role for each action
(https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html#how-to-update-role-new-services)."""


@pytest.mark.parametrize("stack", STACKS)
def test_a_pipeline_may_do_what_aws_asks_for_its_actions_and_what_it_has_no_action_for_it_may_not(stack: str) -> None:
    needed = set()
    for provider in {action.provider for action in actions_of(planned(stack))}:
        service, _, names = NEEDED[provider].partition(":")
        needed |= {f"{service}:{name}" for name in names.split(",")}
    actions = roles_of(planned(stack))[f"storefront-{stack}-pipeline"].actions
    assert needed - actions == set()
    services = {action.split(":")[0] for action in actions}
    assert services == {"kms", "s3", *(action.split(":")[0] for action in needed)}


@pytest.mark.parametrize("stack", STACKS)
def test_only_instances_have_a_managed_policy_and_it_is_session_manager(stack: str) -> None:
    managed = {name: role.managed for name, role in roles_of(planned(stack)).items() if role.managed}
    assert managed == {f"storefront-{stack}-instance": ("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",)}


@pytest.mark.parametrize("name_of_plan", EVERY_PLAN)
def test_whatever_uses_a_role_is_made_after_the_policies_of_the_role(name_of_plan: str) -> None:
    plan = plan_named(name_of_plan)
    policies: dict[str, set[str]] = {}
    for kind in ("aws:iam/rolePolicy:RolePolicy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"):
        for one in plan.of(kind):
            policies.setdefault(one.inputs["role"], set()).add(one.urn)
    roles = {one.arn: one.inputs["name"] for one in plan.of("aws:iam/role:Role")}
    users = [
        (resource, roles[resource.inputs[key]])
        for resource in plan.resources
        for key in ROLE_KEYS
        if resource.inputs.get(key) in roles
    ]
    users += [(one, roles[one.inputs["target"]["roleArn"]]) for one in plan.of("aws:scheduler/schedule:Schedule")]
    users += [(service, roles[arn]) for service in plan.of("aws:ecs/service:Service") for arn in roles_of_ecs(service)]
    # An instance profile names the role instead of its ARN.
    users += [(one, one.inputs["role"]) for one in plan.of("aws:iam/instanceProfile:InstanceProfile")]
    # Machines on premises get theirs by an activation, which no stack makes: its code would lie in the state.
    activated = {name for name, role in roles_of(plan).items() if role.service == "ssm.amazonaws.com"}
    assert {name for _, name in users} == set(roles.values()) - activated
    early = [(resource.name, name) for resource, name in users if not policies.get(name, set()) <= resource.depends_on]
    assert early == []


def roles_of_ecs(service: Resource) -> list[str]:
    """The roles by which ECS moves the traffic of a service and asks its hooks."""
    fronts = [one.get("advancedConfiguration") or {} for one in service.inputs["loadBalancers"]]
    hooks = service.inputs.get("deploymentConfiguration", {}).get("lifecycleHooks", ())
    return [one["roleArn"] for one in (*fronts, *hooks) if one]
