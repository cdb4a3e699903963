"""`operations drift`: what it counts as drift, and how it says it."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from operations.drift.command import Drift
from operations.drift.differences import drifted, ignored, place_of
from operations.engine import Engine
from operations.line import run

URN = "urn:pulumi:prod::delivery::aws:lambda/function:Function::"


def step(
    name: str = "mail", *, op: str = "update", paths: tuple[str, ...] | None = None, **states: dict[str, Any]
) -> dict[str, Any]:
    """What a refresh says of one resource; `old`, `new` are its inputs, `ignores` what others may move."""
    old = {"type": "aws:lambda/function:Function", "inputs": states.get("old", {}), **states.get("state", {})}
    differences = None if paths is None else {path: {"kind": "update", "inputDiff": True} for path in paths}
    return {
        "op": op,
        "urn": f"{URN}{name}",
        "oldState": old,
        "newState": {"inputs": states.get("new", {})},
        "detailedDiff": differences,
    }


@dataclass(frozen=True, kw_only=True)
class Told(Engine):
    """Says what a refresh has found."""

    says: str

    def ask(self, *words: str, seconds: int = 0) -> str:
        assert words == ("refresh", "--preview-only", "--json", "--stack", "prod")
        assert seconds > 600
        return self.says


def drift(*steps: dict[str, Any], words: tuple[str, ...] = (), says: str | None = None) -> int:
    engine = Told(says=json.dumps({"steps": steps}) if says is None else says)
    return run((Drift(engine=engine),), ["drift", "--stack", "prod", *words])


def test_a_stack_as_its_state_has_it_is_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert drift(step(op="refresh"), step(op="same")) == 0
    assert capsys.readouterr().out == "prod: no drift\n"


def test_what_was_changed_is_said_with_both_values_in_80_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    old, new = {"timeout": 30, "tags": {"team": "a"}}, {"timeout": 900, "tags": {}, "name": "x" * 90}
    changed = step("storefront-deployment-shift-traffic", paths=("timeout", "tags.team", "name"), old=old, new=new)
    assert drift(changed, step("page", op="delete")) == 1
    said = capsys.readouterr().out
    assert "prod: 2 resources drifted\n" in said
    assert "timeout: 30 is now 900" in said
    assert 'tags.team: "a" is now nothing' in " ".join(said.split())
    assert "page                                 the lambda.Function is gone" in said
    assert max(len(line) for line in said.splitlines()) <= 80


def test_what_the_program_lets_others_move_is_no_drift(capsys: pytest.CaptureFixture[str]) -> None:
    state = {"ignoreChanges": ["minSize", "stages[*].actions"]}
    moved = step(paths=("minSize", "stages[2].actions[0].name"), state=state)
    assert drift(moved) == 0
    assert capsys.readouterr().out == "prod: no drift; 2 known movements left out\n"


def test_what_moves_beside_a_known_movement_is_drift(capsys: pytest.CaptureFixture[str]) -> None:
    moved = step(paths=("minSize", "maxSize"), state={"ignoreChanges": ["minSize"]}, old={"maxSize": 2})
    assert drift(moved, words=("--json",)) == 1
    document = json.loads(capsys.readouterr().out)
    (one,) = document["drift"]
    assert one["changes"] == [{"place": "maxSize", "was": "2", "now": "nothing"}]
    assert document["known"] == [{"urn": f"{URN}mail", "places": ["minSize"]}]


def test_a_value_that_may_be_secret_is_never_said(capsys: pytest.CaptureFixture[str]) -> None:
    path = "environment.variables.API_TOKEN"
    old = {"environment": {"variables": {"API_TOKEN": "hush"}}}
    assert drift(step(paths=(path,), old=old, new={})) == 1
    said = capsys.readouterr().out
    assert path in " ".join(said.split())
    assert "hush" not in said


def test_without_places_of_the_engine_the_properties_are_compared() -> None:
    (found,) = drifted({"steps": [step(old={"a": 1, "b": 1, "__defaults": []}, new={"a": 1, "b": 2})]})
    assert [one.place for one in found.changes] == ["b"]


def test_what_aws_alone_computes_is_no_drift() -> None:
    assert drifted({"steps": [step(old={"a": 1}, new={"a": 1})]}) == []


@pytest.mark.parametrize(
    ("path", "pattern", "is_known"),
    [
        ("tags.team", "tags", True),
        ("tags", "tags.team", False),
        ("stages[1].actions[0]", "stages[*].actions", True),
        ("stages[1].name", "stages[*].actions", False),
        ('tags["a.b"]', 'tags["a.b"]', True),
        ("tagsAll", "tags", False),
    ],
)
def test_a_place_is_known_where_it_lies_in_one_that_is(path: str, pattern: str, is_known: bool) -> None:
    assert ignored(place_of(path), [pattern]) is is_known


def test_what_pulumi_says_otherwise_cant_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert drift(says="warning: something") == 2
    assert "what pulumi has found can't be read" in capsys.readouterr().err
