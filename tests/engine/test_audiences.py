"""A stack with audiences of every channel on the real engine: created under both packs, left alone, destroyed."""

from __future__ import annotations

import json

import pytest

from tests.engine.harness import Document, EngineFactory
from tests.engine.lifecycle import Lifecycle, live
from tests.unit.audiences import with_audiences


def heard(document: Document) -> None:
    with_audiences(document["config"])


@pytest.fixture(scope="module")
def prod(module_engine: EngineFactory) -> Lifecycle:
    """The life of production whose audiences have every channel, under both packs."""
    return live(module_engine(stack="prod", packs=True, edit=heard))


def test_audiences_pass_both_policy_packs(prod: Lifecycle) -> None:
    assert prod.preview.rc == 0, prod.preview.text
    assert prod.preview.mandatory == prod.created.mandatory == []


def test_up_creates_every_channel_that_the_preview_promised(prod: Lifecycle) -> None:
    assert prod.created.rc == 0, prod.created.text
    assert prod.created.changed == prod.preview.changed == {"create": len(prod.created.resources)}
    kinds = [each["type"] for each in prod.created.resources]
    made = {
        "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": 1,
        "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration": 1,
        "aws:scheduler/schedule:Schedule": 1,
        "aws:secretsmanager/secret:Secret": 2,
        "aws:sqs/queue:Queue": 1,
    }
    assert {kind: kinds.count(kind) for kind in made} == made


def test_a_second_up_and_a_refresh_find_nothing_to_do(prod: Lifecycle) -> None:
    assert prod.again.rc == 0, prod.again.text
    assert prod.again.changed == {}
    assert prod.refreshed.changed == {}


def test_destroy_leaves_nothing_of_them(prod: Lifecycle) -> None:
    assert prod.destroyed.rc == 0, prod.destroyed.text
    assert prod.destroyed.resources == []


def test_the_state_names_the_secrets_and_has_no_value_of_them(prod: Lifecycle) -> None:
    outputs = prod.state["deployment"]["resources"][0]["outputs"]
    assert outputs["audiences"]["board"] == {"webhookSecret": "delivery-prod/webhook/board"}
    assert outputs["applications"]["storefront"]["continuous"] == {
        "is": "delivery",
        "because": "qa-head approves before Deploy",
    }
    state = json.dumps(prod.state)
    assert "secretString" not in state
    assert "secretVersion" not in state


def test_all_that_is_wrong_with_audiences_is_refused_together_and_nothing_is_planned(engine: EngineFactory) -> None:
    def wrong(document: Document) -> None:
        document["config"]["delivery:notifications"] = {
            "audiences": {
                "team": {
                    "events": ["exploded"],
                    "webhook": "http://hooks.example.com",
                    "slack": {"workspace": "acme", "channel": "#releases"},
                    "quietHours": {"from": "7pm", "to": "07:00", "timeZone": "Mars/Olympus"},
                }
            }
        }

    outcome = engine(stack="prod", edit=wrong).preview()
    assert outcome.rc != 0
    assert "6 problems; nothing was planned" in outcome.text
    for place in ("events[0]", "webhook", "slack.workspace", "slack.channel", "quietHours.from", "quietHours.timeZone"):
        assert f"notifications.audiences.team.{place}: given" in outcome.text
