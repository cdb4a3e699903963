"""The release ledger of a stack, as it is planned: who may do what to it, what fills it, and what it is told."""

import json
from typing import Any

import pytest
from moto.events.models import EventPattern

import measure_delivery
import record_release
from components.ledger_plan import STAGE
from measure_delivery.decide import MARKS, NAMESPACE
from measure_delivery.decide import Parameters as MeasureParameters
from plans.ledger import version
from record_release.decide import PIPELINES, Parameters
from settings import parse
from tests.unit.planning import STACKS, Config, Planned, config_of, planned
from tests.unit.roles import roles_of

LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"


def told(plan: Planned) -> Parameters:
    """What the function is told, as it reads it."""
    function = plan.named("ledger-record")
    file = function.inputs["code"].assets[f"record_release/{PIPELINES}"]
    return Parameters.parse(function.inputs["environment"]["variables"]["PARAMETERS"], pipelines=file.text)


@pytest.mark.parametrize(
    ("stack", "mode", "days"), [("dev", "GOVERNANCE", 90), ("staging", "GOVERNANCE", 365), ("prod", "COMPLIANCE", 1827)]
)
def test_records_are_locked_in_production_against_everybody(stack: str, mode: str, days: int) -> None:
    plan = planned(stack)
    assert plan.named("ledger-bucket").inputs["objectLockEnabled"] is True
    rule = plan.one(LOCK).inputs["rule"]
    assert rule == {"defaultRetention": {"mode": mode, "days": days}}
    (encryption,) = plan.named("ledger-bucket-encryption").inputs["rules"]
    assert encryption["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] == plan.named("artifacts-key").arn


@pytest.mark.parametrize("stack", STACKS)
def test_nobody_deletes_overwrites_or_expires_a_record(stack: str) -> None:
    plan = planned(stack)
    statements = plan.named("ledger-bucket-policy").json("policy")["Statement"]
    denied = [one for one in statements if one["Effect"] == "Deny"]
    assert denied == statements
    bucket = plan.named("ledger-bucket").arn
    by_action = {action: one for one in denied for action in one["Action"]}
    for action in (
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:PutObjectRetention",
    ):
        assert by_action[action]["Principal"] == "*"
        assert by_action[action]["Resource"] == [f"{bucket}/*"]
        assert "Condition" not in by_action[action]
    assert by_action["s3:PutObject"]["Condition"] == {"Null": {"s3:if-none-match": "true"}}
    assert by_action["s3:*"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    (rule,) = plan.named("ledger-bucket-lifecycle").inputs["rules"]
    assert "expiration" not in rule


@pytest.mark.parametrize("stack", STACKS)
def test_whoever_records_may_do_what_its_code_calls_and_writes_nowhere_else(stack: str) -> None:
    role = roles_of(planned(stack))[f"delivery-{stack}-record-release"]
    needed = {*record_release.API_ACTIONS, *record_release.IMPLIED_ACTIONS}
    if stack == "prod":
        # What is promoted has a manifest.
        needed -= {"codecommit:BatchGetCommits"}
    assert role.actions == {*needed, "logs:CreateLogStream", "logs:PutLogEvents"}
    ledger = planned(stack).named("ledger-bucket").arn
    assert role.resources_of("s3:PutObject") == {f"{ledger}/*"}
    assert role.resources_of("ssm:GetParameter") == {planned(stack).named("ledger-version").arn}
    (group,) = role.resources_of("codedeploy:GetDeployment")
    assert group.endswith(f":deploymentgroup:storefront-{stack}/storefront-{stack}")


@pytest.mark.parametrize("stack", STACKS)
def test_whoever_measures_reads_the_ledger_and_writes_nothing_but_its_marks_and_metrics(stack: str) -> None:
    plan = planned(stack)
    role = roles_of(plan)[f"delivery-{stack}-measure-delivery"]
    needed = {*measure_delivery.API_ACTIONS, *measure_delivery.IMPLIED_ACTIONS}
    assert role.actions == {*needed, "logs:CreateLogStream", "logs:PutLogEvents"}
    ledger = plan.named("ledger-bucket").arn
    assert role.resources_of("s3:PutObject") == {f"{ledger}/{MARKS}*"}
    (publish,) = [one for one in role.statements if "cloudwatch:PutMetricData" in one["Action"]]
    assert publish["Condition"] == {"StringEquals": {"cloudwatch:namespace": NAMESPACE}}


@pytest.mark.parametrize(
    ("key", "heard"), [("storefront/20261125T210816Z-e1.json", True), ("_measured/storefront/a.json", False)]
)
def test_new_records_are_measured_and_marks_are_not(key: str, heard: bool) -> None:
    plan = planned("prod")
    (notified,) = [
        one
        for one in plan.of("aws:s3/bucketNotification:BucketNotification")
        if one.inputs["bucket"] == plan.named("ledger-bucket").inputs["bucket"]
    ]
    assert notified.inputs["eventbridge"] is True
    detail = {"bucket": {"name": plan.outputs["ledger"]["bucket"]}, "object": {"key": key}}
    event: Any = {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}
    pattern: Any = EventPattern.load(plan.named("ledger-measure-records").inputs["eventPattern"])
    assert bool(pattern.matches_event(event)) is heard
    given = json.loads(plan.named("ledger-measure").inputs["environment"]["variables"]["PARAMETERS"])
    assert MeasureParameters.parse(json.dumps(given)).ledger == plan.outputs["ledger"]["bucket"]


@pytest.mark.parametrize("stack", STACKS)
def test_the_function_hears_of_the_stage_that_deploys_and_of_its_actions(stack: str) -> None:
    plan = planned(stack)
    line = told(plan).pipelines[f"storefront-{stack}"]
    pipeline = plan.one("aws:codepipeline/pipeline:Pipeline").inputs
    (stage,) = [one for one in pipeline["stages"] if one["name"] == line.stage]
    assert set(line.actions) == {one["name"] for one in stage["actions"]}
    pattern = plan.named("ledger-record-stages").json("eventPattern")
    assert pattern["detail"]["pipeline"] == [pipeline["name"]]
    assert pattern["detail"]["stage"] == [STAGE]
    assert plan.named("ledger-record-hourly").inputs["scheduleExpression"] == "rate(1 hour)"


@pytest.mark.parametrize("stack", STACKS)
def test_the_function_knows_the_action_that_deploys_to_the_main_group_from_those_of_workers(stack: str) -> None:
    def reports(config: Config) -> None:
        config["delivery:applications"]["storefront"]["deploy"]["workers"] = {"reports": {}}

    plan = planned(stack, reports)
    line = told(plan).pipelines[f"storefront-{stack}"]
    stages = plan.one("aws:codepipeline/pipeline:Pipeline").inputs["stages"]
    (actions,) = [one["actions"] for one in stages if one["name"] == line.stage]
    assert [line.main] == [one["name"] for one in actions if one["runOrder"] == 1]
    assert "Workers-reports" in line.actions


def test_each_pipeline_is_told_where_its_source_can_be_read() -> None:
    of = {stack: told(planned(stack)).pipelines[f"storefront-{stack}"] for stack in STACKS}
    assert (of["dev"].repository, of["dev"].releases, of["dev"].variable) == ("storefront", "", "GIT_BRANCH")
    assert (of["prod"].repository, of["prod"].variable) == ("", "")
    assert of["prod"].releases == planned("prod").outputs["release_bucket"]
    assert [of[stack].hotfix for stack in STACKS] == [("hotfix/*",)] * 3


@pytest.mark.parametrize("stack", STACKS)
def test_the_stack_keeps_which_program_made_it_from_which_settings(stack: str) -> None:
    found = planned(stack).named("ledger-version").json("insecureValue")
    assert set(found) == {"commit", "tag", "dirty", "configuration"}
    assert found["configuration"] == version(parse(config_of(stack), stack=stack, siblings=_siblings())).configuration
    assert planned(stack).outputs["ledger"]["versionParameter"] == told(planned(stack)).version


def test_another_setting_is_another_configuration_and_the_same_one_is_the_same() -> None:
    config = config_of("dev")
    again = json.loads(json.dumps(config))
    other: dict[str, Any] = json.loads(json.dumps(config))
    other["delivery:ledger"] = {"rollbackDays": 31}
    said = [version(parse(one, stack="dev", siblings=_siblings())).configuration for one in (config, again, other)]
    assert said[0] == said[1] != said[2]


def test_the_stack_tells_where_its_ledger_is() -> None:
    plan = planned("prod")
    assert plan.outputs["ledger"] == {
        "bucket": "delivery-prod-ledger-444455556666-eu-west-1",
        "versionParameter": "/delivery/prod/version",
        "lockedDays": 1827,
        "rollbackDays": 365,
    }


def _siblings() -> dict[str, Any]:
    return {stack: config_of(stack) for stack in STACKS}
