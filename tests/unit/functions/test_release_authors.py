"""Who made a release: by the history between two commits, as complete as it can be known and never more than that."""

from collections.abc import Iterable, Mapping

from release_manifest import Person
from release_manifest.history import Commit, Fetch, authors_since

SHAPE = {
    # A line, a branch off its middle that was merged, and a hotfix that left before all of it.
    "a": (1, ()),
    "b": (2, ("a",)),
    "c": (3, ("b",)),
    "d": (4, ("b",)),
    "merge": (5, ("c", "d")),
    "hotfix": (9, ("a",)),
}
"""Names of commits to their time and parents; each is written by a person of its name."""


def person(name: str) -> Person:
    return Person(name=name, email=f"{name}@example.com")


def history(shape: Mapping[str, tuple[int, tuple[str, ...]]] = SHAPE, *, asked: list[str] | None = None) -> Fetch:
    def fetch(ids: Iterable[str]) -> Mapping[str, Commit]:
        wanted = list(ids)
        if asked is not None:
            asked.extend(wanted)
        return {
            one: Commit(id=one, time=shape[one][0], parents=shape[one][1], people=(person(one),))
            for one in wanted
            if one in shape
        }

    return fetch


def named(last: str, newest: str, *, fetch: Fetch | None = None, most: int = 100) -> tuple[list[str], bool]:
    found = authors_since(last, newest, fetch=fetch or history(), most=most)
    return [one.name for one in found.people], found.complete


def test_everyone_between_two_commits_is_named_on_every_branch_that_was_merged() -> None:
    assert named("b", "merge") == (["c", "d", "merge"], True)


def test_what_the_release_before_had_from_another_branch_is_not_named_again() -> None:
    assert named("c", "merge") == (["d", "merge"], True)
    assert named("merge", "hotfix") == (["hotfix"], True)


def test_an_older_commit_than_the_one_before_has_nobody_new() -> None:
    assert named("merge", "c") == ([], True)
    assert named("c", "c") == ([], True)


def test_a_first_release_is_everyones_who_ever_wrote() -> None:
    assert named("", "d") == (["a", "b", "d"], True)


def test_history_is_followed_no_further_than_to_the_release_before() -> None:
    line = {str(one): (one, (str(one - 1),)) for one in range(1, 60)} | {"0": (0, ())}
    asked: list[str] = []
    assert named("50", "53", fetch=history(line, asked=asked)) == (["51", "52", "53"], True)
    assert "40" not in asked


def test_a_history_too_long_is_given_up_and_says_so() -> None:
    line = {str(one): (one, (str(one - 1),)) for one in range(1, 60)} | {"0": (0, ())}
    people, complete = named("0", "59", fetch=history(line), most=10)
    assert "59" in people
    assert not complete


def test_commits_that_are_not_there_any_more_leave_authors_open() -> None:
    assert named("gone", "d") == (["a", "b", "d"], False)
    assert named("a", "gone") == ([], False)
    assert named("", "d", fetch=history({"d": (4, ("b",))})) == (["d"], False)


def test_with_wrong_clocks_somebody_too_many_may_be_named_and_nobody_is_missing() -> None:
    wrong = {"a": (99, ()), "b": (98, ("a",)), "last": (1, ("b",)), "new": (2, ("b",))}
    people, _ = named("last", "new", fetch=history(wrong))
    assert "new" in people


def test_one_address_is_one_person() -> None:
    people = (Person(name="Jane Doe", email="JANE@example.com"), Person(name="jane", email="jane@example.com"))

    def fetch(ids: Iterable[str]) -> Mapping[str, Commit]:
        return {one: Commit(id=one, time=1, parents=(), people=people) for one in ids}

    assert authors_since("", "a", fetch=fetch).people == people[:1]
