"""AWS's own API models take what each stack plans, to the last pattern, length, range and enumeration."""

import base64
import json
import re
from typing import Any

import pytest

from tests.contract.aws_model import Request, UnknownFieldError, problems, service_model
from tests.contract.wire import NOT_CREATED, created, requests, subject_of
from tests.unit.planning import STACKS, planned

# Limits that AWS's documents state and its models don't: API operation, path, what the text has to match.
DOCUMENTED = {
    "CreateLoadBalancer.Name": r"(?!-)(?!internal-)[A-Za-z0-9-]{1,32}(?<!-)",
    "CreateTargetGroup.Name": r"(?!-)[A-Za-z0-9-]{1,32}(?<!-)",
    "CreateSecurityGroup.GroupName": r"(?!sg-)[\w .:/()#,@\[\]+=&;{}!$*-]{1,255}",
    "CreateSecurityGroup.Description": r"[A-Za-z0-9 ._:/()#,@\[\]+=&;{}!$*-]{1,255}",
    "CreateBucket.Bucket": r"(?!xn--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9](?<!-s3alias)",
    "CreateTopic.Name": r"[A-Za-z0-9_-]{1,256}",
    "CreateFunction.FunctionName": r"[A-Za-z0-9_-]{1,64}",
    "CreateAlias.AliasName": r"alias/(?!aws/)[a-zA-Z0-9/_-]{1,249}",
    "CreateReportGroup.name": r"[A-Za-z0-9][A-Za-z0-9_-]{1,127}",
}


def calls(stack: str) -> list[Request]:
    """Everything a stack asks of AWS."""
    plan = planned(stack)
    return [request for resource in created(plan) for request in requests(subject_of(plan, resource))]


def calls_of(stack: str, operation: str) -> list[dict[str, Any]]:
    """The parameters of every call of one operation."""
    found = [request.fitted for request in calls(stack) if request.operation == operation]
    assert found, f"{stack} plans no {operation}"
    return found


@pytest.mark.parametrize("stack", STACKS)
def test_aws_takes_every_request_that_a_stack_plans(stack: str) -> None:
    assert [problem for request in calls(stack) for problem in problems(request)] == []


@pytest.mark.parametrize("stack", STACKS)
def test_every_planned_resource_is_checked_but_the_ones_aws_makes_itself(stack: str) -> None:
    plan = planned(stack)
    checked = {request.resource for request in calls(stack)}
    unchecked = {one.type for one in plan.resources if one.type.startswith("aws:") and one.name not in checked}
    assert unchecked <= NOT_CREATED


@pytest.mark.parametrize("stack", STACKS)
def test_names_keep_to_the_limits_that_only_the_documents_state(stack: str) -> None:
    checked = set()
    for request in calls(stack):
        for path, pattern in DOCUMENTED.items():
            operation, member = path.split(".")
            if request.operation == operation:
                checked.add(path)
                text = request.fitted[member]
                assert re.fullmatch(pattern, text), f"{stack}: {path} is {text!r}"
    assert checked >= DOCUMENTED.keys() - {"CreateFunction.FunctionName"}


@pytest.mark.parametrize("stack", STACKS)
def test_logs_are_kept_for_a_number_of_days_that_cloudwatch_logs_knows(stack: str) -> None:
    text = service_model("logs").shape_for("Days").documentation
    known = {int(number) for number in re.findall(r"\d+", text.split("Possible values are:")[1].split(".")[0])}
    assert len(known) > 10
    assert {call["retentionInDays"] for call in calls_of(stack, "PutRetentionPolicy")} <= known


@pytest.mark.parametrize("stack", STACKS)
def test_a_deleted_key_waits_as_long_as_kms_allows(stack: str) -> None:
    assert all(7 <= call["PendingWindowInDays"] <= 30 for call in calls_of(stack, "ScheduleKeyDeletion"))


@pytest.mark.parametrize("stack", STACKS)
def test_policies_fit_into_what_iam_allows(stack: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; white space isn't counted."""

    def size(document: str) -> int:
        return len(json.dumps(json.loads(document), separators=(",", ":")))

    inline: dict[str, int] = {}
    for call in calls_of(stack, "PutRolePolicy"):
        inline[call["RoleName"]] = inline.get(call["RoleName"], 0) + size(call["PolicyDocument"])
    assert max(inline.values()) <= 10_240
    assert all(size(call["AssumeRolePolicyDocument"]) <= 2_048 for call in calls_of(stack, "CreateRole"))
    managed = [request.fitted for request in calls(stack) if request.operation == "CreatePolicy"]
    assert all(size(call["PolicyDocument"]) <= 6_144 for call in managed)
    assert all(len(call["Policy"]) <= 32_768 for call in calls_of(stack, "CreateKey"))
    assert all(len(call["Policy"]) <= 20_480 for call in calls_of(stack, "PutBucketPolicy"))


@pytest.mark.parametrize("stack", STACKS)
def test_instances_boot_from_a_script_of_at_most_16_kilobytes(stack: str) -> None:
    for call in calls_of(stack, "CreateLaunchTemplate"):
        script = base64.b64decode(call["LaunchTemplateData"]["UserData"], validate=True)
        assert script.startswith(b"#!/bin/bash\n")
        assert len(script) <= 16_384


@pytest.mark.parametrize("stack", STACKS)
def test_fleets_start_as_large_as_they_may_be(stack: str) -> None:
    for call in calls_of(stack, "CreateAutoScalingGroup"):
        assert call["MinSize"] <= call["DesiredCapacity"] <= call["MaxSize"]


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({"name": "a" * 101}, "101 characters, more than 100"),
        ({"name": "store front"}, "does not match"),
        ({"executionMode": "ORDERED"}, "is 'ORDERED', not one of"),
        ({"roleArn": None}, 'Missing required parameter in pipeline: "roleArn"'),
        ({"version": "1"}, "Invalid type for parameter pipeline.version"),
        ({"variables": [{"name": ""}]}, "valid min length: 1"),
        ({"stages": []}, None),
    ],
)
def test_the_check_sees_what_aws_would_refuse(parameters: dict[str, Any], complaint: str | None) -> None:
    pipeline = {"name": "storefront-prod", "roleArn": "arn:aws:iam::444455556666:role/pipeline", "stages": []}
    request = Request(
        service="codepipeline",
        operation="CreatePipeline",
        parameters={"pipeline": {**pipeline, **parameters}},
        resource="test",
    )
    found = problems(request)
    assert (len(found) == 1 and complaint in found[0]) if complaint else found == []


def test_the_check_sees_a_field_that_aws_does_not_have() -> None:
    request = Request(
        service="codepipeline",
        operation="CreatePipeline",
        parameters={"pipeline": {"onFailure": {"result": "ROLLBACK"}}},
        resource="test",
    )
    with pytest.raises(UnknownFieldError, match=r"CreatePipeline\.pipeline has no onFailure"):
        problems(request)
