"""Approvals as they are planned: the order of the stage, what is read before a yes, and what each part may do."""

import importlib
import json
import re
from typing import Any

import pytest

from check_approvers.decide import Parameters as CheckParameters
from gather_evidence.decide import Parameters as EvidenceParameters
from gather_evidence.decide import evidence
from reject_stale_approvals.decide import Parameters as StaleParameters
from release_evidence.release import Release, Starter
from release_manifest import Person, Proof
from tests.unit.gates import BUILDING, PEOPLE, every_gate
from tests.unit.planning import ROOT, Config, Planned, planned
from tests.unit.roads import actions_of, pipeline_of
from tests.unit.roles import roles_of

APPLICATIONS = [f"{provider}-gated" for provider in BUILDING]
EVERY = [pytest.param(False, name, id=name) for name in APPLICATIONS] + [
    pytest.param(True, "storefront", id="promotion")
]
REPORT = (
    "https://eu-west-1.console.aws.amazon.com/codesuite/codebuild/444455556666/projects/storefront-prod-{name}/build/"
    "storefront-prod-{name}%3A0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0/?region=eu-west-1"
)
FUNCTION = "aws:lambda/function:Function"


def plan(production: bool) -> Planned:
    return planned("prod") if production else every_gate()


def told(production: bool, application: str, package: str) -> dict[str, Any]:
    """The parameters of a function."""
    stack = "prod" if production else "dev"
    function = plan(production).one(FUNCTION, name=f"{application}-{stack}-{package.replace('_', '-')}")
    found: dict[str, Any] = json.loads(function.inputs["environment"]["variables"]["PARAMETERS"])
    return found


@pytest.mark.parametrize("application", APPLICATIONS)
def test_evidence_comes_before_every_approval_and_the_check_after_the_last(application: str) -> None:
    stage = [one.declaration for one in actions_of(every_gate(), application) if one.stage == "Approval"]
    assert [(one["name"], one["runOrder"]) for one in stage] == [
        ("GatherEvidence", 1),
        ("qa-head", 2),
        ("board", 2),
        ("owner", 3),
        ("CheckApprovers", 4),
    ]
    assert [one.get("namespace") for one in stage] == ["Evidence", None, None, None, "CheckApprovers"]


@pytest.mark.parametrize(("production", "application"), EVERY)
def test_nothing_is_deployed_before_the_approvers_are_checked(production: bool, application: str) -> None:
    order = [(one.stage, one.name) for one in actions_of(plan(production), application)]
    assert order.index(("Approval", "CheckApprovers")) < min(
        number for number, (stage, _) in enumerate(order) if stage == "Deploy"
    )


def wave(config: Config) -> None:
    """Regions of its own, each of which somebody has to allow, and two who look at it first."""
    ask = {"provider": "manual", "emails": ["board@example.com"]}
    call = {"provider": "lambda", "name": "open", "function": "open-region"}
    config["delivery:applications"]["storefront"]["stages"] = [
        {
            "name": "Regions",
            "before": "Deploy",
            "actions": [
                {**ask, "name": "look"},
                {**ask, "name": "look-again", "order": 2},
                {**call, "order": 3},
                {**ask, "name": "go-on", "order": 4},
                {**call, "name": "open-all", "order": 5},
            ],
        }
    ]


def test_whoever_approves_in_a_stage_of_its_own_is_checked_before_anything_follows() -> None:
    prod = planned("prod", wave)
    stage = [one for one in actions_of(prod) if one.stage == "Regions"]
    assert sorted((one.declaration["runOrder"], one.name) for one in stage) == [
        (1, "look"),
        (2, "look-again"),
        (3, "CheckApprovers-Regions"),
        (4, "open"),
        (5, "go-on"),
        (6, "CheckApprovers-Regions-2"),
        (7, "open-all"),
    ]
    fixed = prod.one(FUNCTION, name="storefront-prod-check-approvers").inputs["environment"]["variables"]["PARAMETERS"]
    found = {
        one.name: CheckParameters.parse(one.configuration["UserParameters"], fixed=fixed)
        for one in actions_of(prod)
        if one.name.startswith("CheckApprovers")
    }
    assert {name: (one.stage, one.gates) for name, one in found.items()} == {
        "CheckApprovers": ("Approval", ("qa-head",)),
        "CheckApprovers-Regions": ("Regions", ("look", "look-again")),
        "CheckApprovers-Regions-2": ("Regions", ("go-on",)),
    }
    namespaces = [one.declaration["namespace"] for one in actions_of(prod) if one.declaration.get("namespace")]
    assert len(namespaces) == len(set(namespaces))


def test_the_mail_says_the_words_of_the_file_the_address_to_look_at_and_the_evidence() -> None:
    said = {
        one.name: one.configuration
        for one in actions_of(every_gate(), "codecommit-gated")
        if one.provider == "Approval/Manual"
    }
    assert said["qa-head"]["CustomData"] == (
        "codecommit-gated to dev\nTry it: https://staging.example.com\n#{Evidence.text}"
    )
    assert said["qa-head"]["ExternalEntityLink"] == "https://staging.example.com"
    assert said["board"]["CustomData"] == "Is it the right day?\n#{Evidence.text}"
    assert said["owner"]["CustomData"] == "Tag #{Evidence.tag}"


