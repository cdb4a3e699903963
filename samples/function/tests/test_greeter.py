"""The function, called as Lambda calls it."""

import json

import pytest

import greeter


def body(event):
    answer = greeter.handle(event, None)
    return answer["statusCode"], json.loads(answer["body"])


def test_it_greets_the_world():
    assert body({"rawPath": "/"}) == (200, {"message": "Hello, world!"})


def test_it_greets_by_name():
    assert body({"rawPath": "/", "queryStringParameters": {"name": "Ada"}}) == (200, {"message": "Hello, Ada!"})


def test_the_greeting_is_a_setting(monkeypatch):
    monkeypatch.setenv("GREETING", "Good day")
    assert body({})[1] == {"message": "Good day, world!"}


@pytest.mark.parametrize("name", ["x" * 101, "\x07"])
def test_a_name_that_is_none_is_refused(name):
    assert body({"queryStringParameters": {"name": name}})[0] == 400


def test_health_tells_the_version(monkeypatch, tmp_path):
    assert body({"rawPath": "/health"}) == (200, {"status": "ok", "version": "unbuilt"})
    (tmp_path / "VERSION").write_text("4be1c7a\n", encoding="utf-8")
    monkeypatch.setattr(greeter, "VERSION", tmp_path / "VERSION")
    assert body({"rawPath": "/health"}) == (200, {"status": "ok", "version": "4be1c7a"})
