"""The comment on a pull request: what it says, and that nothing in it can do harm."""

from __future__ import annotations

import html
import re

import pytest

from rulebook.kit.notices import Standing
from rulebook.reports.findings import Preview
from rulebook.reports.markdown import LIMIT, markdown, marker
from tests.policies.reports.stream import asked, exemption, preview, undecided, violation


def test_the_first_line_is_the_stacks_own_marker_and_the_second_the_verdict() -> None:
    lines = markdown(preview(violation(), undecided(), exemption())).splitlines()

    assert lines[0] == "<!-- policy-report: prod -->"
    assert lines[1] == (
        "❌ **prod: refused by the policies** "
        "(1 mandatory, 0 advisory, 1 undecided; exemptions: 1 in force, 0 expired, 0 unused)"
    )
    assert markdown(preview(asked("a"))).splitlines()[1].startswith("✅ **prod: passed**")


@pytest.mark.parametrize("stack", ["a--b", "-->", "acme/shop/prod", "a\nb"])
def test_no_stacks_name_can_end_the_marker(stack: str) -> None:
    line = marker(stack)

    assert line.count("--") == 2
    assert line.splitlines() == [line]
    assert marker(stack) != marker("other")


def test_findings_are_in_the_table_of_their_state() -> None:
    text = markdown(preview(violation(), violation("b", level="advisory"), undecided("c"), undecided("d"), exemption()))

    assert tables(text) == ["Mandatory (1)", "Advisory (1)", "Undecided until the update (1)", "Exemptions (1)"]
    assert "| <code>shop-role-policy</code> | <code>policy</code> | <code>c</code>, <code>d</code> |" in text
    assert (
        "| <code>EX-7</code> | <code>flow-single-path-to-prod</code> | in force | 2027-01-31 | team-x | OPS-41 "
        "| The vendor's appliance has no second node | <code>shop-pipeline</code> at <code>stages&#91;2&#93;</code> |"
    ) in text


def test_expired_and_unneeded_exemptions_are_told_of() -> None:
    text = markdown(preview(exemption(Standing.EXPIRED), exemption(Standing.UNUSED)))

    assert "| **expired** |" in text
    assert "| not needed |" in text


def test_a_preview_that_is_not_whole_says_why_before_anything_else() -> None:
    text = markdown(Preview(stack="prod", problems=("no stack named 'prod' found",)))

    assert text.splitlines()[1].startswith("❌ **prod: the preview is not complete**")
    assert "- no stack named 'prod' found" in text


def test_a_long_table_is_folded_and_a_short_one_is_not() -> None:
    assert "<details>" not in markdown(preview(*many(10)))
    assert "<details><summary>Mandatory (11)</summary>\n\n| Rule |" in markdown(preview(*many(11)))


@pytest.mark.parametrize("number", [2000, 6000])
def test_what_does_not_fit_is_left_out_with_a_sentence_that_says_how_much(number: int) -> None:
    text = markdown(preview(*many(number), exemption()))

    assert len(text) <= LIMIT
    left = re.search(r"^(\d+) more rows do not fit into a comment; ", text, flags=re.MULTILINE)
    assert left is not None
    assert text.count("| <code>flow-prod-manual-approval</code> |") + int(left[1]) == number + 1
    assert text.count("<details>") == text.count("</details>")


def test_every_text_however_long_and_odd_stays_within_the_limit() -> None:
    odd = "|" * 70_000
    problems = tuple(f"{number}{odd}" for number in range(9))

    text = markdown(Preview(stack="prod", problems=problems, findings=preview(violation(text=odd)).findings))

    assert len(text) <= LIMIT
    assert "- and 4 more" in text


@pytest.mark.parametrize(
    "odd",
    [
        "a | b\n| c",
        "</code></details><img src=x>",
        "@everybody and @acme/team",
        "acme/shop#12 GH-12 https://evil.example www.evil.example",
        "`<b>` ``x`` **b** [a](javascript:x) ![i](x) $x$ ~~s~~ \\",
    ],
)
def test_no_name_and_no_message_can_leave_its_cell(odd: str) -> None:
    text = markdown(preview(violation(text=odd, urn=f"urn:pulumi:prod::shop::a:b:C::{odd}", rule=odd)))

    (row,) = [line for line in text.splitlines() if "critical" in line]
    assert row.count("|") == 5
    shown = re.sub(r"</?code>", "", row)
    assert not re.search(r"[<>`*_~\[\]\\$@!]", shown)
    # What GitHub would still see in the text that isn't code, once the entities are characters.
    said = html.unescape(re.sub(r"<code>.*?</code>", "", row))
    assert not re.search(r"@\w|#\d|GH-\d|://|www\.\w", said)


def many(number: int) -> list[dict[str, object]]:
    return [violation(urn=f"urn:pulumi:prod::shop::a:b:C::thing-{each}") for each in range(number)]


def tables(text: str) -> list[str]:
    return re.findall(r"^#### (.*)$", text, flags=re.MULTILINE)
