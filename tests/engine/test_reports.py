"""The findings of a real preview as files: a seeded fault, an exemption in force and undecided rules."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.engine.harness import Document, EngineFactory

EXEMPTION = {
    "id": "EX-7",
    "urn": "*::storefront-deployment-group",
    "reason": "The gate in front of it is rebuilt this week",
    "owner": "team-x",
    "ticket": "OPS-41",
    "expires": "2999-12-31",
}
ROLE_POLICY = "storefront-pipeline-role-policy"


@dataclass(frozen=True)
class Reported:
    """What the command left."""

    rc: int
    sarif: dict[str, Any]
    junit: ElementTree.Element
    markdown: str

    @property
    def results(self) -> list[dict[str, Any]]:
        return [result for run in self.sarif["runs"] for result in run["results"]]


@pytest.fixture(scope="module")
def reported(module_engine: EngineFactory, tmp_path_factory: pytest.TempPathFactory) -> Reported:
    """Production without an approval, one consequence of it exempted."""
    folder = tmp_path_factory.mktemp("reported")
    session = module_engine(stack="prod", edit=without_approvals, packs=True).session
    policies = session.layout.root / "policies"
    delivery = folder / "delivery.json"
    delivery.write_text(json.dumps({"flow-single-path-to-prod": configured(EXEMPTION)}))
    hardening = policies / "hardening" / "config" / "production.json"
    configuration = ("--policy-pack-config", str(delivery), "--policy-pack-config", str(hardening))
    # A folder with a space in its name, so that nothing depends on there being none.
    into = folder / "the findings"
    done = subprocess.run(
        [
            *(str(session.layout.python), "-m", "rulebook.reports", "--stack", "prod", "--into", str(into), "--"),
            *session.preview_command("--non-interactive", *configuration),
        ],
        env={**session.child_environment(), "PYTHONPATH": str(policies)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (into / "findings.sarif").is_file(), done.stdout + done.stderr
    return Reported(
        rc=done.returncode,
        sarif=json.loads((into / "findings.sarif").read_text()),
        junit=ElementTree.parse(into / "findings.xml").getroot(),  # noqa: S314 - our own file
        markdown=(into / "findings.md").read_text(),
    )


def test_the_command_ends_as_the_preview_does(reported: Reported) -> None:
    assert reported.rc == 1
    assert "prod: refused by the policies" in reported.markdown.splitlines()[1]


def test_the_fault_is_an_error_in_sarif_and_the_exemption_a_suppression(reported: Reported) -> None:
    errors = [result["ruleId"] for result in reported.results if result["level"] == "error"]
    suppressed = [result for result in reported.results if "suppressions" in result]
    undecided = {result["ruleId"] for result in reported.results if result["kind"] == "open"}

    assert errors == ["flow-prod-manual-approval"]
    assert {result["ruleId"] for result in suppressed} == {"flow-single-path-to-prod"}
    for result in suppressed:
        assert EXEMPTION["reason"] in result["suppressions"][0]["justification"]
    assert "iam-no-admin" in undecided
    assert [run["invocations"][0]["executionSuccessful"] for run in reported.sarif["runs"]] == [True, True]
    for run in reported.sarif["runs"]:
        assert len({result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]}) == len(
            run["results"]
        )


def test_the_fault_fails_its_rule_in_junit_and_the_undecided_one_is_skipped(reported: Reported) -> None:
    outcomes = {case.get("name"): [child.tag for child in case] for case in reported.junit.iter("testcase")}

    assert [suite.get("name") for suite in reported.junit] == [
        "pulumi preview",
        "aws-delivery-flow",
        "aws-delivery-hardening",
    ]
    assert outcomes["flow-prod-manual-approval"] == ["failure"]
    assert "system-out" in outcomes["flow-single-path-to-prod"]
    assert outcomes["iam-no-admin"] == ["skipped"]
    assert outcomes["flow-prod-blue-green"] == []
    assert (reported.junit.get("failures"), reported.junit.get("errors")) == ("1", "0")


def test_the_comment_has_a_table_for_each(reported: Reported) -> None:
    assert "#### Mandatory (1)" in reported.markdown
    assert "| <code>flow-prod-manual-approval</code> | <code>critical</code> |" in reported.markdown
    assert f"| <code>{ROLE_POLICY}</code> | <code>policy</code> |" in reported.markdown
    assert "| <code>EX-7</code> | <code>flow-single-path-to-prod</code> | in force | 2999-12-31 |" in reported.markdown


def without_approvals(document: Document) -> None:
    document["config"]["delivery:applications"]["storefront"]["approvals"] = []


def configured(exemption: dict[str, str]) -> dict[str, Any]:
    return {"enforcementLevel": "mandatory", "exemptions": [exemption]}
