"""Whose changes are new in a release, whatever the shape of the history; and who had a hand in them."""

import itertools
import random
from collections.abc import Iterable, Mapping, Sequence

import pytest

from release_manifest import Person
from release_manifest.history import Authors, Commit, authors_since, codecommit_history
from tests.unit.functions.fake_forge import REPOSITORY
from tests.unit.functions.fake_pipeline import FakePipeline


def graph(shape: Mapping[str, Sequence[str]], times: Mapping[str, int] | None = None) -> dict[str, Commit]:
    """Commits by id, each by a person of its own; a child is younger than its parents, unless `times` says not."""
    return {
        name: Commit(id=name, time=(times or {}).get(name, number), parents=tuple(parents), people=(Person(name=name),))
        for number, (name, parents) in enumerate(shape.items())
    }


def fresh(commits: Mapping[str, Commit], new: str, old: str, limit: int = 1000) -> Authors:
    def fetch(ids: Iterable[str]) -> Mapping[str, Commit]:
        return {one: commits[one] for one in ids if one in commits}

    return authors_since(old, new, fetch=fetch, most=limit)


def names(authors: Authors) -> set[str]:
    return {one.name for one in authors.people}


LINE = {"a": (), "b": "a", "c": "b", "d": "c"}
FORKED = {"a": (), "b": "a", "x": "a", "y": "x", "m": ("b", "y"), "n": "m"}


@pytest.mark.parametrize(
    ("shape", "new", "old", "expected"),
    [
        (LINE, "d", "b", {"c", "d"}),
        (LINE, "b", "a", {"b"}),
        (LINE, "d", "", {"a", "b", "c", "d"}),
        (FORKED, "n", "b", {"n", "m", "x", "y"}),
        (FORKED, "n", "y", {"n", "m", "b"}),
        (FORKED, "y", "b", {"x", "y"}),
        (FORKED, "m", "a", {"m", "b", "x", "y"}),
    ],
)
def test_what_is_new_is_what_cannot_be_reached_from_what_runs(
    shape: Mapping[str, Sequence[str]], new: str, old: str, expected: set[str]
) -> None:
    history = fresh(graph(shape), new, old)
    assert names(history) == expected
    assert history.complete


@pytest.mark.parametrize(("new", "old"), [("d", "d"), ("b", "d"), ("a", "d")])
def test_in_a_release_that_is_no_newer_than_what_runs_nothing_is_new(new: str, old: str) -> None:
    assert fresh(graph(LINE), new, old) == Authors(complete=True)


def reachable(shape: Mapping[str, Sequence[str]], start: str) -> set[str]:
    found, waiting = set(), [start]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(shape[one])
    return found


@pytest.mark.parametrize("seed", range(60))
def test_clocks_that_are_wrong_leave_nobody_out(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a history, not a secret
    shape: dict[str, list[str]] = {"c0": []}
    for number in range(1, 14):
        shape[f"c{number}"] = chance.sample(list(shape), k=min(len(shape), chance.choice([1, 1, 2])))
    for new, old in itertools.product(shape, repeat=2):
        must = reachable(shape, new) - reachable(shape, old)
        assert names(fresh(graph(shape), new, old)) == must
        times = {name: chance.randrange(5) for name in shape}
        assert names(fresh(graph(shape, times), new, old)) >= must


def test_a_history_that_is_too_long_is_said_to_be_incomplete() -> None:
    shape = {f"c{number}": [f"c{number - 1}"] if number else [] for number in range(30)}
    assert fresh(graph(shape), "c29", "c20", limit=12).complete
    assert not fresh(graph(shape), "c29", "c0", limit=12).complete


def test_at_a_first_release_the_newest_commits_are_all_that_is_asked_for() -> None:
    shape = {f"c{number}": [f"c{number - 1}"] if number else [] for number in range(30)}
    first = fresh(graph(shape), "c29", "", limit=12)
    assert first.complete
    assert {f"c{number}" for number in range(19, 30)} <= names(first)


def test_what_runs_may_be_gone_after_history_was_rewritten_and_then_nobody_knows() -> None:
    history = fresh(graph(LINE), "d", "gone")
    assert not history.complete
    assert names(history) == {"a", "b", "c", "d"}


def test_whoever_committed_or_is_named_as_an_author_besides_has_had_a_hand_in_it() -> None:
    aws = FakePipeline()
    message = "Fix\n\nCo-authored-by: Cy <cy@example.com>\nco-authored-by:  Di <di@example.com> \n"
    made = aws.record("a", author="Ann <ann@example.com>", committer="Bob <bob@example.com>", message=message)
    (found,) = codecommit_history(aws.clients.codecommit, repository=REPOSITORY)([made]).values()
    assert [one.name for one in found.people] == ["Ann", "Bob", "Cy", "Di"]
    assert found.message == message
