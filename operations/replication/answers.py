"""What a person has said to the questions: with `--set`, at the terminal, or by agreeing to what is proposed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from operations.command import UnusableError
from operations.replication.page import Page
from operations.replication.questions import Question
from operations.terminal import Terminal
from settings.loader import KEYS, REGION
from settings.problems import Path, key_hint, spelled

NOTHING: Final = "-"
"""The answer that leaves a key out."""

_PART = re.compile(r'\.?([A-Za-z0-9_:/\-]+)|\[(\d+)\]|\["([^"]+)"\]')


def place(text: str) -> Path:
    """A place as people write it: `network.cidr`, `delivery:network.cidr`, `applications.shop.approvals[0].emails`.

    Raises:
        UnusableError: it is no place of a stack file.
    """
    parts: list[str | int] = []
    rest = text
    while rest:
        found = _PART.match(rest)
        if found is None:
            raise UnusableError(f"--set {text}: no place of a stack file; for example network.cidr")
        word, index, quoted = found.groups()
        parts.append(int(index) if index else word or quoted)
        rest = rest[found.end() :]
    first = str(parts[0]) if parts else ""
    known = {"region": REGION, **KEYS}
    # With a namespace it may be another program's; a word without one is meant for ours.
    if first not in known and ":" not in first:
        hint, _ = key_hint(first, known, ())
        raise UnusableError(f"--set {text}: unknown key; {hint}")
    return (known.get(first, first), *parts[1:])


def said(words: list[str]) -> dict[Path, str]:
    """What stands after each `--set`, by place.

    Raises:
        UnusableError: one has no value, or a place has two.
    """
    found: dict[Path, str] = {}
    for word in words:
        where, equals, text = word.partition("=")
        if not equals:
            raise UnusableError(f"--set {word}: say PLACE=VALUE; PLACE={NOTHING} leaves the key out")
        path = place(where)
        if path in found:
            raise UnusableError(f"--set {where}: said twice")
        found[path] = text
    return found


def value_of(text: str, was: Any) -> Any:
    """A value as the file shall have it: text stays text where text was, everything else is YAML.

    Raises:
        UnusableError: it is no YAML.
    """
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UnusableError(f"{text}: no YAML; a list is [one, two], a text with a colon stands in quotes") from error
    if isinstance(was, str) and not isinstance(value, str):
        return text
    if isinstance(was, list) and isinstance(value, str):
        return [one.strip() for one in value.split(",")]
    return value


def shown(value: Any) -> str:
    """A value as a person would type it."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def short(path: Path) -> str:
    """A place as `--set` takes it, without namespaces."""
    first = str(path[0])
    return spelled(("region" if first == REGION else first.removeprefix("delivery:"), *path[1:]))


@dataclass
class Answers:
    """What was said to each question, and what wasn't.

    Args:
        given: by `--set`.
        terminal: where a person answers; None takes what is proposed.
        patient: whether to collect what nobody answers, rather than to take what is proposed.
    """

    given: Mapping[Path, str]
    terminal: Terminal | None
    patient: bool
    typed: dict[Path, str] = field(default_factory=dict)
    settled: list[tuple[Question, Any]] = field(default_factory=list)
    unanswered: list[Question] = field(default_factory=list)

    def said_before(self, page: Page) -> Page:
        """The page with what `--set` says."""
        config = page.content["config"]
        for path, text in self.given.items():
            page = _answered(page, path, text, _at(config, path))
        return page

    def settle(self, page: Page, question: Question) -> Page:
        """The page with the answer to one question."""
        if any(_covers(path, question.path) or _covers(question.path, path) for path in self.given):
            return page
        text = self._asked(question, self.terminal) if self.terminal else ""
        if text:
            page = _answered(page, question.path, text, question.was)
            self.typed[question.path] = text
            self.settled.append((question, text))
        elif question.proposal is None or (self.patient and not self.terminal):
            self.unanswered.append(question)
        else:
            if question.proposal != question.was:
                page = page.with_value(("config", *question.path), question.proposal)
            self.settled.append((question, question.proposal))
        return page

    def words(self) -> list[str]:
        """What repeats the answers without a terminal, where everything else is as proposed."""
        said = {**self.given, **self.typed}
        return ["--yes", *(word for path, text in said.items() for word in ("--set", f"{short(path)}={text}"))]

    def _asked(self, question: Question, terminal: Terminal) -> str:
        terminal.trouble(f"{short(question.path)}: {question.why}")
        while True:
            if text := terminal.ask(f"{_prompt(question)}:"):
                return text
            if question.proposal is not None:
                return ""
            terminal.trouble(f"  say one, or {NOTHING} to leave the key out")


def _prompt(question: Question) -> str:
    """What there was, and in brackets what Enter takes; once, where it is the same."""
    was = "" if question.was in (None, question.proposal) else f" was {shown(question.was)}"
    return f" {was}" if question.proposal is None else f" {was} [{shown(question.proposal)}]"


def _answered(page: Page, path: Path, text: str, was: Any) -> Page:
    if text == NOTHING:
        # A promotion to nobody is none.
        whole = path[:-1] if path[2:] == ("promote", "to") else path
        return page.without(("config", *whole))
    return page.with_value(("config", *path), value_of(text, was))


def _covers(outer: Path, inner: Path) -> bool:
    return inner[: len(outer)] == outer


def _at(value: Any, path: Path) -> Any:
    for part in path:
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value
