"""The JUnit file: one test a rule, and counts that add up."""

from __future__ import annotations

from xml.etree import ElementTree

from rulebook.reports.findings import Preview
from rulebook.reports.junit import junit
from tests.policies.reports.stream import FLOW, asked, exemption, preview, undecided, violation


def test_a_rule_is_a_test_that_fails_for_what_is_mandatory_alone() -> None:
    suites = written(
        preview(
            violation(),
            violation(text="And another."),
            violation("flow-stage-rollback", "Only a remark.", level="advisory"),
            asked("flow-auto-rollback"),
            exemption(),
        )
    )

    assert outcomes(suites[FLOW]) == {
        "flow-auto-rollback": [],
        "flow-prod-manual-approval": ["failure"],
        "flow-single-path-to-prod": ["system-out"],
        "flow-stage-rollback": ["system-out"],
        "ops-exemptions-in-force": [],
    }
    assert counts(suites[FLOW]) == ("5", "1", "0", "0")
    failure = suites[FLOW].find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "2 mandatory"
    assert "And another." in (failure.text or "")
    assert "[advisory] Only a remark." in "".join(suites[FLOW].itertext())


def test_an_undecided_rule_is_skipped_unless_it_also_failed() -> None:
    suites = written(
        preview(undecided(), undecided("iam-passrole-scoped"), violation("iam-passrole-scoped", pack=HARD))
    )

    assert outcomes(suites[HARD]) == {"iam-no-admin": ["skipped"], "iam-passrole-scoped": ["failure", "system-out"]}
    assert counts(suites[HARD]) == ("2", "1", "0", "1")


def test_the_whole_adds_up() -> None:
    root = ElementTree.fromstring(junit(preview(violation(), undecided(), asked("a", "b"))).encode())  # noqa: S314 - ours

    assert counts(root) == ("5", "1", "0", "1")
    assert sum(int(suite.get("tests", "")) for suite in root) == 5


def test_a_preview_that_is_not_whole_is_an_error_and_never_an_empty_success() -> None:
    suites = written(Preview(stack="prod", problems=("no stack named 'prod' found",)))

    assert counts(suites["pulumi preview"]) == ("1", "0", "1", "0")
    assert "no stack named" in "".join(suites["pulumi preview"].itertext())


def test_no_text_can_break_the_file() -> None:
    text = "</failure><script>&amp; ]]> \x0b \ud800 \uffff \"'"
    suites = written(preview(violation(text=text, urn=f"urn:pulumi:prod::shop::a:b:C::{text}")))

    assert "</failure><script>&amp; ]]>" in "".join(suites[FLOW].itertext())


HARD = "aws-delivery-hardening"


def written(found: Preview) -> dict[str, ElementTree.Element]:
    root = ElementTree.fromstring(junit(found).encode("utf-8"))  # noqa: S314 - our own file
    return {suite.get("name", ""): suite for suite in root}


def outcomes(suite: ElementTree.Element) -> dict[str, list[str]]:
    return {case.get("name", ""): [child.tag for child in case] for case in suite}


def counts(holder: ElementTree.Element) -> tuple[str | None, ...]:
    return tuple(holder.get(name) for name in ("tests", "failures", "errors", "skipped"))
