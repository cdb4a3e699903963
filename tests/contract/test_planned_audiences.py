"""Audiences with every channel: taken by AWS's models, made in accounts that moto plays, and heard there."""

import json
from collections.abc import Iterator

import pytest
from moto.sns.models import sns_backends

from call_webhook.handler import secret_of
from deliver_digest.decide import Parameters
from deliver_digest.handler import visit
from notices.notice import Notice
from pipeline_job.clients import Clients
from repository_events.event import parse_event
from tests.contract.account import Account, accounts
from tests.contract.aws_model import problems
from tests.contract.wire import created, requests, subject_of
from tests.unit.audiences import with_audiences
from tests.unit.planning import Planned, planned


@pytest.fixture(scope="module")
def plan() -> Planned:
    """Production with audiences of every channel."""
    return planned("prod", with_audiences)


@pytest.fixture(scope="module")
def prod(plan: Planned) -> Iterator[Account]:
    """The same, made."""
    with accounts("prod", plans={"prod": plan}) as made:
        yield made["prod"]


def notice(identity: str, time: str) -> Notice:
    return Notice(
        id=identity,
        kind="succeeded",
        urgent=False,
        time=time,
        environment="prod",
        application="storefront",
        execution="e",
        headline=f"storefront in prod runs {identity}",
        happened="Every stage has succeeded.",
        version=identity,
        change="",
        by="mary",
        link="https://example.com",
        next="Nothing.",
    )


def test_aws_takes_every_request_that_audiences_make(plan: Planned) -> None:
    calls = [request for resource in created(plan) for request in requests(subject_of(plan, resource))]
    assert [problem for request in calls for problem in problems(request)] == []
    made = {request.operation for request in calls}
    assert {
        "CreateMicrosoftTeamsChannelConfiguration",
        "CreateQueue",
        "CreateSchedule",
        "CreateSecret",
        "CreateSlackChannelConfiguration",
        "SetQueueAttributes",
    } <= made


def test_an_audiences_topic_is_made_encrypted_closed_and_with_its_subscriber(prod: Account) -> None:
    sns = prod.client("sns")
    topic = f"arn:aws:sns:eu-west-1:{prod.number}:delivery-prod-audience-team-mail"
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert attributes["KmsMasterKeyId"]
    assert "Service" not in json.dumps(json.loads(attributes["Policy"]))
    (subscription,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "team@example.com")


def test_what_waits_in_the_queue_is_told_as_one_mail_by_the_planned_parameters(plan: Planned, prod: Account) -> None:
    told = plan.named("announcements-digest").inputs["environment"]["variables"]["PARAMETERS"]
    parameters = Parameters.parse(told)
    queue = parameters.audiences[0].queue
    sqs = prod.client("sqs")
    for one in (notice("second", "2026-11-23T22:00:00+00:00"), notice("first", "2026-11-23T21:00:00+00:00")):
        sqs.send_message(QueueUrl=queue, MessageBody=one.to_json())
    start = plan.named("announcements-schedule-team").inputs["target"]["input"]
    event = parse_event(json.loads(start.replace("<aws.scheduler.scheduled-time>", "2026-11-24T06:05:00Z")))
    invoked: list[str] = []

    class Posts:
        """What moto would run in a container: the function of the webhook."""

        def invoke(self, **asked: str) -> None:
            invoked.append(asked["FunctionName"])

    clients = Clients(make=lambda service: Posts() if service == "lambda" else prod.client(service))
    visit(event, parameters=parameters, clients=clients)
    topic = f"arn:aws:sns:eu-west-1:{prod.number}:delivery-prod-audience-team-mail"
    sent = sns_backends[prod.number]["eu-west-1"].topics[topic].sent_notifications
    ((_, message, subject, *_),) = sent
    assert subject == "[prod] 2 notices of the quiet hours"
    assert message.index("runs first") < message.index("runs second")
    assert invoked == ["delivery-prod-call-webhook"]
    left = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert (left["ApproximateNumberOfMessages"], left["ApproximateNumberOfMessagesNotVisible"]) == ("0", "0")


def test_the_secret_of_a_webhook_has_no_value_until_the_function_makes_it(prod: Account) -> None:
    client = prod.client("secretsmanager")
    name = "delivery-prod/webhook/board"
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_secret_value(SecretId=name)
    value = secret_of(name, client=client)
    assert len(value) == 64
    assert secret_of(name, client=client) == value
