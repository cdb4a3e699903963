"""`call_webhook` against a receiver that is really there: signatures, time-outs, errors, redirects, repetitions."""

import hmac
import json
import logging
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import call_webhook.handler as edge
from call_webhook.decide import Parameters
from pipeline_job.failures import RefusedError
from repository_events.event import parse_event
from tests.contract.https_receiver import Receiver, receiver
from tests.unit.functions.fake_delivery import FakeDelivery, topic
from tests.unit.planning import ROOT

SECRET = "5f0c" * 16
BODY = json.dumps(
    {"headline": "storefront in prod runs 3e5983e4", "kind": "succeeded", "type": "notice"}, sort_keys=True
)


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver whose certificate is trusted; pauses between requests take no time."""
    with receiver(tmp_path) as one:
        monkeypatch.setattr(edge, "trusted", lambda: one.trust)
        monkeypatch.setattr("time.sleep", lambda _: None)
        monkeypatch.setattr(edge, "PATIENCE_SECONDS", 0.3)
        yield one


def called(there: Receiver, aws: FakeDelivery | None = None, *, body: str = BODY, url: str = "") -> str:
    """What one invocation of the function does."""
    hooks = {
        "team": {"url": url or f"https://localhost:{there.port}/delivery?", "secret": "delivery-prod/webhook/team"}
    }
    hooks["team"]["url"] = hooks["team"]["url"].removesuffix("?")
    told = Parameters.parse(json.dumps({"hooks": hooks, "topic": topic("events")}))
    event = parse_event(
        {
            "detail-type": "Delivery Webhook",
            "account": "444455556666",
            "region": "eu-west-1",
            "time": "2026-11-23T21:30:05Z",
            "detail": {"audience": "team", "id": "a" * 64, "body": body},
        }
    )
    return edge.visit(event, parameters=told, clients=(aws or known()).clients)


def known() -> FakeDelivery:
    """An account in which the secret has a value."""
    aws = FakeDelivery()
    aws.values["delivery-prod/webhook/team"] = SECRET
    return aws


def documented() -> dict[str, Any]:
    """What the guide's few lines of Python define."""
    guide = (ROOT / "docs/notifications.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    names: dict[str, Any] = {}
    exec(lines, names)  # noqa: S102 - the guide's own lines
    return names


def test_a_message_arrives_as_it_was_signed(there: Receiver) -> None:
    assert called(there) == f"posted {'a' * 64} to localhost:{there.port}"
    (got,) = there.received
    assert (got.path, got.body.decode()) == ("/delivery", BODY)
    assert got.headers["Content-Type"] == "application/json"
    assert got.headers["X-Delivery-Id"] == "a" * 64
    taken = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", got.headers["X-Delivery-Signature"])
    assert taken
    expected = hmac.new(SECRET.encode(), f"{taken[1]}.{BODY}".encode(), "sha256").hexdigest()
    assert hmac.compare_digest(expected, taken[2])


def test_the_guides_python_takes_what_is_ours_and_nothing_else(there: Receiver) -> None:
    called(there)
    (got,) = there.received
    header = got.headers["X-Delivery-Signature"]
    signed = int(header.split(",")[0].removeprefix("t="))
    is_ours = documented()["is_ours"]
    assert is_ours(got.body, header, SECRET, now=signed + 10)
    assert not is_ours(got.body + b" ", header, SECRET, now=signed)
    assert not is_ours(got.body, header, SECRET[::-1], now=signed)
    assert not is_ours(got.body, header.replace("v1=", "v1=0"), SECRET, now=signed)
    assert not is_ours(got.body, header, SECRET, now=signed + 3600)
    assert not is_ours(got.body, "", SECRET, now=signed)


def test_the_guides_openssl_comes_to_the_same_signature(there: Receiver, tmp_path: Path) -> None:
    called(there)
    (got,) = there.received
    seconds, signature = re.findall(r"t=(\d+),v1=(\w+)", got.headers["X-Delivery-Signature"])[0]
    (tmp_path / "body.json").write_bytes(got.body)
    guide = (ROOT / "docs/notifications.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^\{ printf .*$", guide, re.MULTILINE)
    environment = {"T": seconds, "SECRET": SECRET, "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert done.stdout.decode().split()[-1] == signature


def test_an_error_of_the_receiver_is_asked_again_with_the_same_id_and_a_signature_of_its_own(there: Receiver) -> None:
    there.answers = [500, 429]
    called(there)
    assert len(there.received) == 3
    assert {got.headers["X-Delivery-Id"] for got in there.received} == {"a" * 64}
    assert {got.body for got in there.received} == {BODY.encode()}


def test_a_receiver_that_stays_in_error_is_left_to_lambdas_retries(there: Receiver) -> None:
    there.answers = [503, 502, 500]
    with pytest.raises(edge.UnansweredError, match=r"localhost:\d+ was asked 3 times: .* answers 500"):
        called(there)
    assert len(there.received) == 3


def test_a_receiver_that_does_not_answer_in_time_is_asked_again(there: Receiver) -> None:
    there.answers = [0.8]
    called(there)
    assert len(there.received) == 2


def test_nobody_listens(there: Receiver) -> None:
    with pytest.raises(edge.UnansweredError, match="can't be reached: ConnectionRefusedError"):
        called(there, url="https://localhost:1/x")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(there: Receiver, tmp_path: Path, status: int) -> None:
    (tmp_path / "other").mkdir()
    with receiver(tmp_path / "other") as other:
        there.answers, there.location = [status], f"https://localhost:{other.port}/stolen"
        with pytest.raises(RefusedError, match=rf"answers with a redirect \({status}\), which is not followed"):
            called(there)
        assert other.received == []
    assert len(there.received) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_message_that_the_receiver_refuses_is_not_sent_again(there: Receiver, status: int) -> None:
    there.answers = [status]
    with pytest.raises(RefusedError, match=f"refuses the message with {status}"):
        called(there)
    assert len(there.received) == 1


def test_a_certificate_that_nobody_vouches_for_gets_no_message(
    there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr("time.sleep", lambda _: None)
    with pytest.raises(edge.UnansweredError, match="SSLCertVerificationError"):
        called(there)
    assert there.received == []


def test_an_address_without_tls_is_refused_before_a_secret_is_read(there: Receiver) -> None:
    aws = FakeDelivery()
    with pytest.raises(RefusedError, match="needs an address with https://"):
        called(there, aws, url=f"http://localhost:{there.port}/")
    assert aws.calls == []


def test_a_secret_without_a_value_gets_one_that_signs_from_then_on(there: Receiver) -> None:
    aws = FakeDelivery()
    called(there, aws)
    value = aws.values["delivery-prod/webhook/team"]
    assert re.fullmatch(r"[0-9a-f]{64}", value)
    called(there, aws)
    assert aws.values["delivery-prod/webhook/team"] == value
    is_ours = documented()["is_ours"]
    for got in there.received:
        header = got.headers["X-Delivery-Signature"]
        assert is_ours(got.body, header, value, now=int(header.split(",")[0].removeprefix("t=")))


def test_of_two_first_calls_at_once_one_makes_the_value_and_both_use_it(there: Receiver) -> None:
    aws = FakeDelivery()
    aws.refuse("GetSecretValue", "ResourceNotFoundException")
    aws.refuse("PutSecretValue", "ResourceExistsException")
    aws.values["delivery-prod/webhook/team"] = SECRET
    called(there, aws)
    assert len(there.received) == 1
    assert aws.values["delivery-prod/webhook/team"] == SECRET


def test_neither_log_nor_error_shows_the_secret(there: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    there.answers = [500, 500, 500]
    with caplog.at_level(logging.DEBUG), pytest.raises(edge.UnansweredError) as failed:
        called(there)
    assert SECRET not in caplog.text + str(failed.value)
    assert "v1=" not in caplog.text


def test_the_entry_tells_the_topic_of_what_no_retry_can_help(there: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    aws = known()
    hooks = {"team": {"url": f"https://localhost:{there.port}/x", "secret": "delivery-prod/webhook/team"}}
    monkeypatch.setenv("PARAMETERS", json.dumps({"hooks": hooks, "topic": topic("events")}))
    monkeypatch.setattr(edge, "runtime_clients", lambda: aws.clients)
    there.answers = [410]
    detail = {"audience": "team", "id": "a" * 64, "body": BODY}
    about = {"account": "444455556666", "region": "eu-west-1", "time": "2026-11-23T21:30:05Z"}
    edge.handle({"detail-type": "Delivery Webhook", **about, "detail": detail}, None)
    ((subject, text),) = aws.mails("events")
    assert subject == "call_webhook could not do its work"
    assert "refuses the message with 410" in text
    assert "audience: team" in text
