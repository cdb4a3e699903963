"""`announce_hotfix` against a topic in memory."""

import json
from typing import Any

import pytest

from announce_hotfix.handler import handle
from tests.unit.functions.fake_forge import TOPIC, FakeForge, commit
from tests.unit.functions.pipeline_action import EXECUTION, job_event, message, variables

ASKED = {"execution": EXECUTION, "branch": "hotfix/login", "commit": commit("fix")}
FIXED = {"pipeline": "storefront-app", "environment": "prod", "skips": ["e2e", "bake"], "topic": TOPIC}


@pytest.fixture
def forge() -> FakeForge:
    return FakeForge()


def act(forge: FakeForge, monkeypatch: pytest.MonkeyPatch, *, asked: Any = ASKED, fixed: Any = FIXED) -> dict[str, Any]:
    """One job; the answer CodePipeline got."""
    monkeypatch.setattr("announce_hotfix.handler.runtime_clients", lambda: forge.clients)
    monkeypatch.setenv("PARAMETERS", json.dumps(fixed))
    handle(job_event(parameters=json.dumps(asked), artifact=False), None)
    return forge.answers[-1]


def test_a_use_of_the_hotfix_lane_is_announced_with_all_that_people_ask(
    forge: FakeForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert variables(act(forge, monkeypatch)) == {"announced": "message-1"}
    (said,) = forge.messages
    assert said["Subject"] == "hotfix lane used: hotfix/login goes to prod"
    for part in (
        "hotfix/login",
        "prod",
        "storefront-app",
        commit("fix"),
        "skips e2e, bake;",
        f"executions/{EXECUTION}",
    ):
        assert part in said["Message"]
    assert said["Message"].startswith("hotfix lane used: ")


def test_a_lane_that_skips_nothing_here_says_so(forge: FakeForge, monkeypatch: pytest.MonkeyPatch) -> None:
    act(forge, monkeypatch, fixed={**FIXED, "skips": []})
    assert "It skips nothing;" in forge.messages[0]["Message"]


@pytest.mark.parametrize("key", [*ASKED, *FIXED])
def test_a_parameter_that_is_missing_fails_the_action_by_its_name(
    forge: FakeForge, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    asked = {name: value for name, value in ASKED.items() if name != key}
    fixed = {name: value for name, value in FIXED.items() if name != key}
    told = message(act(forge, monkeypatch, asked=asked, fixed=fixed))
    assert f"missing or unknown: ['{key}']" in told
    assert forge.messages == []


def test_a_message_that_cannot_be_published_fails_the_action(forge: FakeForge, monkeypatch: pytest.MonkeyPatch) -> None:
    forge.refuse("Publish", "AuthorizationError", message="may not publish")
    answer = act(forge, monkeypatch)
    assert "may not publish" in message(answer)
    assert answer["failureDetails"]["type"] == "PermissionError"


def test_a_topic_that_asks_for_patience_costs_a_visit(forge: FakeForge, monkeypatch: pytest.MonkeyPatch) -> None:
    forge.refuse("Publish", "Throttling")
    assert "continuationToken" in act(forge, monkeypatch)
    assert variables(act(forge, monkeypatch)) == {"announced": "message-1"}
