"""Who may pass by a gate, who is told, and what an organization may deny to everybody else."""

import json
import re
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest

from tests.contract.event_rules import VARIABLE
from tests.unit.authorization import actions_meant, fits
from tests.unit.every_condition import MANAGER, ON_CALL, every_condition
from tests.unit.planning import STACKS, Config, Planned, planned
from tests.unit.roles import roles_of

POLICY = "aws:iam/policy:Policy"
RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
PIPELINE = "arn:aws:codepipeline:eu-west-1:111122223333:storefront-staging"
LOOKS = {
    "codepipeline:GetPipeline",
    "codepipeline:GetPipelineExecution",
    "codepipeline:GetPipelineState",
    "codepipeline:ListPipelineExecutions",
    "codepipeline:ListPipelines",
}
GUARDED = {
    "codepipeline:DisableStageTransition",
    "codepipeline:EnableStageTransition",
    "codepipeline:OverrideStageCondition",
    "codepipeline:PutApprovalResult",
    "codepipeline:RetryStageExecution",
    "codepipeline:RollbackStage",
    "codepipeline:StopPipelineExecution",
}


@cache
def staging() -> Planned:
    return planned("staging", every_condition)


def statements(plan: Planned, kind: str) -> list[dict[str, Any]]:
    found = plan.one(POLICY, name=f"storefront-{plan.stack}-override-{kind}").json("policy")["Statement"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("kind", "actions", "on"),
    [
        # Build is skipped by its condition, and nobody can override that.
        ("condition", ["OverrideStageCondition"], ["/Test", "/Deploy", "/Promote"]),
        (
            "transition",
            ["DisableStageTransition", "EnableStageTransition"],
            ["/Hotfix", "/Build", "/Test", "/TestUnlessHotfix", "/Deploy", "/Retire", "/Promote"],
        ),
        ("rollback", ["RollbackStage"], ["/Deploy"]),
        (
            "retry",
            ["RetryStageExecution"],
            ["/Source", "/Hotfix", "/Build", "/Test", "/TestUnlessHotfix", "/Deploy", "/Retire", "/Promote"],
        ),
        ("stop", ["StopPipelineExecution"], [""]),
    ],
)
def test_each_way_to_pass_by_is_one_policy_on_what_it_is_about(kind: str, actions: list[str], on: list[str]) -> None:
    first, *looking = statements(staging(), kind)
    assert first == {
        "Effect": "Allow",
        "Action": [f"codepipeline:{action}" for action in actions],
        "Resource": [f"{PIPELINE}{stage}" for stage in on],
    }
    assert {action for one in looking for action in one["Action"]} == LOOKS
    for action in first["Action"]:
        assert actions_meant(action) == [action]
        assert all(fits(resource, action) for resource in first["Resource"])


def test_a_pipeline_without_conditions_has_no_policy_to_override_them() -> None:
    names = planned("prod").physical_names(POLICY)
    assert names == {f"storefront-prod-override-{kind}" for kind in ("transition", "rollback", "retry", "stop")} | {
        "storefront-prod-qa-head-approver"
    }


def test_the_outputs_name_the_policies() -> None:
    said = staging().outputs["applications"]["storefront"]["overridePolicies"]
    assert set(said) == {"condition", "transition", "rollback", "retry", "stop"}
    assert said["rollback"] == "arn:aws:iam::111122223333:policy/storefront-staging-override-rollback"


