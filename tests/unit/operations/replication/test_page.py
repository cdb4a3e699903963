"""A stack file whose values change, and nothing else of it."""

from typing import Any

import pytest
import yaml

from operations.command import UnusableError
from operations.replication.page import Page, written
from settings.problems import Path

TEXT = """\
# Who works here.
config:
  aws:region: eu-west-1 # Ireland
  delivery:network: {cidr: 10.20.0.0/16, zones: [a, b]} # two
  delivery:notifications:
    emails:
      - one@example.com
      # The night shift.
      - two@example.com
  delivery:applications:
    shop:
      # Not yet.
      promote: {to: prod}
      approvals:
        - name: qa
          emails: [qa@example.com]
        - name: board
      build:
encryptionsalt: v1:abc
"""


def page(text: str = TEXT) -> Page:
    return Page(text=text)


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (("config", "aws:region"), "us-east-1", "  aws:region: us-east-1 # Ireland"),
        (
            ("config", "delivery:network", "cidr"),
            "10.40.0.0/16",
            "  delivery:network: {cidr: 10.40.0.0/16, zones: [a, b]} # two",
        ),
        (
            ("config", "delivery:network", "natGateways"),
            "one",
            "  delivery:network: {cidr: 10.20.0.0/16, zones: [a, b], natGateways: one} # two",
        ),
        (("config", "delivery:applications", "shop", "promote", "to"), "a, b", '      promote: {to: "a, b"}'),
        (("config", "delivery:applications", "shop", "approvals", 0, "emails"), ["x"], "          emails: [x]"),
        (("config", "delivery:applications", "shop", "approvals", 1, "order"), 2, "          order: 2"),
        (("config", "delivery:applications", "shop", "build"), {"vpc": True}, "      build: {vpc: true}"),
        (("config", "delivery:applications", "shop", "build", "vpc"), True, "      build: {vpc: true}"),
        (("config", "delivery:environment", "account"), "0123", '  delivery:environment: {account: "0123"}'),
    ],
)
def test_a_value_changes_one_line(path: Path, value: object, line: str) -> None:
    changed = page().with_value(path, value).text.splitlines()
    assert line in changed
    others = set(TEXT.splitlines()) - set(changed)
    assert len(others) <= 1, others


def test_a_list_of_lines_becomes_one_line_beside_its_key() -> None:
    changed = page().with_value(("config", "delivery:notifications", "emails"), ["new@example.com"])
    assert "    emails: [new@example.com]\n  delivery:applications:" in changed.text


@pytest.mark.parametrize(
    "path",
    [
        ("encryptionsalt",),
        ("config", "aws:region"),
        ("config", "delivery:network", "cidr"),
        ("config", "delivery:network", "zones"),
        ("config", "delivery:notifications"),
        ("config", "delivery:notifications", "emails"),
        ("config", "delivery:applications", "shop", "promote"),
        ("config", "delivery:applications", "shop", "build"),
        ("config", "delivery:applications", "shop", "approvals", 0, "name"),
        ("config", "delivery:applications", "shop", "approvals", 1, "name"),
    ],
)
def test_a_key_goes_with_what_is_under_it_and_nothing_else(path: Path) -> None:
    wanted: Any = yaml.safe_load(TEXT)
    inner = wanted
    for part in path[:-1]:
        inner = inner[part]
    del inner[path[-1]]
    changed = page().without(path)
    assert changed.content == wanted
    assert changed.text.startswith("# Who works here.\n")


def test_what_isnt_there_can_go_without_a_change() -> None:
    assert page().without(("config", "delivery:jenkins", "hostname")).text == TEXT


@pytest.mark.parametrize(
    ("path", "says"),
    [
        (("config", "aws:region", "name"), "what stands there already is no mapping"),
        (("config", "delivery:applications", "shop", "approvals", 2, "name"), "there is no such item in the list"),
    ],
)
def test_a_place_that_cant_be_made_is_said(path: Path, says: str) -> None:
    with pytest.raises(UnusableError, match=says):
        page().with_value(path, "x")


def test_an_item_of_a_list_cant_go() -> None:
    with pytest.raises(UnusableError, match="say the whole list"):
        page().without(("config", "delivery:applications", "shop", "approvals", 0))


@pytest.mark.parametrize("text", ["config: [", "- a", ""])
def test_what_is_no_stack_file_is_said(text: str) -> None:
    with pytest.raises(UnusableError):
        _ = page(text).content


@pytest.mark.parametrize("value", ["a, b", "a: b", "yes", "0123", "{x}", "# no", "ü", "", True, 3, None, ["a, b", "1"]])
def test_whatever_is_written_is_read_again(value: object) -> None:
    assert yaml.safe_load(f"{{key: {written(value)}}}")["key"] == value
