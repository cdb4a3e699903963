"""The decisions of `gather_evidence`: plain values in, plain values out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline_job.answer import shortened
from pipeline_job.values import count_of, told_values
from release_evidence.people import name_of
from release_evidence.release import Release, Subject
from release_manifest import Person, Proof
from release_manifest.executions import SUCCEEDED

MOST_NAMED = 5
"""Authors that are named where room is short."""

LONGEST_LINE = 120
"""Of a commit's message, in characters."""


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What the function is told; the package says what each is."""

    execution: str
    subject: Subject
    room: int

    @classmethod
    def parse(cls, text: str, *, fixed: str = "") -> "Parameters":
        """Read the action's `UserParameters`, together with what is fixed for the function.

        Raises:
            RefusedError: not JSON, a key missing, unknown or said twice, or a value that makes no sense.
        """
        values = told_values(text, fixed=fixed, needed={"execution", "room", *Subject.__dataclass_fields__})
        return cls(execution=str(values["execution"]), subject=Subject.of(values), room=count_of(values, "room"))


def evidence(release: Release, *, room: int, overview: str) -> Mapping[str, str]:
    """The variables, none of them empty.

    Args:
        release: what was found.
        room: how many characters `text` may have.
        overview: the page of the execution, for what has no room.
    """
    return {
        "text": text(release, room=room, overview=overview),
        "commit": release.revision or "unknown",
        "authors": authors(release, most=len(release.authors)),
        "branch": release.branch or "no branch",
        "tag": release.tag or "no tag",
        "running": release.running or "nothing",
        "diff": release.diff or "no page shows it",
        "link": release.link or "no page shows it",
        "tests": "; ".join(_proof(one) for one in release.tests) or "none",
        "startedBy": started_by(release),
    }


def text(release: Release, *, room: int, overview: str) -> str:
    """What the approver reads, in as much room as there is.

    Whatever the room, the revision comes first, then its authors, the difference and the tests. What is left out first
    is what the page of the execution shows as well: the addresses of reports, then the names of many authors.
    """
    everybody = len(release.authors)
    for links, most in ((True, everybody), (False, everybody), (False, MOST_NAMED)):
        lines = [
            _revision(release),
            f"Authors: {authors(release, most=most)}",
            _change(release),
            f"Tests passed: {_tests(release.tests, links=links, overview=overview)}",
            f"Started by: {started_by(release)}",
        ]
        said = "\n".join(lines)
        if len(said) <= room:
            return said
    return shortened(said, limit=room)


def authors(release: Release, *, most: int) -> str:
    """Whoever had a hand in it, and why somebody may be missing."""
    named = list(dict.fromkeys(_person(one) for one in release.authors))
    said = ", ".join(named[:most])
    if len(named) > most:
        said = f"{said} and {len(named) - most} more"
    if release.unknown:
        return f"{said}; not all are known: {release.unknown}" if said else f"not known: {release.unknown}"
    return said or "nobody new"


def started_by(release: Release) -> str:
    """Who started it, here and where it was built."""
    people = list(dict.fromkeys(name for one in release.starters if (name := name_of(one.principal))))
    if people:
        return ", ".join(people)
    return "nobody can tell" if any(one.by_hand for one in release.starters) else "an event"


def _revision(release: Release) -> str:
    said = f"{'Commit' if is_commit(release.revision) else 'Revision'}: {release.revision or 'unknown'}"
    if release.tag:
        said += f", tag {release.tag}"
    if release.branch:
        said += f", of {release.branch}"
    return f"{said}\n{shortened(release.message, limit=LONGEST_LINE)}" if release.message else said


def _change(release: Release) -> str:
    if not release.running:
        return "Running now: nothing that this pipeline deployed"
    if release.running == release.revision:
        return "Running now: the same"
    said = f"Running now: {_short(release.running)}"
    return f"{said}\nChanges: {release.diff}" if release.diff else said


def is_commit(revision: str) -> bool:
    """Whether it is the id of a commit, and no object's version or image's digest."""
    return len(revision) == 40 and all(sign in "0123456789abcdef" for sign in revision)


def _short(revision: str) -> str:
    return revision[:12] if is_commit(revision) else revision


def _tests(tests: Sequence[Proof], *, links: bool, overview: str) -> str:
    if not tests:
        return "none"
    if links:
        return "\n".join(_proof(one) for one in tests)
    names = ", ".join(_proof(replace(one, report="")) for one in tests)
    return f"{names}; reports: variable tests of GatherEvidence, {overview}"


def _proof(one: Proof) -> str:
    """A test with its report. It has passed, or nobody would be asked; what AWS says otherwise is said."""
    name = one.name if one.status == SUCCEEDED else f"{one.name} ({one.status})"
    return f"{name} {one.report}" if one.report else name


def _person(person: Person) -> str:
    return person.name or person.email or "somebody without a name"
