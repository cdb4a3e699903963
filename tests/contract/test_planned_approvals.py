"""Stacks with approvals, against AWS's own API model, EventBridge's matcher and moto's CodePipeline."""

import io
import zipfile
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.contract.aws_model import problems
from tests.contract.event_rules import invokes, matches
from tests.contract.function_archive import WITH_BOTO3, imported_bare, zipped
from tests.contract.wire import created, requests, subject_of
from tests.unit.functions.fake_pipeline import stage_event
from tests.unit.gates import BUILDING, every_gate
from tests.unit.planning import planned

PIPELINE = "aws:codepipeline/pipeline:Pipeline"
FUNCTIONS = ("gather-evidence", "check-approvers", "reject-stale-approvals")


def test_aws_takes_everything_that_a_stack_with_approvals_of_every_source_plans() -> None:
    plan = every_gate()
    asked = [request for resource in created(plan) for request in requests(subject_of(plan, resource))]
    assert [problem for request in asked for problem in problems(request)] == []


@pytest.mark.parametrize("provider", BUILDING)
def test_moto_keeps_the_pipeline_as_it_was_planned(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"):
        monkeypatch.setenv(f"AWS_{name}", "testing")
    plan = every_gate()
    (request,) = requests(subject_of(plan, plan.one(PIPELINE, name=f"{provider}-gated-dev")))
    asked = request.fitted["pipeline"]
    with mock_aws():
        trust = '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "codepipeline.amazonaws.com"}}]}'
        role = boto3.client("iam").create_role(RoleName="pipeline", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        client = boto3.client("codepipeline", region_name="eu-west-1")
        client.create_pipeline(pipeline={**asked, "roleArn": role})
        kept = client.get_pipeline(name=f"{provider}-gated-dev")["pipeline"]
    assert [(one["name"], len(one["actions"])) for one in kept["stages"]] == [
        (one["name"], len(one["actions"])) for one in asked["stages"]
    ]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_archive_of_a_function_starts_in_a_bare_python(function: str, tmp_path: Path) -> None:
    planned_one = every_gate().one("aws:lambda/function:Function", name=f"codecommit-gated-dev-{function}")
    with zipfile.ZipFile(io.BytesIO(zipped(planned_one.inputs["code"]))) as archive:
        archive.extractall(tmp_path)
    assert imported_bare(tmp_path, handler=planned_one.inputs["handler"]) <= WITH_BOTO3


def event(**detail: Any) -> dict[str, Any]:
    told = stage_event("e", **detail)
    told["detail"]["pipeline"] = "storefront-prod"
    return told


def test_stages_and_approvals_of_a_pipeline_are_told_to_its_function_and_no_other_action_is() -> None:
    prod = planned("prod")
    assert invokes(prod, event()) == {"reject_stale_approvals"}
    assert invokes(prod, event(action="qa-head")) == {"reject_stale_approvals"}
    other = event(action="e2e")
    other["detail"]["type"]["category"] = "Test"
    assert invokes(prod, other) == set()
    elsewhere = event()
    elsewhere["detail"]["pipeline"] = "storefront-staging"
    assert invokes(prod, elsewhere) == set()


def recorded(told: dict[str, Any]) -> bool:
    """Whether a rule of production writes the event into the record."""
    prod = planned("prod")
    rules = [
        one
        for one in prod.of("aws:cloudwatch/eventRule:EventRule")
        if "eventPattern" in one.inputs and matches(one.inputs["eventPattern"], told)
    ]
    targets = [
        target.inputs["arn"]
        for rule in rules
        for target in prod.of("aws:cloudwatch/eventTarget:EventTarget", rule=rule.inputs["name"])
    ]
    return any(arn.endswith("log-group:/aws/events/delivery-prod-approvals") for arn in targets)


def answered(**changes: Any) -> dict[str, Any]:
    """The event of the call by which a person answers, as CloudTrail tells it
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/monitoring-cloudtrail-logs.html)."""
    detail = {
        "eventSource": "codepipeline.amazonaws.com",
        "eventName": "PutApprovalResult",
        "userIdentity": {"arn": "arn:aws:sts::444455556666:assumed-role/Approver/quinn@example.com"},
        "requestParameters": {"pipelineName": "storefront-prod", "stageName": "Approval", "actionName": "qa-head"},
        **changes,
    }
    return {"source": "aws.codepipeline", "detail-type": "AWS API Call via CloudTrail", "detail": detail}


@pytest.mark.parametrize("state", ["STARTED", "SUCCEEDED", "FAILED", "CANCELED", "ABANDONED"])
def test_whatever_happens_to_an_approval_is_recorded(state: str) -> None:
    assert recorded(event(action="qa-head", stage="Approval", state=state))


def test_who_answers_is_recorded_where_cloudtrail_tells_it() -> None:
    assert recorded(answered())
    assert not recorded(answered(eventName="GetPipelineState"))
    assert not recorded(answered(requestParameters={"pipelineName": "warehouse-prod"}))


def test_nothing_else_of_the_pipeline_is_in_the_record() -> None:
    assert not recorded(event())
