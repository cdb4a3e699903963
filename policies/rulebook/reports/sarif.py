"""The findings as SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

Each pack is a tool with a run of its own, because two packs may call different rules by the same name. What is
undecided is a result of kind `open` (3.27.9: not enough is known to decide), with level `none` as 3.27.10 asks; what is
exempt is a result with an accepted, external suppression (3.35).
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from rulebook.kit.rule import Rule, Severity
from rulebook.reports.findings import Finding, Preview, State, known_rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
NO_PACK = "pulumi preview"
"""The tool of the run that a preview without any pack has, so that its failure can be told."""

# GitHub takes 9.0 and more for critical, 7.0 for high, 4.0 for medium.
_SCORES: Mapping[str, str] = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
}
_LEVELS: Mapping[str, str] = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.LOW: "note"}
_MOST_TAGS = 20


def alerts(preview: Preview) -> Preview:
    """The preview without what is undecided or exempted.

    GitHub's code scanning makes an open alert of every result: it reads neither `kind` nor `suppressions`.
    """
    decided = (State.MANDATORY, State.ADVISORY)
    return replace(preview, findings=tuple(one for one in preview.findings if one.state in decided))


def sarif(preview: Preview, *, stack_file: str) -> str:
    """The preview as a SARIF log.

    Args:
        preview: what was found.
        stack_file: the stack's configuration, relative to the root of the repository: the place of every finding.
    """
    runs = [_run(preview, pack=pack, stack_file=stack_file) for pack in preview.asked or (NO_PACK,)]
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": runs}, indent=2, ensure_ascii=False) + "\n"


def _run(preview: Preview, *, pack: str, stack_file: str) -> dict[str, Any]:
    findings = [finding for finding in preview.findings if finding.pack == pack]
    rules = sorted({*preview.asked.get(pack, ()), *(finding.rule for finding in findings)})
    driver: dict[str, Any] = {"name": pack, "rules": [_described(pack, rule, findings) for rule in rules]}
    if version := preview.versions.get(pack):
        driver["version"] = version
    notifications = [{"level": "error", "message": {"text": problem}} for problem in preview.problems]
    seen: Counter[str] = Counter()
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"{pack}/{preview.stack}/"},
        "invocations": [{"executionSuccessful": not notifications, "toolExecutionNotifications": notifications}],
        "results": [
            _result(finding, index=rules.index(finding.rule), stack_file=stack_file, seen=seen) for finding in findings
        ],
    }


def _described(pack: str, rule: str, findings: list[Finding]) -> dict[str, Any]:
    """A rule by its author's words, or by as much as the engine told of it."""
    known = known_rule(pack, rule)
    told = [finding for finding in findings if finding.rule == rule]
    severity = known.severity.value if known else next((one.severity for one in told if one.severity), "")
    title = known.title if known else next((one.title for one in told if one.title), rule)
    described: dict[str, Any] = {
        "id": rule,
        "shortDescription": {"text": title},
        "fullDescription": {"text": known.why if known else title},
        "defaultConfiguration": {"level": _LEVELS.get(severity, "warning")},
        "properties": _properties(known, severity),
    }
    if known:
        fix = f"To fix it: {known.fix}"
        described["helpUri"] = known.reference
        described["help"] = {
            "text": f"{known.why} {fix} See {known.documentation} and {known.reference}",
            "markdown": f"{known.why}\n\n{fix}\n\nSee `{known.documentation}` and <{known.reference}>.",
        }
    return described


def _properties(known: Rule | None, severity: str) -> dict[str, Any]:
    frameworks = known.frameworks if known else ()
    tags = ["security", *(f"{one.name} {one.version} {one.control}" for one in frameworks)]
    properties: dict[str, Any] = {"tags": tags[:_MOST_TAGS]}
    if severity in _SCORES:
        properties["security-severity"] = _SCORES[severity]
    return properties


def _result(finding: Finding, *, index: int, stack_file: str, seen: Counter[str]) -> dict[str, Any]:
    # Code scanning shows no result without a line; the stack file as a whole is meant.
    place: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(PurePosixPath(stack_file).as_posix()), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 1},
        }
    }
    if finding.urn:
        place["logicalLocations"] = [
            {"name": finding.resource, "fullyQualifiedName": finding.urn, "kind": "resource"},
        ]
    fingerprint = fingerprint_of(finding)
    seen[fingerprint] += 1
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "kind": "open" if finding.state is State.UNDECIDED else "fail",
        "level": level_of(finding),
        "message": {"text": finding.text},
        "locations": [place],
        # The first name is the one by which GitHub knows an alert again; without it, it would take the line of the
        # stack file, and all findings of a rule would be one.
        "partialFingerprints": {
            "primaryLocationLineHash": f"{fingerprint}:{seen[fingerprint]}",
            "policyFinding/v1": f"{fingerprint}:{seen[fingerprint]}",
        },
        "properties": {"state": finding.state.value},
    }
    if finding.state is State.EXEMPTED and (notice := finding.notice):
        agreed = f"{notice.reason} (owner: {notice.owner}; ticket: {notice.ticket}; until {notice.expires.isoformat()})"
        result["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": agreed,
                "properties": {
                    "exemption": notice.id,
                    "owner": notice.owner,
                    "ticket": notice.ticket,
                    "expires": notice.expires.isoformat(),
                },
            }
        ]
    return result


def level_of(finding: Finding) -> str:
    """How SARIF calls what a finding does."""
    if finding.state is State.UNDECIDED:
        return "none"
    if finding.state is State.MANDATORY:
        return "error"
    return "note" if finding.state is State.EXEMPTED or finding.severity == Severity.LOW else "warning"


def fingerprint_of(finding: Finding) -> str:
    """What stays the same of a finding while its level, the pack's version and the words around it change."""
    what, _, _ = finding.text.partition(" To fix it: ")
    paths = [finding.path] if finding.path else re.findall(r"`([^`]+)`", what) or [what]
    identity = [finding.pack, finding.rule, finding.urn, *paths]
    return hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:32]
