"""The functions that tell people make exactly the calls that they declare."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from types import ModuleType

import pytest

import call_webhook.handler
import deliver_digest.handler
import tell_people.handler
from call_webhook.decide import Parameters as WebhookParameters
from deliver_digest.decide import Parameters as DigestParameters
from repository_events.event import parse_event
from repository_events.run import answer_event
from tell_people.decide import Parameters as TellParameters
from tests.unit.functions.fake_delivery import AT_NIGHT, AT_NOON, TEAM, FakeDelivery, happening, parameters, topic

FIXED_EVENT = {"account": "111122223333", "region": "eu-west-1", "time": "2026-11-23T12:00:00Z"}


def tell(aws: FakeDelivery) -> None:
    """Executions that failed, succeeded and were stopped, a deployment that failed and a look, by day and at night."""
    aws.looked("drift:1", drift="1 resource: topic (gone)")
    told = TellParameters.parse(parameters(TEAM))
    for event, now in (
        (happening("failed"), AT_NOON),
        (happening("succeeded"), AT_NIGHT),
        (happening("stopped"), AT_NOON),
        (happening("deployment", state="FAILURE"), AT_NOON),
        (happening("drift", execution="arn:aws:codebuild:eu-west-1:444455556666:build/drift:1"), AT_NOON),
    ):
        clock = partial(datetime.fromtimestamp, now.timestamp(), tz=UTC)
        tell_people.handler.visit(event, parameters=told, clients=aws.clients, clock=clock)


def digest(aws: FakeDelivery) -> None:
    """A night with one notice."""
    tell(aws)
    aws.calls.clear()
    told = {"environment": "prod", "audiences": [TEAM], "topic": topic("events")}
    over = {**FIXED_EVENT, "detail-type": "Delivery Digest", "detail": {"audience": "team"}}
    given = DigestParameters.parse(json.dumps(told))
    deliver_digest.handler.visit(parse_event(over), parameters=given, clients=aws.clients)


def call(aws: FakeDelivery) -> None:
    """A first call, with a receiver that refuses it."""
    hooks = {"team": {"url": "https://127.0.0.1:9/x", "secret": "delivery-prod/webhook/team"}}
    given = WebhookParameters.parse(json.dumps({"hooks": hooks, "topic": topic("events")}))
    event = {
        **FIXED_EVENT,
        "detail-type": "Delivery Webhook",
        "detail": {"audience": "nobody", "id": "i", "body": "{}"},
    }
    call_webhook.handler.secret_of("delivery-prod/webhook/team", client=aws.clients.secretsmanager)
    act = partial(call_webhook.handler.visit, parameters=given, clients=aws.clients)
    answer_event(event, name="call_webhook", visit=act, clients=aws.clients, topic=topic("events"))


@pytest.mark.parametrize(("function", "play"), [(tell_people, tell), (deliver_digest, digest), (call_webhook, call)])
def test_the_declared_actions_of_who_tells_people_are_exactly_the_calls_made(
    function: ModuleType, play: Callable[[FakeDelivery], None]
) -> None:
    aws = FakeDelivery()
    play(aws)
    made = {action.replace("lambda:Invoke", "lambda:InvokeFunction") for action in aws.actions}
    assert sorted(made) == list(function.API_ACTIONS)