@pytest.mark.parametrize(("production", "application"), EVERY)
def test_the_evidence_has_the_room_that_the_longest_message_leaves(production: bool, application: str) -> None:
    messages = [
        one.configuration["CustomData"]
        for one in actions_of(plan(production), application)
        if "#{Evidence.text}" in one.configuration.get("CustomData", "")
    ]
    room = told(production, application, "gather_evidence")["room"]
    with_evidence = [one.replace("#{Evidence.text}", "x" * room) for one in messages]
    assert max(len(re.sub(r"#{[^}]+}", "x" * 64, one)) for one in with_evidence) == 1000
    assert room >= 500


def test_an_address_that_would_take_the_room_of_the_evidence_stays_beside_the_message() -> None:
    def far(config: Config) -> None:
        config["delivery:applications"]["storefront"]["approvals"][0]["reviewUrl"] = "https://example.com/" + "x" * 900

    (gate,) = [one for one in actions_of(planned("prod", far)) if one.provider == "Approval/Manual"]
    assert "Try it" not in gate.configuration["CustomData"]
    assert len(gate.configuration["ExternalEntityLink"]) == 920


@pytest.mark.parametrize(("production", "application"), EVERY)
def test_each_function_understands_what_it_is_told(production: bool, application: str) -> None:
    asked = {one.name: one.configuration.get("UserParameters", "") for one in actions_of(plan(production), application)}
    evidence = EvidenceParameters.parse(
        asked["GatherEvidence"], fixed=json.dumps(told(production, application, "gather_evidence"))
    )
    check = CheckParameters.parse(
        asked["CheckApprovers"], fixed=json.dumps(told(production, application, "check_approvers"))
    )
    stale = StaleParameters.parse(json.dumps(told(production, application, "reject_stale_approvals")))
    assert evidence.subject == check.subject
    pipeline = pipeline_of(plan(production), application).inputs["name"]
    assert {evidence.subject.pipeline, stale.pipeline} == {pipeline}
    stages = [one.stage for one in actions_of(plan(production), application)]
    assert {evidence.subject.deploy, check.stage, stale.stage} <= set(stages)
    names = [one.name for one in actions_of(plan(production), application) if one.provider == "Approval/Manual"]
    assert list(check.gates) == names


def test_the_check_knows_the_rule_and_the_people() -> None:
    assert told(False, "codecommit-gated", "check_approvers")["rule"] == "authors"
    assert told(False, "github-gated", "check_approvers")["rule"] == "starter"
    assert told(False, "github-gated", "check_approvers")["people"] == PEOPLE
    assert told(True, "storefront", "check_approvers")["rule"] == "authors"


def test_each_source_says_where_its_releases_can_be_seen() -> None:
    subjects = {name: told(False, name, "gather_evidence") for name in APPLICATIONS}
    assert {name: one["address"] for name, one in subjects.items() if one["address"]} == {
        "codecommit-gated": "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/storefront/browse"
        "?region=eu-west-1",
        "github-gated": "https://github.com/acme/storefront",
        "gitlab-gated": "https://gitlab.com/acme/web/storefront",
        "bitbucket-gated": "https://bitbucket.org/acme/storefront",
    }
    assert told(True, "storefront", "gather_evidence")["bucket"] == "delivery-prod-releases-444455556666-eu-west-1"


OF_A_SOURCE = {
    "codecommit-gated": {"codecommit:BatchGetCommits", "codecommit:GitPull"},
    "storefront": {"s3:GetObject", "s3:ListBucket", "kms:Decrypt"},
}
READING = set().union(*OF_A_SOURCE.values())


@pytest.mark.parametrize("package", ["gather_evidence", "check_approvers"])
@pytest.mark.parametrize(("production", "application"), EVERY)
def test_a_function_may_read_what_its_source_has_and_nothing_of_another(
    production: bool, application: str, package: str
) -> None:
    code = importlib.import_module(package)
    stack = "prod" if production else "dev"
    role = roles_of(plan(production))[f"{application}-{stack}-{package.replace('_', '-')}"]
    calls = {*code.API_ACTIONS, *code.IMPLIED_ACTIONS}
    needed = (calls - READING) | (calls & OF_A_SOURCE.get(application, set()))
    assert role.actions == {*needed, "logs:CreateLogStream", "logs:PutLogEvents"}
    arn = pipeline_of(plan(production), application).arn
    assert role.resources_of("codepipeline:ListActionExecutions") == {arn}


