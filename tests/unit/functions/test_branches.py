"""Branch patterns: what they take, and which ones a function refuses."""

import pytest

from pipeline_job.branches import branch_of, is_pattern, matches, matches_any


@pytest.mark.parametrize(
    ("branch", "pattern", "taken"),
    [
        ("main", "main", True),
        ("main2", "main", False),
        ("release/1.2", "release/*", True),
        ("release/a/b", "release/*", True),
        ("release/", "release/*", False),
        ("release", "release/*", False),
        ("releases/1.2", "release/*", False),
        ("my/release/1.2", "release/*", False),
        ("team/release/1.2", "team/release/*", True),
    ],
)
def test_a_pattern_is_an_exact_name_or_a_prefix(branch: str, pattern: str, taken: bool) -> None:
    assert matches(branch, pattern) is taken
    assert matches_any(branch, ("another", pattern)) is taken


def test_no_pattern_takes_nothing() -> None:
    assert not matches_any("main", ())


@pytest.mark.parametrize(
    "text", ["", "*", "/*", "rel*", "re*/x", "release/**", "a?b", "refs/heads/x", "/x", "a b", "[a]"]
)
def test_anything_else_is_no_pattern(text: str) -> None:
    assert not is_pattern(text)


def test_a_reference_written_in_full_is_the_same_branch() -> None:
    assert branch_of("refs/heads/release/1.2") == branch_of("release/1.2") == "release/1.2"
