"""Text is measured without a font: never too narrow for a real one, and broken without loss."""

import pytest

from components.diagram.text import clean, width, wrap

DEJAVU_SANS = {
    "component": (5.66, 6.30),
    "ShiftTraffic": (5.28, 6.14),
    "CodeBuild": (5.07, 5.69),
    "RetireOldFleet": (7.11, 8.21),
    "e2e-smoke_1": (6.63, 7.30),
}
"""In ems, regular and bold, as a browser measured them in the widest face it takes from our list."""


@pytest.mark.parametrize("word", DEJAVU_SANS)
def test_the_estimate_is_a_little_wider_than_the_widest_font(word: str) -> None:
    regular, bold = DEJAVU_SANS[word]
    assert regular <= width(word, size=1) <= 1.25 * regular
    assert bold <= width(word, size=1, bold=True) <= 1.25 * bold


@pytest.mark.parametrize("text", ["one two three", "x" * 300, "a/b-c_d" * 20, "", " ", "発行" * 40])
def test_wrapping_loses_no_character_and_keeps_the_limit(text: str) -> None:
    lines = wrap(text, limit=90, size=13)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line, size=13) <= 90 for line in lines)


def test_lines_break_between_words_before_they_break_words() -> None:
    assert wrap("every night at 02:00 UTC", limit=100, size=11) == ["every night at", "02:00 UTC"]
    assert wrap("push to release/candidate", limit=100, size=11) == ["push to release/", "candidate"]
    assert wrap("commit on release/*, hotfix/*", limit=115, size=11) == ["commit on", "release/*, hotfix/*"]


def test_a_word_that_is_too_long_breaks_before_a_capital() -> None:
    assert wrap("TestUnlessHotfix", limit=154, size=15, bold=True) == ["TestUnless", "Hotfix"]
    assert wrap("Source · CodeCommit", limit=100, size=11) == ["Source ·", "CodeCommit"], "it fits on a line of its own"


def test_cleaned_text_is_one_line_that_xml_can_carry() -> None:
    assert clean("  a\n\tb\x00c\ud800 ") == "a b c"
