"""Which commits a release has and the one before it hadn't: Git's `old..new`, read from CodeCommit.

CodeCommit has no log, only commits with their parents, so the history is walked from both ends.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline_job.failures import RefusedError
from release_manifest import Person

MOST_COMMITS = 1000
"""Commits that are read; so many take CodeCommit about a minute, and a function has two."""

BATCH = 100
"""https://docs.aws.amazon.com/codecommit/latest/APIReference/API_BatchGetCommits.html"""

_NEW, _OLD = 1, 2

_TOGETHER = re.compile(
    r"^co-authored-by:\s*(?P<name>[^<\n]*?)\s*<(?P<email>[^>\n]+)>\s*$", re.IGNORECASE | re.MULTILINE
)
"""How a commit that was squashed, or written by two, names the others."""


@dataclass(frozen=True, kw_only=True)
class Commit:
    """One commit.

    Args:
        time: when it was committed, in seconds since 1970; orders the walk, and decides nothing.
    """

    id: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    time: int
    message: str

    @property
    def people(self) -> tuple[Person, ...]:
        """Whoever wrote it, committed it, or is named as an author besides."""
        others = (Person(name=one["name"], email=one["email"]) for one in _TOGETHER.finditer(self.message))
        return (self.author, self.committer, *others)


@dataclass(frozen=True, kw_only=True)
class History:
    """What is new, newest first.

    Args:
        complete: whether that is all of it.
    """

    commits: tuple[Commit, ...]
    complete: bool

    @property
    def people(self) -> tuple[Person, ...]:
        """Whoever had a hand in any of it, each once."""
        return tuple(dict.fromkeys(one for commit in self.commits for one in commit.people))


Read = Callable[[Sequence[str]], Iterable[Commit]]
"""Reads commits by their ids, at most `BATCH` at once; those that aren't there are missing in the answer."""


def new_commits(new: str, old: str, *, read: Read, limit: int = MOST_COMMITS) -> History:
    """The commits that can be reached from `new` and not from `old`, and `new` itself whatever `old` is.

    A clock that goes wrong can make it too many, never too few: a commit is left out only when it was reached from
    `old`.

    Args:
        new, old: ids. Without `old` everything is new, as at a first release; then the newest `limit` commits are
            all of it.
        read: reads commits.
        limit: how many are read at most.

    Raises:
        RefusedError: there is no commit `new`.
    """
    commits: dict[str, Commit] = {}
    marks = {new: _NEW}
    if old:
        marks[old] = marks.get(old, 0) | _OLD
    waiting, complete = set(marks), True
    while any(marks[one] == _NEW for one in waiting):
        wanted = sorted(waiting - commits.keys())[:BATCH]
        if wanted and len(commits) + len(wanted) > limit:
            complete = not old
            break
        commits |= {one.id: one for one in read(wanted)} if wanted else {}
        if new not in commits:
            raise RefusedError(f"The repository has no commit {new}.")
        if missing := {one for one in wanted if one not in commits}:
            # Of a history that was rewritten, what is left can't tell what was released.
            complete = False
            waiting -= missing
            continue
        newest = max(waiting & commits.keys(), key=lambda one: (commits[one].time, one))
        waiting.remove(newest)
        for parent in commits[newest].parents:
            mark = marks.get(parent, 0) | marks[newest]
            if mark != marks.get(parent):
                marks[parent] = mark
                waiting.add(parent)
    own = commits[new] if new in commits else _only(new, read)
    fresh = [one for one in commits.values() if marks[one.id] == _NEW and one.id != new]
    return History(commits=(own, *sorted(fresh, key=lambda one: (-one.time, one.id))), complete=complete)


def _only(identity: str, read: Read) -> Commit:
    """One commit: that of a release which runs already."""
    for commit in read([identity]):
        return commit
    raise RefusedError(f"The repository has no commit {identity}.")


def codecommit_reader(repository: str, *, client: Any) -> Read:
    """Reads commits of a repository of CodeCommit."""

    def read(ids: Sequence[str]) -> Iterable[Commit]:
        answer = client.batch_get_commits(repositoryName=repository, commitIds=list(ids))
        return [_commit(one) for one in answer.get("commits", ())]

    return read


def _commit(found: Mapping[str, Any]) -> Commit:
    committer = found.get("committer", {})
    # Seconds since 1970 and the zone, as Git stores it: `1484167798 -0800`.
    seconds, *_ = committer.get("date", "").split() or ["0"]
    return Commit(
        id=found["commitId"],
        parents=tuple(found.get("parents", ())),
        author=_person(found.get("author", {})),
        committer=_person(committer),
        time=int(seconds) if seconds.isdigit() else 0,
        message=found.get("message", ""),
    )


def _person(found: Mapping[str, str]) -> Person:
    return Person(name=found.get("name", ""), email=found.get("email", ""))
