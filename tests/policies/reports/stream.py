"""Events as the engine writes them, for the tests of the reports; the shapes are those of the real engine's."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from rulebook.kit.notices import Notice, Standing
from rulebook.reports.events import read_events
from rulebook.reports.findings import Preview

FLOW = "aws-delivery-flow"
PIPELINE = "urn:pulumi:prod::shop::aws:codepipeline/pipeline:Pipeline::shop-pipeline"
ROLE = "urn:pulumi:prod::shop::aws:iam/rolePolicy:RolePolicy::shop-role-policy"
STACK = "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod"
Event = dict[str, Any]


def violation(
    rule: str = "flow-prod-manual-approval",
    text: str = "The pipeline 'shop-pipeline' deploys at `stages[2]` without an approval. To fix it: add one.",
    *,
    pack: str = FLOW,
    urn: str = PIPELINE,
    level: str = "mandatory",
    severity: str = "critical",
    title: str = "A person approves.",
) -> Event:
    """A pack's word on a resource."""
    told = {
        "resourceUrn": urn,
        "message": f"{title}\n{text}\n",
        "color": "never",
        "policyName": rule,
        "policyPackName": pack,
        "policyPackVersion": "0.1.0",
        "policyPackVersionTag": "0.1.0",
        "enforcementLevel": level,
        "severity": severity,
    }
    return {"sequence": 1, "timestamp": 1, "policyEvent": told}


def undecided(rule: str = "iam-no-admin", *, pack: str = "aws-delivery-hardening", path: str = "policy") -> Event:
    """What the runtime says where a rule needs a value that isn't known."""
    event = violation(rule, pack=pack, urn=ROLE, level="advisory")
    event["policyEvent"]["message"] = (
        f"can't run policy '{rule}' from policy pack '{pack}@v0.1.0' during preview: "
        f"string value at .{path} can't be known during preview\n"
    )
    return event


def exemption(standing: Standing = Standing.IN_FORCE, *, withheld: tuple[str, ...] = ("stages[2]",)) -> Event:
    """What is said of the exemption EX-7 from `flow-single-path-to-prod`."""
    notice = Notice(
        id="EX-7",
        rule="flow-single-path-to-prod",
        standing=standing,
        expires=date(2027, 1, 31),
        reason="The vendor's appliance has no second node",
        owner="team-x",
        ticket="OPS-41",
        withheld=withheld if standing is Standing.IN_FORCE else (),
    )
    text = f"{notice} To fix it: remove exemptions that aren't needed."
    title = "Exemptions are few, known and temporary."
    return violation("ops-exemptions-in-force", text, level="advisory", severity="low", title=title)


def asked(*rules: str, pack: str = FLOW) -> Event:
    """Rules that found nothing on a resource."""
    told = {"resourceUrn": PIPELINE, "policyPackName": pack, "policyPackVersion": "0.1.0", "passed": list(rules)}
    return {"policyAnalyzeSummaryEvent": told}


def error(message: str) -> Event:
    """A line that the engine shows in red."""
    return {"diagnosticEvent": {"prefix": "error: ", "message": f"{message}\n", "severity": "error"}}


def end(result: str = "succeeded") -> Event:
    """The summary, with a pack from a folder of some machine."""
    return {"summaryEvent": {"result": result, "PolicyPacks": {f"{FLOW}|local|/somewhere/policies": "0.1.0"}}}


def lines(*events: Event) -> list[bytes]:
    """The events as they lie in a file."""
    return [json.dumps(event).encode() for event in events]


def preview(*events: Event, ended: str | None = None) -> Preview:
    """A whole preview with these events, of the stack `prod`."""
    stops = any(event.get("policyEvent", {}).get("enforcementLevel") == "mandatory" for event in events)
    return read_events(lines(*events, end(ended or ("failed" if stops else "succeeded"))), stack="prod")


def told(found: Iterable[Any]) -> list[tuple[str, str]]:
    """Rule and resource of findings."""
    return [(finding.rule, finding.resource) for finding in found]
