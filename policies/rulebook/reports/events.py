"""Reads the engine's events: what `--event-log` writes, and what `preview --json` prints when it streams.

One JSON object a line, each with one of `policyEvent`, `policyAnalyzeSummaryEvent`, `diagnosticEvent`, `summaryEvent`
and others; `pulumi/sdk/v3/go/common/apitype/events.go` of pulumi/pulumi says what is in them. Properties of resources,
the stack's configuration and what a remediation changed are in them too, and are never looked at.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rulebook.kit.notices import Standing, read_notice
from rulebook.reports.findings import Finding, Preview, State
from rulebook.rules.ops import EXEMPTIONS_RULE

HOW_TO_STREAM = (
    "this is no stream of the engine's events: `pulumi preview --json` prints one only with "
    "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true"
)
NO_PACK = "no policy pack was asked: `pulumi preview` takes them by `--policy-pack`"
_PROBLEM_LENGTH = 2000
# The engine's own words for a level that doesn't stop; `warning` and `none` are those of older ones.
_NOT_STOPPING = ("advisory", "warning", "none", "disabled")
# What the engine adds to every failure, without a word on the reason.
_EMPTY_ERRORS = ("preview failed", "update failed")
_CANT_RUN = re.compile(r"can't run policy '.*?' from policy pack '.*?' during preview: ", flags=re.DOTALL)
_UNKNOWN_PATH = re.compile(r"\w+ value at \.(.+) can't be known during preview")
# Colours, as the engine writes them into messages and as a terminal takes them.
_COLOUR = re.compile(r"<\{%.*?%\}>|\x1b\[[0-9;]*[A-Za-z]")
# What neither XML nor UTF-8 can hold; line feeds and tabs can stay.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def read_events(lines: Iterable[bytes], *, stack: str) -> Preview:
    """What the engine said.

    Args:
        lines: its events, one a line, as bytes of UTF-8.
        stack: the name under which to report; the events may end before one names it.

    Returns:
        Everything that could be read. What couldn't, and why the preview isn't whole, is in `problems`: a broken line
        never hides the others.
    """
    reading = _Reading()
    reading.lines(lines)
    return Preview(
        stack=stack,
        findings=tuple(dict.fromkeys(reading.findings)),
        asked={pack: tuple(sorted(rules)) for pack, rules in sorted(reading.asked.items())},
        versions=dict(sorted(reading.versions.items())),
        problems=tuple(dict.fromkeys(reading.problems())),
    )


def clean(text: str) -> str:
    """A text without colours, and without characters that a report couldn't hold."""
    return _UNWRITABLE.sub("\ufffd", _COLOUR.sub("", text).replace("\r\n", "\n")).strip()


