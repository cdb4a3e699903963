"""Everyone whose change is in one commit and was not in another, by the history of the repository."""

import heapq
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from release_manifest.manifest import Person

_TOGETHER = re.compile(
    r"^co-authored-by:\s*(?P<name>[^<\n]*?)\s*<(?P<email>[^>\n]+)>\s*$", re.IGNORECASE | re.MULTILINE
)
"""How a commit that was squashed, or written by two, names the others."""

MOST_COMMITS = 500
"""How many commits are looked at. Each is a call, and about a quarter of a minute is what all of them may take."""


@dataclass(frozen=True, kw_only=True)
class Commit:
    """A commit of a repository.

    Args:
        id: its id.
        time: when it was committed, in seconds since 1970.
        parents: ids of those before it.
        people: who wrote it, who committed it, and whom it names as an author besides.
        message: of the commit.
    """

    id: str
    time: int
    parents: tuple[str, ...]
    people: tuple[Person, ...]
    message: str = ""


Fetch = Callable[[Iterable[str]], Mapping[str, Commit]]
"""Looks commits up by their ids; one that isn't there any more is left out."""


@dataclass(frozen=True, kw_only=True)
class Authors:
    """Who made a release.

    Args:
        people: those who are known.
        complete: whether there can be no other.
    """

    people: tuple[Person, ...] = ()
    complete: bool = False


def authors_since(last: str, newest: str, *, fetch: Fetch, most: int = MOST_COMMITS) -> Authors:
    """Everyone whose change is in `newest` and not in `last`.

    The newest commit is looked at first, on both sides, until nothing is left that `last` doesn't have. Where clocks
    were wrong, somebody too many may be named; nobody is missing.

    Args:
        last: what was released before, empty where nothing was: then it is the whole history, or the newest `most` of
            it, for nobody could release an old repository otherwise.
        newest: what is released now.
        fetch: looks commits up.
        most: after how many it gives up, and says so.
    """
    known = dict(fetch([one for one in (newest, last) if one]))
    if newest not in known:
        return Authors()
    had, people = ({last} if last in known else set()), dict[Person, None]()
    queue = [(-known[one].time, one) for one in {newest, *had}]
    heapq.heapify(queue)
    seen = {one for _, one in queue}
    while any(one not in had for _, one in queue):
        commit = known[heapq.heappop(queue)[1]]
        if commit.id in had:
            had.update(commit.parents)
        else:
            people.update(dict.fromkeys(commit.people))
        if len(seen) > most:
            return Authors(people=_one_each(people), complete=not last)
        known |= fetch([one for one in commit.parents if one not in known])
        for parent in commit.parents:
            if parent not in known:
                return Authors(people=_one_each(people))
            if parent not in seen:
                seen.add(parent)
                heapq.heappush(queue, (-known[parent].time, parent))
    # A commit that was released and is there no more leaves it open what it had.
    return Authors(people=_one_each(people), complete=not last or last in known)


def _one_each(people: Iterable[Person]) -> tuple[Person, ...]:
    """One address is one person, whatever name it goes by."""
    found: dict[str, Person] = {}
    for person in people:
        found.setdefault(person.email.casefold() or person.name, person)
    return tuple(sorted(found.values(), key=lambda person: (person.name, person.email)))


def codecommit_history(client: Any, *, repository: str) -> Fetch:
    """Looks commits of a CodeCommit repository up
    (https://docs.aws.amazon.com/codecommit/latest/APIReference/API_BatchGetCommits.html)."""

    def fetch(ids: Iterable[str]) -> Mapping[str, Commit]:
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        answer = client.batch_get_commits(repositoryName=repository, commitIds=wanted)
        return {found["commitId"]: _commit(found) for found in answer["commits"]}

    return fetch


def _commit(found: Mapping[str, Any]) -> Commit:
    sides = [found.get(side, {}) for side in ("author", "committer")]
    # As Git writes it: seconds since 1970 and the zone.
    moment = str(sides[1].get("date", "0")).split()
    message = str(found.get("message", ""))
    others = [Person(name=one["name"], email=one["email"]) for one in _TOGETHER.finditer(message)]
    return Commit(
        id=found["commitId"],
        time=int(moment[0]) if moment and moment[0].isdigit() else 0,
        parents=tuple(found.get("parents", ())),
        people=tuple(
            dict.fromkeys(
                [
                    *(
                        Person(name=str(side.get("name", "")), email=str(side.get("email", "")))
                        for side in sides
                        if side.get("name") or side.get("email")
                    ),
                    *others,
                ]
            )
        ),
        message=message,
    )
