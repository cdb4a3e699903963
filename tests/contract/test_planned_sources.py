"""Every source with every change detection against AWS's API models, and what of it moto can play."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.contract.aws_model import Request, problems
from tests.contract.function_archive import WITH_BOTO3, imported_bare, zipped
from tests.contract.wire import NOT_CREATED, created, requests, subject_of
from tests.sources import SCHEDULE
from tests.unit.every_source import every_source, plan_of, promoted
from tests.unit.planning import Planned

PLANS = ["every", "schedule", "polling", "manual"]
"""Every source in development, and production with each way to start a promotion."""


def plan(name: str) -> Planned:
    return every_source() if name == "every" else promoted(name)


def calls_of(found: Planned, operation: str) -> list[dict[str, Any]]:
    """The parameters of every call of one operation."""
    asked = [request for one in created(found) for request in requests(subject_of(found, one))]
    return [request.fitted for request in asked if request.operation == operation]


@pytest.mark.parametrize("name", PLANS)
def test_aws_takes_every_request_that_a_source_plans(name: str) -> None:
    found = plan(name)
    asked = [request for resource in created(found) for request in requests(subject_of(found, resource))]
    assert [problem for request in asked for problem in problems(request)] == []
    checked = {request.resource for request in asked}
    assert {
        one.type for one in found.resources if one.type.startswith("aws:") and one.name not in checked
    } <= NOT_CREATED


def test_a_pipeline_gets_its_filters_in_the_words_of_aws() -> None:
    (desk,) = [
        call["pipeline"]
        for call in calls_of(every_source(), "CreatePipeline")
        if call["pipeline"]["name"] == "desk-dev"
    ]
    paths = {"includes": ["desk/**"], "excludes": ["**/*.md"]}
    assert desk["triggers"] == [
        {
            "providerType": "CodeStarSourceConnection",
            "gitConfiguration": {
                "sourceActionName": "Source",
                "push": [
                    {"branches": {"includes": ["main", "release/**"]}, "filePaths": paths},
                    {"tags": {"includes": ["v**"]}},
                ],
                "pullRequest": [
                    {"events": ["OPEN", "UPDATED"], "branches": {"includes": ["main"]}, "filePaths": paths}
                ],
            },
        }
    ]
    assert all(
        "triggers" not in call["pipeline"] for name in PLANS[1:] for call in calls_of(plan(name), "CreatePipeline")
    )


@pytest.mark.parametrize("provider", ["codecommit", "s3", "ecr"])
def test_codepipeline_takes_the_revision_that_an_event_hands_over(provider: str) -> None:
    found, application = plan_of(provider, "events")
    (target,) = [
        one
        for one in found.of("aws:cloudwatch/eventTarget:EventTarget")
        if one.inputs["arn"].endswith(f":{application}-dev")
    ]
    body = json.loads(target.inputs["inputTransformer"]["inputTemplate"])
    start = {"name": f"{application}-dev", **body}
    request = Request(
        service="codepipeline", operation="StartPipelineExecution", parameters=start, resource=application
    )
    assert problems(request) == []
    (revision,) = body["sourceRevisions"]
    wrong = {**start, "sourceRevisions": [{**revision, "revisionType": "IMAGE_TAG"}]}
    (problem,) = problems(
        Request(service="codepipeline", operation="StartPipelineExecution", parameters=wrong, resource="")
    )
    assert "is 'IMAGE_TAG', not one of COMMIT_ID, IMAGE_DIGEST, S3_OBJECT_VERSION_ID" in problem


def test_a_schedule_is_encrypted_and_gives_up_before_its_start_would_be_a_surprise() -> None:
    schedules = calls_of(every_source(), "CreateSchedule")
    key = every_source().one("aws:kms/key:Key").arn
    assert len(schedules) == 6
    for schedule in schedules:
        assert schedule["KmsKeyArn"] == key
        assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
        assert schedule["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] == 3600
        # The model says "a string"; a pipeline is a templated target, by its ARN.
        assert schedule["Target"]["Arn"].split(":")[2] == "codepipeline"


@pytest.mark.parametrize(("kind", "provider"), [("GitHub", "github"), ("GitLab", "gitlab"), ("Bitbucket", "bitbucket")])
def test_a_connection_is_of_the_provider_its_source_names(kind: str, provider: str) -> None:
    made = {call["ConnectionName"]: call["ProviderType"] for call in calls_of(every_source(), "CreateConnection")}
    assert made[f"{provider}-events-dev"] == kind


def test_a_scheduler_keeps_the_time_and_the_zone_of_every_schedule() -> None:
    with mock_aws():
        scheduler = boto3.client("scheduler", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
        for schedule in calls_of(every_source(), "CreateSchedule"):
            scheduler.create_schedule(**schedule)
            kept = scheduler.get_schedule(Name=schedule["Name"])
            assert kept["ScheduleExpression"] == SCHEDULE["expression"]
            assert kept["ScheduleExpressionTimezone"] == SCHEDULE["timeZone"]
            assert kept["State"] == "ENABLED"


def test_an_event_about_files_reaches_one_function_by_a_rule_that_may_invoke_it() -> None:
    permissions = {call["SourceArn"].split("/")[-1]: call for call in calls_of(every_source(), "AddPermission")}
    targets = [call for call in calls_of(every_source(), "PutTargets") if ":lambda:" in call["Targets"][0]["Arn"]]
    # What the stack does for every pipeline is called after the project.
    targets = [call for call in targets if not call["Rule"].startswith("delivery-dev-")]
    assert {call["Targets"][0]["Arn"].split(":")[-1] for call in targets} == {
        "shop-dev-start-changed",
        "till-dev-start-changed",
    }
    for call in targets:
        (target,) = call["Targets"]
        allowed = permissions[call["Rule"]]
        assert allowed["FunctionName"] == target["Arn"].split(":")[-1]
        assert allowed["Principal"] == "events.amazonaws.com"
        assert allowed["SourceArn"].endswith(f":rule/{call['Rule']}")
        assert allowed["SourceAccount"] == "111122223333"
    for call in calls_of(every_source(), "PutFunctionEventInvokeConfig"):
        assert call["DestinationConfig"]["OnFailure"]["Destination"].startswith("arn:aws:sns:")
        assert (call["MaximumRetryAttempts"], call["MaximumEventAgeInSeconds"]) == (2, 3600)


def test_the_function_that_looks_at_files_starts_with_what_its_archive_holds(tmp_path: Path) -> None:
    function = every_source().one("aws:lambda/function:Function", name="shop-dev-start-changed")
    with zipfile.ZipFile(io.BytesIO(zipped(function.inputs["code"]))) as archive:
        archive.extractall(tmp_path)
    assert imported_bare(tmp_path, handler=function.inputs["handler"]) <= WITH_BOTO3
