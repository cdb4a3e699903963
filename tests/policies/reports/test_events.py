"""From the engine's events to findings, and what is said of events that aren't whole."""

from __future__ import annotations

import json

import pytest

from rulebook.kit.notices import Standing, read_notice
from rulebook.reports.events import HOW_TO_STREAM, NO_PACK, read_events
from rulebook.reports.findings import State
from tests.policies.reports.stream import (
    FLOW,
    Event,
    asked,
    end,
    error,
    exemption,
    lines,
    preview,
    told,
    undecided,
    violation,
)


def test_each_message_is_what_it_means() -> None:
    read = preview(violation(), violation("ops-version-tags", level="advisory"), undecided(), exemption())

    assert told(read.of(State.MANDATORY)) == [("flow-prod-manual-approval", "shop-pipeline")]
    assert told(read.of(State.ADVISORY)) == [("ops-version-tags", "shop-pipeline")]
    assert [(one.rule, one.path) for one in read.of(State.UNDECIDED)] == [("iam-no-admin", "policy")]
    assert [(one.rule, one.path) for one in read.of(State.EXEMPTED)] == [("flow-single-path-to-prod", "stages[2]")]
    assert read.problems == ()
    assert not read.passed


def test_a_finding_has_the_packs_sentences_and_not_the_title_before_them() -> None:
    (finding,) = preview(violation(text="The pipeline is\nwrong.")).findings

    assert (finding.title, finding.text) == ("A person approves.", "The pipeline is wrong.")


def test_an_exemption_that_is_over_or_not_needed_is_told_of_and_exempts_nothing() -> None:
    read = preview(exemption(Standing.EXPIRED), exemption(Standing.UNUSED))

    assert [(one.id, one.standing) for one in read.notices] == [("EX-7", Standing.EXPIRED), ("EX-7", Standing.UNUSED)]
    assert read.of(State.EXEMPTED) == []
    assert read.of(State.ADVISORY) == []
    assert "1 expired, 1 unused" in read.counts


def test_no_other_rule_can_speak_of_an_exemption() -> None:
    forged = exemption()
    forged["policyEvent"]["policyName"] = "somebody-elses-rule"

    read = preview(forged)

    assert read.notices == ()
    assert told(read.of(State.ADVISORY)) == [("somebody-elses-rule", "shop-pipeline")]


@pytest.mark.parametrize(
    "reason", ['It is "in force" (owner "a").', "a \\ at the end \\", "line\nfeed, tab\t", "ünïcode"]
)
def test_whatever_people_write_into_an_exemption_comes_back_as_it_was(reason: str) -> None:
    notice = read_notice(exemption()["policyEvent"]["message"].partition("\n")[2])
    assert notice is not None
    changed = type(notice)(**{**vars(notice), "reason": reason, "owner": reason, "withheld": (reason, "b")})

    assert read_notice(f"{changed} To fix it: …") == changed


def test_rules_that_found_nothing_are_known_to_have_been_asked() -> None:
    read = preview(asked("b", "a"), asked("a", "c"), violation("d"), asked("x", pack="another"))

    assert read.asked == {FLOW: ("a", "b", "c", "d"), "another": ("x",)}
    assert read.versions == {FLOW: "0.1.0", "another": "0.1.0"}


def test_the_same_word_said_twice_is_one_finding() -> None:
    assert len(preview(violation(), violation()).findings) == 1


def test_a_level_of_another_engine_stops_unless_it_is_known_not_to() -> None:
    assert len(preview(violation(level="remediate")).of(State.MANDATORY)) == 1
    assert len(preview(violation(level="warning"), ended="succeeded").of(State.ADVISORY)) == 1


def test_events_that_end_too_early_are_no_passed_preview() -> None:
    read = read_events(lines(asked("a")), stack="prod")

    assert not read.passed
    assert "may be more findings" in read.problems[0]


def test_a_line_cut_in_the_middle_is_named_and_the_others_are_read() -> None:
    whole = lines(violation(), end("failed"))

    read = read_events([whole[0], whole[1][:20]], stack="prod")

    assert len(read.of(State.MANDATORY)) == 1
    assert read.problems[0] == "a line of the engine's events can't be read; the first is line 2"


@pytest.mark.parametrize(
    "text", [b"{\n  'config': {}\n}", b"Previewing update (prod):", b'["a"]', b"[" * 100_000, b"\xff\xfe"]
)
def test_what_is_no_stream_of_events_says_how_to_get_one(text: bytes) -> None:
    read = read_events(text.splitlines(), stack="prod")

    assert not read.passed
    assert read.problems[0] == HOW_TO_STREAM


@pytest.mark.parametrize(
    "broken", [7, {"policyName": 1}, {}, {"policyName": "a", "policyPackName": "b", "message": None}]
)
def test_an_event_of_another_shape_is_a_problem_and_no_exception(broken: object) -> None:
    read = read_events(lines({"policyEvent": broken}, asked("a"), end()), stack="prod")

    assert read.problems == ("a line of the engine's events can't be read; the first is line 1",)


def test_a_program_that_breaks_is_told_with_its_words() -> None:
    read = preview(asked("a"), error("Pulumi.prod.yaml: 1 problem"), error("preview failed"), ended="failed")

    assert read.problems == ("Pulumi.prod.yaml: 1 problem",)
    assert not read.passed


def test_a_failure_without_a_reason_is_a_problem_all_the_same() -> None:
    assert "doesn't say why" in preview(asked("a"), ended="failed").problems[0]


def test_a_preview_under_no_pack_has_not_passed() -> None:
    read = read_events(lines({"summaryEvent": {"result": "succeeded"}}), stack="prod")

    assert read.problems == (NO_PACK,)


def test_colours_and_what_no_file_can_hold_is_taken_out() -> None:
    read = preview(violation(text="<{%fg 1%}>red<{%reset%}> \x1b[31mred\x1b[0m \x00 \ud800"))

    assert read.findings[0].text == "red red \ufffd \ufffd"


def test_properties_configuration_and_folders_of_the_machine_are_left_behind() -> None:
    secret = "hunter2"
    events: list[Event] = [
        {"preludeEvent": {"config": {"shop:password": secret}}},
        {"resourcePreEvent": {"metadata": {"new": {"inputs": {"password": secret}}}}},
        {"policyRemediationEvent": {"before": {"password": secret}, "after": {"password": secret}}},
        {"diagnosticEvent": {"severity": "info", "message": secret}},
    ]
    read = preview(*events, violation())

    assert secret not in json.dumps(read, default=str)
    assert "/somewhere" not in json.dumps(read, default=str)
