"""AWS takes a stack with every kind of condition, and EventBridge tells of every use of an override."""

from functools import cache
from typing import Any

import pytest

from tests.contract.aws_model import problems
from tests.contract.event_rules import told
from tests.contract.wire import created, requests, subject_of
from tests.unit.every_condition import every_condition
from tests.unit.planning import STACKS, Config, Planned, planned

FREEZE = {"from": "2026-12-20", "until": "2027-01-04", "reason": "Christmas trade"}
EVERY_RULE: dict[str, dict[str, Any]] = {
    "waiting window": {"rule": "window", "closed": "wait", "hours": "9-10", "patienceMinutes": 5},
    "failing window": {"rule": "window", "closed": "fail", "days": "SUN"},
    "alarm": {"rule": "alarm", "name": "a", "waitMinutes": 1440},
    "variable": {"rule": "variable", "variable": "#{codepipeline.PipelineExecutionId}", "contains": "-"},
    "function": {"rule": "function", "name": "f", "parameters": "p"},
    "commands": {"rule": "commands", "commands": ["true"] * 50},
}


@cache
def staging() -> Planned:
    return planned("staging", every_condition)


def found(plan: Planned) -> list[str]:
    """What AWS's models have against a plan."""
    made = [request for resource in created(plan) for request in requests(subject_of(plan, resource))]
    return [problem for request in made for problem in problems(request)]


def test_aws_takes_every_request() -> None:
    assert found(staging()) == []


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("rule", EVERY_RULE)
def test_aws_takes_each_rule_in_each_stack(stack: str, rule: str) -> None:
    def change(config: Config) -> None:
        config["delivery:freezes"] = [FREEZE]
        condition: dict[str, Any] = {"beforeEntry": {"rules": [EVERY_RULE[rule]]}}
        if "window" not in rule:
            condition["onSuccess"] = {"otherwise": "fail", "rules": [EVERY_RULE[rule]]}
        config["delivery:applications"]["storefront"]["conditions"] = {"Deploy": condition}

    assert found(planned(stack, change)) == []


def event(call: str, **detail: Any) -> dict[str, Any]:
    """What EventBridge gets of CloudTrail."""
    return {
        "source": "aws.codepipeline",
        "detail-type": "AWS API Call via CloudTrail",
        "time": "2026-12-24T12:00:00Z",
        "detail": {
            "eventSource": "codepipeline.amazonaws.com",
            "eventName": call,
            "sourceIPAddress": "192.0.2.1",
            "userIdentity": {"arn": "arn:aws:sts::111122223333:assumed-role/ReleaseManager/jo"},
            "requestParameters": {"pipelineName": "storefront-staging", "stageName": "Deploy"},
            **detail,
        },
    }


def denied(resource: str) -> dict[str, Any]:
    """What an event has besides, where IAM has refused the call."""
    return {
        "errorCode": "AccessDenied",
        "errorMessage": f"User: jo is not authorized to perform: X on resource: {resource} because no policy allows it",
        "requestParameters": None,
    }


CALLS = (
    "DisableStageTransition",
    "EnableStageTransition",
    "OverrideStageCondition",
    "PutApprovalResult",
    "RetryStageExecution",
    "RollbackStage",
    "StopPipelineExecution",
)
ARN = "arn:aws:codepipeline:eu-west-1:111122223333:storefront-staging"
BY = "By arn:aws:sts::111122223333:assumed-role/ReleaseManager/jo from 192.0.2.1 at 2026-12-24T12:00:00Z."


@pytest.mark.parametrize("call", CALLS)
def test_each_use_is_told(call: str) -> None:
    assert told(staging(), event(call)) == [
        f"{call} was used on pipeline storefront-staging, stage Deploy.\n{BY} CloudTrail has the whole call."
    ]


def test_stopping_an_execution_names_no_stage() -> None:
    (mail,) = told(staging(), event("StopPipelineExecution", requestParameters={"pipelineName": "storefront-staging"}))
    assert mail.startswith("StopPipelineExecution was used on pipeline storefront-staging, stage .")


@pytest.mark.parametrize("resource", [ARN, f"{ARN}/Deploy", f"{ARN}/Approval/qa-head"])
def test_an_attempt_that_iam_refused_is_told_though_the_event_may_not_say_on_which_pipeline(resource: str) -> None:
    (mail,) = told(staging(), event("RollbackStage", **denied(resource)))
    assert mail.startswith(
        f"RollbackStage on pipeline storefront-staging was refused: AccessDenied.\n{BY} User: jo is not"
    )


def test_an_attempt_that_codepipeline_refused_is_told() -> None:
    refused = {"errorCode": "ConditionNotOverridableException", "errorMessage": "Unable to override"}
    (mail,) = told(staging(), event("OverrideStageCondition", **refused))
    assert "was refused: ConditionNotOverridableException." in mail


@pytest.mark.parametrize(
    "other",
    [
        event("GetPipelineState"),
        event("StartPipelineExecution"),
        event("RollbackStage", requestParameters={"pipelineName": "storefront-staging-2", "stageName": "Deploy"}),
        event("RollbackStage", **denied(f"{ARN}-2/Deploy")),
        event("RollbackStage", **denied(ARN.replace("storefront", "my-storefront") + "/Deploy")),
        {**event("RollbackStage"), "source": "my.application"},
    ],
)
def test_other_calls_and_other_pipelines_are_not_told(other: dict[str, Any]) -> None:
    assert told(staging(), other) == []