@pytest.mark.parametrize("stack", STACKS)
def test_nobody_has_a_policy_and_no_role_of_the_stack_may_pass_by(stack: str) -> None:
    plan = planned(stack, every_condition) if stack == "staging" else planned(stack)
    assert plan.of("aws:iam/policyAttachment:PolicyAttachment") == []
    held = [one.inputs["policyArn"] for one in plan.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")]
    assert not {one.arn for one in plan.of(POLICY)} & set(held)
    for name, role in roles_of(plan).items():
        meant = {one for action in role.actions for one in actions_meant(action)}
        # Who stops an execution lets nothing through: one function does, where a newer revision waits.
        stops = {"codepipeline:StopPipelineExecution"} if name.endswith("-reject-stale-approvals") else set()
        assert meant & GUARDED == stops, name


def test_both_mails_go_to_the_topic_and_say_who_did_what_from_where() -> None:
    for name, wanted in (
        ("override-used", {"call", "stage", "who", "address", "time"}),
        ("override-refused", {"call", "error", "message", "who", "address", "time"}),
    ):
        target = staging().one(TARGET, rule=f"storefront-staging-{name}").inputs
        assert target["arn"] == "arn:aws:sns:eu-west-1:111122223333:delivery-staging-events"
        transformer = target["inputTransformer"]
        lines = transformer["inputTemplate"].split("\n")
        assert all(json.loads(line) for line in lines), "each line is a text in quotes"
        assert set(re.findall(VARIABLE, transformer["inputTemplate"])) == set(transformer["inputPaths"]) == wanted
        assert "storefront-staging" in lines[0]


def test_eventbridge_may_publish_to_the_topic_and_use_its_key_by_rules_of_this_account_alone() -> None:
    topic = staging().one(
        "aws:sns/topicPolicy:TopicPolicy", arn="arn:aws:sns:eu-west-1:111122223333:delivery-staging-events"
    )
    (publishes,) = [
        one for one in topic.json("policy")["Statement"] if one["Principal"] == {"Service": "events.amazonaws.com"}
    ]
    assert publishes["Condition"] == {"ArnLike": {"aws:SourceArn": ["arn:aws:events:eu-west-1:111122223333:rule/*"]}}
    key = staging().one("aws:kms/key:Key").json("policy")["Statement"]
    (encrypts,) = [one for one in key if one["Principal"] == {"Service": "events.amazonaws.com"}]
    assert encrypts["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert "Condition" not in encrypts, "EventBridge drops a message that a condition of the key refuses, in silence"


def guardrail(plan: Planned) -> list[dict[str, Any]]:
    document = json.loads(plan.outputs["override_guardrail"])
    assert document["Version"] == "2012-10-17"
    found = document["Statement"]
    assert isinstance(found, list)
    return found


def is_denied(found: list[dict[str, Any]], action: str, resource: str, principal: str) -> bool:
    """Whether the document denies a call, as IAM reads it."""
    return any(
        action in one["Action"]
        and any(fnmatchcase(resource, pattern) for pattern in one["Resource"])
        and not any(
            fnmatchcase(principal, pattern)
            for pattern in one.get("Condition", {}).get("ArnNotLike", {}).get("aws:PrincipalArn", [])
        )
        for one in found
    )


ANYBODY = "arn:aws:iam::111122223333:role/Administrator"
ON_CALL_ROLE = "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_OnCall_0a1b"


@pytest.mark.parametrize(
    ("action", "on", "may"),
    [
        ("OverrideStageCondition", "/Deploy", {MANAGER}),
        ("RollbackStage", "/Deploy", {MANAGER, ON_CALL_ROLE}),
        ("PutApprovalResult", "/Approval/qa-head", {MANAGER}),
        ("EnableStageTransition", "/Deploy", set()),
        ("DisableStageTransition", "/Deploy", set()),
        ("RetryStageExecution", "/Deploy", set()),
        ("StopPipelineExecution", "", set()),
    ],
)
def test_the_guardrail_denies_to_everybody_but_those_named_for_it(action: str, on: str, may: set[str]) -> None:
    found = guardrail(staging())
    for principal in (MANAGER, ON_CALL_ROLE, ANYBODY):
        denied_to = is_denied(found, f"codepipeline:{action}", f"{PIPELINE}{on}", principal)
        assert denied_to is (principal not in may), principal
    other = PIPELINE.replace("storefront-staging", "elsewhere")
    assert not is_denied(found, f"codepipeline:{action}", f"{other}{on}", ANYBODY)


def test_the_guardrail_denies_and_allows_nothing_and_is_attached_to_nothing() -> None:
    assert {one["Effect"] for one in guardrail(staging())} == {"Deny"}
    assert ON_CALL in staging().outputs["override_guardrail"]
    assert [one for one in staging().resources if one.type.startswith("aws:organizations/")] == []


def test_the_guardrail_of_eight_pipelines_with_roles_for_each_kind_is_one_that_aws_takes() -> None:
    def change(config: Config) -> None:
        application = {
            "source": {"provider": "github", "repository": "acme/portal", "branch": "main"},
            "deploy": {"platform": "server", "strategy": "in-place"},
        }
        config["delivery:applications"] |= {f"app{number}": application for number in range(7)}
        config["delivery:overrides"] = {
            kind: [f"arn:aws:iam::111122223333:role/May-{kind}"] for kind in ("condition", "rollback", "stop")
        }

    assert len(planned("dev", change).outputs["override_guardrail"]) <= 5120
