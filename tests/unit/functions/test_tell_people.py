"""`tell_people`: who is told what, in which words, and when."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from call_webhook.decide import Parameters as WebhookParameters
from call_webhook.decide import call_of
from notices.channels import UndeliveredError
from pipeline_job.failures import RefusedError
from repository_events.event import parse_event
from tell_people.decide import Parameters
from tell_people.handler import visit
from tests.unit.functions.fake_delivery import (
    AT_NIGHT,
    AT_NOON,
    EVERYONE,
    TEAM,
    FakeDelivery,
    happening,
    parameters,
    queue,
)

ROLLED_BACK = {
    "trigger": {"triggerType": "AutomatedRollback", "triggerDetail": "e-1"},
    "executionType": "ROLLBACK",
}


def tell(
    aws: FakeDelivery,
    event: Any,
    *audiences: dict[str, Any],
    now: datetime = AT_NOON,
    production: bool = True,
) -> str:
    told = Parameters.parse(parameters(*(audiences or (EVERYONE,)), production=production))
    return visit(event, parameters=told, clients=aws.clients, clock=lambda: now)


def subject(aws: FakeDelivery) -> str:
    ((said, _),) = aws.mails("events")
    return said


@pytest.mark.parametrize(
    ("what", "more", "expected"),
    [
        (
            "approval-waits",
            {"stage": "Approval", "action": "qa-head"},
            "[prod] storefront in prod waits for qa-head",
        ),
        ("succeeded", {}, "[prod] storefront in prod runs 3e5983e4"),
        ("superseded", {}, "[prod] storefront in prod: 3e5983e4 was overtaken"),
        ("stopped", {}, "[prod] storefront in prod: 3e5983e4 was stopped"),
        ("failed", {}, "[prod] storefront in prod failed at Deploy (ShiftTraffic)"),
    ],
)
def test_each_happening_has_its_headline(what: str, more: dict[str, str], expected: str) -> None:
    aws = FakeDelivery()
    aws.failed_at("Deploy", "ShiftTraffic", externalExecutionSummary="The fleet is not healthy")
    tell(aws, happening(what, **more))
    assert subject(aws) == expected


def test_a_mail_says_what_happened_to_which_version_by_whom_where_and_what_to_do() -> None:
    aws = FakeDelivery()
    aws.failed_at("Deploy", "ShiftTraffic", errorDetails={"code": "JobFailed", "message": "2 of 3\ninstances failed"})
    tell(aws, happening("failed"))
    ((_, text),) = aws.mails("events")
    assert text == (
        "3e5983e4 did not get through storefront-prod: it failed at Deploy (ShiftTraffic). 2 of 3 instances failed.\n"
        "\n"
        "Application: storefront\n"
        "Environment: prod\n"
        "Version:     3e5983e4a1f0c0b2d7f1b2f4b8a9c6d5e4f30211 (Show the basket)\n"
        "Started by:  mary\n"
        "When:        2026-11-23 21:30 UTC\n"
        "Page:        https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/storefront-prod"
        "/executions/12345678-1234-5678-abcd-12345678abcd/visualization?region=eu-west-1\n"
        "\n"
        "What to do now: Read the reason on the execution's page. Push a correction, or retry the stage if the change "
        "isn't to blame."
    )


def test_one_that_was_stopped_is_told_with_the_reason_and_without_one_with_where_it_stands() -> None:
    aws = FakeDelivery()
    tell(aws, happening("stopped"))
    aws.stopped = "Approval withdrawn: 4f waits behind 3e (execution 5)"
    tell(aws, happening("stopped"))
    aws.refuse("ListPipelineExecutions", "AccessDeniedException")
    tell(aws, happening("stopped"))
    without, reason, refused = [text for _, text in aws.mails("events")]
    assert "with 3e5983e4. Approval withdrawn: 4f waits behind 3e (execution 5). What ran before runs on." in reason
    assert "page of the execution has the reason" not in reason
    assert without == refused
    assert "with 3e5983e4. What ran before runs on." in without
    assert "The page of the execution has the reason." in without


def test_one_that_codepipeline_cancelled_is_told_with_what_did_it() -> None:
    aws = FakeDelivery()
    tell(aws, happening("stopped", state="CANCELED"))
    ((said, text),) = aws.mails("events")
    assert said == "[prod] storefront in prod: 3e5983e4 was stopped"
    assert text.startswith(
        "The pipeline was changed while the execution with 3e5983e4 was under way, so CodePipeline has cancelled it."
    )
    assert "What ran before runs on" not in text
    assert "Somebody" not in text


def test_the_last_failure_is_told_where_a_stage_was_tried_again() -> None:
    aws = FakeDelivery()
    aws.failed_at("Test", "e2e", externalExecutionSummary="first")
    aws.failed_at("Test", "component", externalExecutionSummary="second")
    tell(aws, happening("failed"))
    assert subject(aws).endswith("failed at Test (component)")


def test_an_execution_that_brought_a_release_back_is_a_rollback_and_not_a_success() -> None:
    aws = FakeDelivery()
    aws.execution.update(ROLLED_BACK)
    tell(aws, happening("succeeded"), {**EVERYONE, "kinds": ["rolled-back"]})
    assert subject(aws) == "[prod] storefront in prod was rolled back to 3e5983e4"
    assert "because a stage had failed" in aws.mails("events")[0][1]


def test_a_rollback_that_failed_is_told_as_a_failure() -> None:
    aws = FakeDelivery()
    aws.execution.update(ROLLED_BACK)
    aws.failed_at("Deploy", "ShiftTraffic")
    tell(aws, happening("failed"))
    assert subject(aws) == "[prod] storefront in prod: the rollback failed at Deploy (ShiftTraffic)"


def test_a_release_that_a_condition_refuses_is_told_with_stage_and_rule_and_reason() -> None:
    aws = FakeDelivery()
    aws.refused_by("Deploy", "Calendar", errorDetails={"message": "The stage is frozen until Monday"})
    tell(aws, happening("failed"))
    ((said, text),) = aws.mails("events")
    assert said == "[prod] storefront in prod failed at Deploy (Calendar)"
    assert "it failed at Deploy (Calendar). The stage is frozen until Monday." in text


def test_a_rule_is_not_blamed_for_what_an_action_did() -> None:
    aws = FakeDelivery()
    aws.failed_at("Deploy", "ShiftTraffic")
    aws.refused_by("Deploy", "Alarm")
    tell(aws, happening("failed"))
    assert subject(aws) == "[prod] storefront in prod failed at Deploy (ShiftTraffic)"
    assert "codepipeline:ListRuleExecutions" not in aws.actions


def test_an_action_that_succeeded_when_it_was_tried_again_is_not_blamed_for_what_a_rule_did() -> None:
    aws = FakeDelivery()
    aws.failed_at("Test", "e2e", externalExecutionSummary="flaky")
    (first,) = aws.actions_run
    later = first["lastUpdateTime"] + timedelta(seconds=30)
    aws.actions_run.append({**first, "status": "Succeeded", "lastUpdateTime": later})
    aws.refused_by("Deploy", "Alarm")
    tell(aws, happening("failed"))
    assert subject(aws) == "[prod] storefront in prod failed at Deploy (Alarm)"


def test_a_failure_of_which_codepipeline_lists_nothing_is_told_all_the_same() -> None:
    aws = FakeDelivery()
    tell(aws, happening("failed"))
    assert subject(aws) == "[prod] storefront in prod failed at a stage that isn't known"


def test_the_first_run_of_a_new_pipeline_alarms_nobody_at_night() -> None:
    aws = FakeDelivery()
    aws.execution = {"trigger": {"triggerType": "CreatePipeline", "triggerDetail": "arn:aws:iam::1:role/x"}}
    aws.failed_at("Source", "Source")
    tell(aws, happening("failed"), EVERYONE, TEAM, now=AT_NIGHT)
    assert subject(aws) == "[prod] storefront in prod: the first run found nothing"
    assert aws.mails("team-mail") == []


def test_an_audience_hears_only_what_it_asked_for() -> None:
    aws = FakeDelivery()
    done = tell(aws, happening("succeeded"), {**EVERYONE, "kinds": ["failed"]})
    assert aws.published == []
    assert done == "storefront in prod runs 3e5983e4: nobody listens"


def test_every_channel_of_an_audience_gets_its_own_words_once() -> None:
    aws = FakeDelivery()
    tell(aws, happening("failed"), TEAM)
    assert [len(aws.mails(name)) for name in ("team-mail", "team-chat", "events")] == [1, 1, 0]
    chat = json.loads(aws.mails("team-chat")[0][1])
    assert (chat["version"], chat["source"]) == ("1.0", "custom")
    assert chat["content"]["textType"] == "client-markdown"
    assert chat["content"]["title"] == "storefront in prod failed at a stage that isn't known"
    (invoked,) = aws.invoked
    assert invoked["InvocationType"] == "Event"
    handed = json.loads(invoked["Payload"])
    body = json.loads(handed["detail"]["body"])
    assert (handed["detail-type"], handed["detail"]["audience"]) == ("Delivery Webhook", "team")
    assert (body["type"], body["kind"], body["version"][:8]) == ("notice", "failed", "3e5983e4")
    assert body["id"] == handed["detail"]["id"]


def test_the_function_of_the_webhook_understands_what_it_is_handed() -> None:
    aws = FakeDelivery()
    tell(aws, happening("succeeded"), TEAM)
    hooks = {"team": {"url": "https://hooks.example.com/x", "secret": "delivery-prod/webhook/team"}}
    told = WebhookParameters.parse(json.dumps({"hooks": hooks, "topic": "arn"}))
    call = call_of(parse_event(json.loads(aws.invoked[0]["Payload"])), parameters=told)
    assert call is not None
    assert (call.hook.host, call.id) == ("hooks.example.com", json.loads(call.body)["id"])


def test_what_a_stranger_wrote_is_neither_a_mention_nor_a_link_in_the_chat() -> None:
    aws = FakeDelivery()
    aws.execution["artifactRevisions"][0]["revisionSummary"] = "<!channel> [free](https://evil.example) *now*"
    tell(aws, happening("succeeded"), TEAM)
    assert not set("<>[]") & set(json.loads(aws.mails("team-chat")[0][1])["content"]["description"])


def test_the_message_of_a_connections_commit_is_taken_out_of_its_json() -> None:
    aws = FakeDelivery()
    summary = json.dumps({"ProviderType": "GitHub", "CommitMessage": "Show the basket\n\nmore"})
    aws.execution["artifactRevisions"][0]["revisionSummary"] = summary
    tell(aws, happening("succeeded"))
    assert "(Show the basket)" in aws.mails("events")[0][1]


@pytest.mark.parametrize(
    ("what", "production", "passes"),
    [
        ("approval-waits", False, True),
        ("failed", True, True),
        ("failed", False, False),
        ("succeeded", True, False),
        ("superseded", True, False),
        ("stopped", True, False),
    ],
)
def test_in_quiet_hours_only_what_is_urgent_passes(what: str, production: bool, passes: bool) -> None:
    aws = FakeDelivery()
    more = {"stage": "Approval", "action": "qa-head"} if what == "approval-waits" else {}
    done = tell(aws, happening(what, **more), TEAM, now=AT_NIGHT, production=production)
    assert len(aws.mails("team-mail")) == len(aws.invoked) == passes
    assert len(aws.held.get(queue("team-held"), [])) == (not passes)
    assert ("team by digest" in done) is not passes


def test_a_rollback_in_production_passes_and_one_in_staging_waits() -> None:
    for production in (True, False):
        aws = FakeDelivery()
        aws.execution.update(ROLLED_BACK)
        tell(aws, happening("succeeded"), TEAM, now=AT_NIGHT, production=production)
        assert len(aws.mails("team-mail")) == production


def test_the_same_event_has_the_same_id_each_time_and_another_one_another() -> None:
    aws = FakeDelivery()
    for event in (happening("failed"), happening("failed"), happening("failed", time="2026-11-23T22:00:00Z")):
        tell(aws, event, TEAM)
    first, again, other = [json.loads(one["Payload"])["detail"]["id"] for one in aws.invoked]
    assert first == again != other


@pytest.mark.parametrize("operation", ["GetPipelineExecution", "ListActionExecutions"])
def test_people_are_told_without_what_aws_does_not_say(operation: str) -> None:
    aws = FakeDelivery()
    aws.refuse(operation, "AccessDeniedException")
    tell(aws, happening("failed"))
    assert subject(aws) == "[prod] storefront in prod failed at a stage that isn't known"


def test_what_a_retry_can_help_is_left_to_lambda_before_anybody_is_told() -> None:
    aws = FakeDelivery()
    aws.refuse("GetPipelineExecution", "ThrottlingException", times=9)
    with pytest.raises(Exception, match="ThrottlingException"):
        tell(aws, happening("failed"))
    assert aws.published == []


def test_a_channel_that_fails_keeps_no_other_from_the_news_and_is_told_to_the_stacks_topic() -> None:
    aws = FakeDelivery()
    aws.refuse("Invoke", "ResourceNotFoundException")
    tell(aws, happening("failed"), TEAM)
    assert len(aws.mails("team-mail")) == len(aws.mails("team-chat")) == 1
    ((said, text),) = aws.mails("events")
    assert said == "a notification did not reach everybody"
    assert "team by webhook: ResourceNotFoundException" in text


def test_where_nobody_was_told_lambda_tries_again() -> None:
    aws = FakeDelivery()
    aws.refuse("Publish", "NotFound")
    with pytest.raises(UndeliveredError, match="Nobody was told of storefront in prod failed"):
        tell(aws, happening("failed"))


def test_a_happening_that_nobody_knows_is_refused() -> None:
    with pytest.raises(RefusedError, match="Nobody knows what to say of the happening exploded"):
        tell(FakeDelivery(), happening("exploded"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kinds": ["failed", "failing"]}, "An audience has `kinds`"),
        ({"phone": "1"}, "no unknown keys"),
        ({"quiet": ["19:00", "07:00", "UTC0"]}, "`queue` and `quiet` both, or neither"),
        ({"queue": "q", "quiet": ["7pm", "07:00", "UTC0"]}, "not 7pm"),
        ({"queue": "q", "quiet": ["19:00"]}, "its beginning, its end and the rule"),
    ],
)
def test_audiences_that_make_no_sense_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        Parameters.parse(parameters({**EVERYONE, **change}))
