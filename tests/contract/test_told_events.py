"""From AWS's events through the planned rules to what people read, which is what the guide shows.

The events are those of https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
and https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from repository_events.event import parse_event
from tell_people.decide import Parameters
from tell_people.handler import visit
from tests.contract.event_rules import VARIABLE, Event, rendered, targets
from tests.unit.audiences import with_audiences
from tests.unit.drift import with_drift
from tests.unit.functions.fake_delivery import (
    ACCOUNT,
    AT_NOON,
    DEPLOYMENT,
    EXECUTION,
    PIPELINE,
    REGION,
    TIME,
    FakeDelivery,
)
from tests.unit.planning import ROOT, STACKS, Planned, planned

BUILD = "delivery-prod-drift:8745a7a9-c340-456a-9166-edf953571bee"
GUIDE = ROOT / "docs/notifications.md"


def aws_event(kind: str, source: str, detail: dict[str, Any], resource: str) -> Event:
    return {
        "version": "0",
        "id": "01234567-0123-0123-0123-012345678901",
        "detail-type": kind,
        "source": source,
        "account": ACCOUNT,
        "time": TIME,
        "region": REGION,
        "resources": [f"arn:{source.replace('.', ':')}:{REGION}:{ACCOUNT}:{resource}"],
        "detail": detail,
    }


def of_pipeline(state: str, *, pipeline: str = PIPELINE) -> Event:
    """An execution of a pipeline comes to a state."""
    detail = {"pipeline": pipeline, "execution-id": EXECUTION, "state": state, "version": 3.0}
    return aws_event("CodePipeline Pipeline Execution State Change", "aws.codepipeline", detail, pipeline)


def of_action(state: str, *, category: str = "Approval", action: str = "qa-head") -> Event:
    """An action comes to a state."""
    detail = {
        "pipeline": PIPELINE,
        "execution-id": EXECUTION,
        "stage": "Approval",
        "action": action,
        "action-execution-id": "47f821c5-a902-46b2-ae61-b81018f5c3a5",
        "state": state,
        "region": REGION,
        "type": {"owner": "AWS", "provider": "Manual", "category": category, "version": "1"},
        "version": 3.0,
        "pipeline-execution-attempt": 1.0,
    }
    return aws_event("CodePipeline Action Execution State Change", "aws.codepipeline", detail, PIPELINE)


def of_deployment(state: str, *, application: str = PIPELINE) -> Event:
    """A deployment comes to a state."""
    detail = {
        "instanceGroupId": "9fd2fbef-2157-40d8-91e7-6845af69e2d2",
        "region": REGION,
        "application": application,
        "deploymentId": DEPLOYMENT,
        "state": state,
        "deploymentGroup": PIPELINE,
    }
    kind = "CodeDeploy Deployment State-change Notification"
    return aws_event(kind, "aws.codedeploy", detail, f"deploymentgroup:{application}")


def of_look(status: str, *, project: str = "delivery-prod-drift") -> Event:
    """A build of a project comes to a state."""
    build = f"build/{BUILD.replace('delivery-prod-drift', project)}"
    detail = {
        "build-status": status,
        "project-name": project,
        "build-id": f"arn:aws:codebuild:{REGION}:{ACCOUNT}:{build}",
        "current-phase": "COMPLETED",
        "version": "1",
    }
    return aws_event("CodeBuild Build State Change", "aws.codebuild", detail, build)


def handed(plan: Planned, event: Event) -> Iterator[dict[str, Any]]:
    """What the planned rules hand to `tell_people` for an event."""
    function = plan.named("announcements-tell").arn
    for target in targets(plan, event):
        if target.inputs["arn"] == function:
            yield json.loads(rendered(target.inputs["inputTransformer"], event))


def told(event: Event, aws: FakeDelivery, plan: Planned | None = None) -> FakeDelivery:
    """What becomes of an event in production."""
    plan = plan or planned("prod")
    variables = plan.named("announcements-tell").inputs["environment"]["variables"]
    for given in handed(plan, event):
        act = Parameters.parse(variables["PARAMETERS"])
        visit(parse_event(given), parameters=act, clients=aws.clients, clock=lambda: AT_NOON)
    return aws


@pytest.mark.parametrize(
    ("event", "happening"),
    [
        (of_pipeline("FAILED"), "failed"),
        (of_pipeline("SUCCEEDED"), "succeeded"),
        (of_pipeline("SUPERSEDED"), "superseded"),
        (of_pipeline("STOPPED"), "stopped"),
        (of_pipeline("CANCELED"), "stopped"),
        (of_action("STARTED"), "approval-waits"),
        (of_deployment("SUCCESS"), "deployment"),
        (of_deployment("FAILURE"), "deployment"),
        (of_deployment("STOP"), "deployment"),
        (of_pipeline("STARTED"), None),
        (of_pipeline("RESUMED"), None),
        (of_pipeline("STOPPING"), None),
        (of_pipeline("FAILED", pipeline="storefront-staging"), None),
        (of_pipeline("FAILED", pipeline="portal-prod"), None),
        (of_action("SUCCEEDED"), None),
        (of_action("FAILED"), None),
        (of_action("STARTED", category="Deploy"), None),
        (of_deployment("START"), None),
        (of_deployment("FAILURE", application="portal-prod"), None),
    ],
)
def test_an_event_is_handed_over_once_or_not_at_all(event: Event, happening: str | None) -> None:
    found = [given["detail"]["happening"] for given in handed(planned("prod"), event)]
    assert found == ([happening] if happening else [])


@pytest.mark.parametrize(
    ("event", "told_of"),
    [
        (of_look("SUCCEEDED"), True),
        (of_look("FAILED"), True),
        (of_look("IN_PROGRESS"), False),
        (of_look("FAILED", project="storefront-prod-build"), False),
    ],
)
def test_the_end_of_a_look_for_drift_is_handed_over_and_no_other_build(event: Event, told_of: bool) -> None:
    found = [given["detail"]["happening"] for given in handed(planned("prod", with_drift), event)]
    assert found == (["drift"] if told_of else [])


@pytest.mark.parametrize("stack", STACKS)
def test_every_variable_of_a_transformer_is_one_that_it_takes_from_the_event(stack: str) -> None:
    plan = planned(stack)
    function = plan.named("announcements-tell").arn
    given = [one.inputs["inputTransformer"] for one in plan.of("aws:cloudwatch/eventTarget:EventTarget", arn=function)]
    assert len(given) == 6
    for transformer in given:
        assert set(re.findall(VARIABLE, transformer["inputTemplate"])) == set(transformer["inputPaths"])


def failed() -> FakeDelivery:
    """A release whose deployment failed in production."""
    aws = FakeDelivery()
    summary = "Deployment d-9CCGQL8PF failed (HEALTH_CONSTRAINTS): too few healthy instances"
    aws.failed_at("Deploy", "ShiftTraffic", errorDetails={"code": "JobFailed", "message": summary})
    return aws


def rolled_back() -> FakeDelivery:
    """The release before, brought back by CodePipeline."""
    aws = FakeDelivery()
    aws.execution["executionType"] = "ROLLBACK"
    aws.execution["trigger"] = {"triggerType": "AutomatedRollback", "triggerDetail": EXECUTION}
    return aws


def pushed() -> FakeDelivery:
    """A release that a push has started."""
    aws = FakeDelivery()
    rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/storefront-prod-releases"
    aws.execution["trigger"] = {"triggerType": "CloudWatchEvent", "triggerDetail": rule}
    return aws


def drifted() -> FakeDelivery:
    """A look that has found something."""
    aws = FakeDelivery()
    aws.looked(BUILD, drift="2 resources: storefront-fleet-lb (internal), storefront-pipeline-role (gone)")
    return aws


def shown(name: str) -> str:
    """What the guide shows under a name."""
    text = GUIDE.read_text(encoding="utf-8")
    (found,) = re.findall(rf"<!-- begin: {name} -->\n(.*?)<!-- end: {name} -->", text, re.DOTALL)
    return str(found)


@pytest.mark.parametrize(
    ("name", "event", "aws"),
    [
        ("mail of a failure", of_pipeline("FAILED"), failed),
        ("mail of an approval", of_action("STARTED"), pushed),
        ("mail of a success", of_pipeline("SUCCEEDED"), pushed),
        ("mail of a rollback", of_pipeline("SUCCEEDED"), rolled_back),
        ("mail of a superseded execution", of_pipeline("SUPERSEDED"), pushed),
        ("mail of drift", of_look("SUCCEEDED"), drifted),
    ],
)
def test_the_guide_shows_the_mails_that_people_read(name: str, event: Event, aws: Any) -> None:
    ((subject, text),) = [
        (one["Subject"], one["Message"]) for one in told(event, aws(), planned("prod", with_drift)).published
    ]
    assert shown(name) == f"\n```text\nSubject: {subject}\n\n{text}\n```\n\n"


def test_the_guide_shows_what_a_chat_is_given() -> None:
    aws = told(of_pipeline("FAILED"), failed(), planned("prod", with_audiences))
    (chat,) = [one["Message"] for one in aws.published if one["TopicArn"].endswith("team-chat")]
    assert shown("chat of a failure") == f"\n```json\n{json.dumps(json.loads(chat), indent=2)}\n```\n\n"


def test_each_topic_gets_one_message_of_one_event() -> None:
    aws = told(of_pipeline("FAILED"), failed(), planned("prod", with_audiences))
    topics = [one["TopicArn"].split(":")[-1] for one in aws.published]
    assert sorted(topics) == sorted(set(topics))
    assert len(topics) == 5