@pytest.mark.parametrize(("production", "application"), EVERY)
def test_only_the_older_execution_of_its_own_pipeline_can_be_stopped_and_none_approved(
    production: bool, application: str
) -> None:
    stack = "prod" if production else "dev"
    found = roles_of(plan(production))
    arn = pipeline_of(plan(production), application).arn
    stopping = {name for name, role in found.items() if arn in role.resources_of("codepipeline:StopPipelineExecution")}
    assert stopping == {f"{application}-{stack}-reject-stale-approvals"}
    assert not [name for name, role in found.items() if "codepipeline:PutApprovalResult" in role.actions]


def test_without_four_eyes_the_check_only_records_and_may_only_look_at_the_pipeline() -> None:
    def off(config: Config) -> None:
        config["delivery:applications"]["storefront"]["fourEyes"] = "none"

    prod = planned("prod", off)
    role = roles_of(prod)["storefront-prod-check-approvers"]
    assert {one for one in role.actions if not one.startswith(("logs:", "codepipeline:Put"))} == {
        "codepipeline:GetPipelineState",
        "codepipeline:ListActionExecutions",
    }
    assert prod.outputs["applications"]["storefront"]["fourEyes"] == "none"


def test_the_record_is_written_by_eventbridge_for_these_rules_and_is_not_deleted_with_the_stack() -> None:
    prod = planned("prod")
    group = prod.one("aws:cloudwatch/logGroup:LogGroup", name="/aws/events/delivery-prod-approvals")
    assert group.protect
    assert group.inputs["retentionInDays"] == 1827
    policy = prod.one("aws:cloudwatch/logResourcePolicy:LogResourcePolicy").json("policyDocument")["Statement"]
    assert {action for one in policy for action in one["Action"]} == {"logs:CreateLogStream", "logs:PutLogEvents"}
    rules = {one.arn for one in prod.of("aws:cloudwatch/eventRule:EventRule") if "-approvals-" in one.inputs["name"]}
    written = {arn for one in policy for arn in one.get("Condition", {}).get("ArnEquals", {}).get("aws:SourceArn", [])}
    assert {one for one in rules if "delivery-prod-approvals" in one} == written
    assert not [name for name, role in roles_of(prod).items() if role.resources_of("logs:PutLogEvents") & {group.arn}]


def test_who_is_asked_in_a_stage_of_its_own_alone_is_in_the_record_too() -> None:
    def alone(config: Config) -> None:
        ask = {"provider": "manual", "name": "yes", "emails": ["a@example.com"]}
        stages = [{"name": "Ask", "before": "Deploy", "actions": [ask]}]
        config["delivery:applications"]["storefront"] |= {"stages": stages}

    dev = planned("dev", alone)
    group = dev.one("aws:cloudwatch/logGroup:LogGroup", name="/aws/events/delivery-dev-approvals")
    (states,) = dev.of("aws:cloudwatch/eventRule:EventRule", name="delivery-dev-approvals-states")
    assert states.json("eventPattern")["detail"]["pipeline"] == ["storefront-dev"]
    (target,) = dev.of("aws:cloudwatch/eventTarget:EventTarget", rule=states.inputs["name"])
    assert target.inputs["arn"] == group.arn


def test_a_stack_without_approvals_has_none_of_this() -> None:
    dev = planned("dev")
    assert not dev.of("aws:cloudwatch/logResourcePolicy:LogResourcePolicy")
    assert not [one for one in dev.of(FUNCTION) if "approv" in one.inputs["name"] or "evidence" in one.inputs["name"]]


def test_the_page_shows_what_an_approver_of_this_repository_reads() -> None:
    (gate,) = [one for one in actions_of(planned("prod")) if one.provider == "Approval/Manual"]
    release = Release(
        revision="4f2c1a90d3b85e67a1c4f0e29b7d6358ac41e07b",
        branch="release/1.2",
        tag="v1.2.0",
        authors=(Person(name="Jane Doe", email="jane@example.com"), Person(name="Kim", email="kim@example.com")),
        starters=(Starter(what="this execution", principal="arn:aws:events:x:1:rule/r", by_hand=False),),
        tests=tuple(
            Proof(name=name, status="Succeeded", report=REPORT.format(name=name)) for name in ("component", "e2e")
        ),
        running="9e8d7c6b5a4938271605f4e3d2c1b0a998877665",
        diff="https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/storefront/compare/"
        "9e8d7c6b5a4938271605f4e3d2c1b0a998877665/.../4f2c1a90d3b85e67a1c4f0e29b7d6358ac41e07b?region=eu-west-1",
    )
    room = told(True, "storefront", "gather_evidence")["room"]
    overview = (
        "https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/storefront-prod/executions/"
        "7d0f3c52-1f0e-4c3b-9a53-2f8f6f3f8a10/visualization?region=eu-west-1"
    )
    said = evidence(release, room=room, overview=overview)["text"]
    mail = gate.configuration["CustomData"].replace("#{Evidence.text}", said)
    assert len(mail) <= 1000
    assert f"```text\n{mail}\n```" in (ROOT / "docs" / "approvals.md").read_text(encoding="utf-8"), mail
