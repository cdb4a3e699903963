"""The SARIF log: what the specification asks of it, and what code scanning needs."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from rulebook.packs import PACKS
from rulebook.reports.findings import Preview
from rulebook.reports.sarif import alerts, sarif
from tests.policies.reports.stream import FLOW, PIPELINE, asked, exemption, preview, undecided, violation

Run = dict[str, Any]


@pytest.fixture
def runs() -> dict[str, Run]:
    """The runs of a preview with one finding of each state, and a pack that nobody knows here."""
    found = preview(
        violation(),
        violation("flow-stage-rollback", level="advisory", severity="low"),
        undecided(),
        exemption(),
        violation("their-rule", pack="their-pack", title="Theirs.", severity="medium", urn=""),
        asked("flow-auto-rollback"),
    )
    return written(found)


def test_each_pack_is_a_tool_with_its_own_run(runs: dict[str, Run]) -> None:
    assert sorted(runs) == [FLOW, "aws-delivery-hardening", "their-pack"]
    assert runs[FLOW]["tool"]["driver"]["version"] == "0.1.0"
    assert all(run["invocations"][0]["executionSuccessful"] for run in runs.values())


def test_every_result_points_to_its_rule_and_no_rule_is_there_twice(runs: dict[str, Run]) -> None:
    for run in runs.values():
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert len(set(rules)) == len(rules)
        assert [rules[result["ruleIndex"]] for result in run["results"]] == [one["ruleId"] for one in run["results"]]
    assert "flow-auto-rollback" in {rule["id"] for rule in runs[FLOW]["tool"]["driver"]["rules"]}


def test_the_level_says_what_a_finding_does(runs: dict[str, Run]) -> None:
    results = [result for run in runs.values() for result in run["results"]]
    levels = {result["ruleId"]: (result["kind"], result["level"]) for result in results}

    assert levels == {
        "flow-prod-manual-approval": ("fail", "error"),
        "flow-stage-rollback": ("fail", "note"),
        "flow-single-path-to-prod": ("fail", "note"),
        # 3.27.10: whatever is no failure has the level `none`.
        "iam-no-admin": ("open", "none"),
        "their-rule": ("fail", "error"),
    }


def test_an_exempted_finding_is_suppressed_with_who_why_and_until_when(runs: dict[str, Run]) -> None:
    suppressed = [result for result in runs[FLOW]["results"] if "suppressions" in result]

    assert [result["ruleId"] for result in suppressed] == ["flow-single-path-to-prod"]
    (suppression,) = suppressed[0]["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    for said in ("The vendor's appliance has no second node", "team-x", "OPS-41", "2027-01-31"):
        assert said in suppression["justification"]


def test_alerts_are_neither_undecided_nor_exempted() -> None:
    found = preview(violation(), undecided(), exemption(), violation("flow-stage-rollback", level="advisory"))

    results = [result["ruleId"] for run in written(alerts(found)).values() for result in run["results"]]

    assert results == ["flow-prod-manual-approval", "flow-stage-rollback"]


def test_a_place_is_the_stack_file_and_the_resource(runs: dict[str, Run]) -> None:
    place = runs[FLOW]["results"][0]["locations"][0]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "infra/Pulumi.my%20stack.yaml"
    assert place["physicalLocation"]["region"]["startLine"] == 1
    assert place["logicalLocations"] == [
        {"name": "shop-pipeline", "fullyQualifiedName": PIPELINE, "kind": "resource"},
    ]
    assert "logicalLocations" not in runs["their-pack"]["results"][0]["locations"][0]


def test_a_rule_of_ours_is_described_by_its_author_and_another_by_what_was_told(runs: dict[str, Run]) -> None:
    ours = described(runs[FLOW], "flow-prod-manual-approval")
    assert ours["properties"]["security-severity"] == "9.5"
    assert "OWASP Top 10 CI/CD Security Risks 2022 CICD-SEC-1" in ours["properties"]["tags"]
    assert "To fix it: " in ours["help"]["text"]
    theirs = described(runs["their-pack"], "their-rule")
    assert theirs["shortDescription"] == {"text": "Theirs."}
    assert theirs["properties"] == {"tags": ["security"], "security-severity": "5.5"}
    assert "helpUri" not in theirs


def test_every_rule_we_have_can_be_described() -> None:
    found = preview(*(asked(*(rule.id for rule in pack.rules), pack=pack.name) for pack in PACKS))
    for pack in PACKS:
        rules = written(found)[pack.name]["tool"]["driver"]["rules"]
        assert [rule["id"] for rule in rules] == sorted(rule.id for rule in pack.rules)
        for rule in rules:
            assert urlsplit(rule["helpUri"]).scheme == "https"
            assert 0 < float(rule["properties"]["security-severity"]) <= 10


def test_a_fingerprint_outlives_a_new_level_version_and_wording_and_tells_findings_apart() -> None:
    first = violation(text="No tag `AppVersion`. To fix it: set it.")
    later = violation(text="There is no tag `AppVersion`. To fix it: do so.", level="advisory")
    later["policyEvent"]["policyPackVersion"] = "0.2.0"
    other = violation(text="No tag `InfraVersion`. To fix it: set it.")

    assert fingerprints(preview(first)) == fingerprints(preview(later))
    assert len(set(fingerprints(preview(first, other)))) == 2
    # Without a path that tells them apart, their order does.
    assert len(set(fingerprints(preview(violation(text="`a` is one."), violation(text="`a` is two."))))) == 2


def test_a_preview_that_is_not_whole_is_an_unsuccessful_run_even_without_a_pack() -> None:
    (run,) = json.loads(sarif(Preview(stack="prod", problems=("no stack named 'prod' found",)), stack_file="a"))["runs"]

    assert run["tool"]["driver"]["name"] == "pulumi preview"
    assert run["invocations"] == [
        {
            "executionSuccessful": False,
            "toolExecutionNotifications": [{"level": "error", "message": {"text": "no stack named 'prod' found"}}],
        }
    ]


def written(found: Preview) -> dict[str, Run]:
    log = json.loads(sarif(found, stack_file="infra/Pulumi.my stack.yaml"))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("/sarif-schema-2.1.0.json")
    assert all(result["message"]["text"] for run in log["runs"] for result in run["results"])
    return {run["tool"]["driver"]["name"]: run for run in log["runs"]}


def described(run: Run, rule: str) -> dict[str, Any]:
    (found,) = [one for one in run["tool"]["driver"]["rules"] if one["id"] == rule]
    return dict(found)


def fingerprints(found: Preview) -> list[str]:
    return [one["partialFingerprints"]["primaryLocationLineHash"] for one in written(found)[FLOW]["results"]]