@dataclass
class _Reading:
    """What was read so far."""

    findings: list[Finding] = field(default_factory=list)
    asked: dict[str, set[str]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    events: int = 0
    result: str | None = None

    def lines(self, lines: Iterable[bytes]) -> None:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                event = json.loads(line.decode("utf-8", errors="replace"))
            except (ValueError, RecursionError):
                event = None
            if isinstance(event, dict) and any(key.endswith("Event") for key in event):
                self.events += 1
                self.event(event, number)
            else:
                self.broken.append(number)

    def event(self, event: Mapping[str, Any], number: int) -> None:
        policy = event.get("policyEvent")
        if policy is not None and not self.policy(policy):
            self.broken.append(number)
        for kind in ("policyAnalyzeSummaryEvent", "policyAnalyzeStackSummaryEvent"):
            self.summary(_object(event.get(kind)))
        diagnostic = _object(event.get("diagnosticEvent"))
        if diagnostic.get("severity") == "error":
            message = _text(diagnostic, "message")
            if message and message not in _EMPTY_ERRORS:
                self.errors.append(message)
        if "summaryEvent" in event:
            end = _object(event["summaryEvent"])
            self.result = _text(end, "result") or "unknown"
            for name, version in _object(end.get("PolicyPacks")).items():
                # A pack from a folder is told as `<name>|local|<folder>`.
                self.pack(clean(name).partition("|")[0], clean(version) if isinstance(version, str) else "")

    def pack(self, name: str, version: str) -> set[str]:
        self.versions[name] = version.removeprefix("v") or self.versions.get(name, "")
        return self.asked.setdefault(name, set())

    def summary(self, summary: Mapping[str, Any]) -> None:
        pack = _text(summary, "policyPackName")
        if pack:
            rules = self.pack(pack, _version(summary))
            for key in ("passed", "failed"):
                rules.update(clean(each) for each in _list(summary.get(key)) if isinstance(each, str))

    def policy(self, policy: Any) -> bool:
        """Take what a pack said; whether it could be read."""
        told = _object(policy)
        pack, rule, message = (_text(told, key) for key in ("policyPackName", "policyName", "message"))
        if not (pack and rule and message):
            return False
        self.pack(pack, _version(told)).add(rule)
        state = State.ADVISORY if _text(told, "enforcementLevel") in _NOT_STOPPING else State.MANDATORY
        title, separator, text = message.partition("\n")
        said = Finding(
            pack=pack,
            rule=rule,
            state=state,
            urn=_text(told, "resourceUrn"),
            text=" ".join((text if separator else title).split()),
            title=title if separator else "",
            severity=_text(told, "severity"),
        )
        cant_run = _CANT_RUN.match(message)
        if cant_run and state is State.ADVISORY:
            self.findings.append(_undecided(said, why=" ".join(message[cant_run.end() :].split())))
        else:
            self.findings.extend(_with_exemptions(said))
        return True

    def problems(self) -> Iterator[str]:
        yield from (shortened(error) for error in self.errors)
        if self.broken and not self.events:
            yield HOW_TO_STREAM
        elif self.broken:
            many = f"{len(self.broken)} lines" if len(self.broken) > 1 else "a line"
            yield f"{many} of the engine's events can't be read; the first is line {self.broken[0]}"
        if self.result is None:
            yield "the engine's events end before the preview does: there may be more findings"
        elif self.result == "failed" and not self.errors and not self.stopped:
            yield "the engine says that the preview failed, and doesn't say why"
        if self.result is not None and not self.asked:
            yield NO_PACK

    @property
    def stopped(self) -> bool:
        return any(finding.state is State.MANDATORY for finding in self.findings)


def shortened(text: str, *, length: int = _PROBLEM_LENGTH) -> str:
    """A text of at most so many characters; the end is what is left out."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _undecided(said: Finding, *, why: str) -> Finding:
    """A rule that couldn't be asked because something isn't known: the runtime makes an advisory violation of it."""
    found = _UNKNOWN_PATH.search(why)
    path = found[1] if found else ""
    reason = f"`{path}` is not known yet" if path else why
    text = f"The rule {said.rule} can't be decided in a preview: {reason}."
    return replace(said, state=State.UNDECIDED, text=text, title="", path=path)


def _with_exemptions(said: Finding) -> Iterator[Finding]:
    """What a message means where it is of the rule that tells of exemptions: those in force are withheld findings."""
    notice = read_notice(said.text) if said.rule == EXEMPTIONS_RULE else None
    if notice is None or notice.standing is not Standing.IN_FORCE:
        yield replace(said, notice=notice)
        return
    for path in notice.withheld or ("",):
        at = f" at `{path}`" if path else ""
        text = f"What the rule {notice.rule} finds{at} is exempt until {notice.expires.isoformat()}: {notice.reason}"
        yield replace(
            said, rule=notice.rule, state=State.EXEMPTED, text=text, title="", severity="", path=path, notice=notice
        )


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _text(holder: Mapping[str, Any], key: str) -> str:
    value = holder.get(key)
    return clean(value) if isinstance(value, str) else ""


def _version(told: Mapping[str, Any]) -> str:
    return _text(told, "policyPackVersionTag") or _text(told, "policyPackVersion")
