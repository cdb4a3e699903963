"""The decisions of `merge_back`: plain values in, plain values out."""

from dataclasses import dataclass

from pipeline_job.announcement import Announcement
from pipeline_job.answer import shortened
from pipeline_job.console import console
from pipeline_job.values import fixed_values, text_of
from repository_events.client_token import client_token
from repository_events.event import ReferenceChange

TITLE_LIMIT, DESCRIPTION_LIMIT = 150, 10_240
"""https://docs.aws.amazon.com/codecommit/latest/APIReference/API_CreatePullRequest.html, in characters."""

FILES_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What is fixed for the function; the package says what each is."""

    repository: str
    main: str
    develop: str
    topic: str

    @classmethod
    def parse(cls, text: str) -> "Parameters":
        """Read the variable `PARAMETERS`.

        Raises:
            RefusedError: not JSON, a key missing or unknown, or a value that makes no sense.
        """
        values = fixed_values(text, needed=cls.__dataclass_fields__)
        return cls(**{key: text_of(values, key) for key in values})


@dataclass(frozen=True, kw_only=True)
class Heads:
    """Where both branches stand now, empty for a branch that doesn't exist."""

    main: str
    develop: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What a merge of main into develop would meet.

    Args:
        base: the last commit that both have, empty where nobody knows.
        conflicts: paths that conflict.
        unknown: why the conflicts aren't known, empty where they are.
    """

    base: str = ""
    conflicts: tuple[str, ...] = ()
    unknown: str = ""


@dataclass(frozen=True, kw_only=True)
class Request:
    """The pull request to open, and what people have to know first; None where nobody has to act."""

    title: str
    description: str
    token: str
    announcement: Announcement | None


def concerns(change: ReferenceChange, *, parameters: Parameters) -> bool:
    """Whether the event says that the main branch moved."""
    return (change.repository, change.kind, change.name) == (parameters.repository, "branch", parameters.main)


def without_develop(parameters: Parameters, *, region: str) -> Announcement:
    """What to say when there is nothing to merge back to."""
    page = console(f"codecommit/repositories/{parameters.repository}/branches", region=region)
    return Announcement(
        subject=f"{parameters.repository}: no branch {parameters.develop} to merge back to",
        message=(
            f"{parameters.main} of {parameters.repository} moved, but the repository has no branch "
            f"{parameters.develop} to bring that back to. Create it from {parameters.main}, or name the right branch "
            f"in the stack file.\n\n{page}"
        ),
    )


def contained(heads: Heads, comparison: Comparison) -> bool:
    """Whether develop has all that main has."""
    return heads.main in (heads.develop, comparison.base)


def request(heads: Heads, comparison: Comparison, *, parameters: Parameters, region: str) -> Request:
    """The pull request for the commit on which main stands."""
    main, develop = parameters.main, parameters.develop
    lines = [
        f"{main} has {heads.main[:8]}, which {develop} does not have: a release or a hotfix that was merged there."
    ]
    lines.append(
        f"Without it the next release would lose it. Merge this with a merge commit, so that {develop} has it."
    )
    trouble = _trouble(comparison, parameters=parameters)
    title = shortened(f"Merge {main} back into {develop}", limit=TITLE_LIMIT)
    page = console(f"codecommit/repositories/{parameters.repository}/pull-requests", region=region)
    return Request(
        title=title,
        description=shortened("\n\n".join([*lines, trouble] if trouble else lines), limit=DESCRIPTION_LIMIT),
        # One for each commit of main, whatever stands in the description by then.
        token=client_token(main, develop, heads.main),
        announcement=Announcement(
            subject=f"{parameters.repository}: {main} does not merge into {develop} by itself",
            message=f"{trouble}\n\nThe pull request “{title}” of {parameters.repository} waits for you:\n{page}",
        )
        if trouble
        else None,
    )


def _trouble(comparison: Comparison, *, parameters: Parameters) -> str:
    """What a person has to do before the merge; empty where nothing."""
    if comparison.unknown:
        return f"CodeCommit could not tell whether there are conflicts, so look before you merge: {comparison.unknown}"
    if not comparison.conflicts:
        return ""
    shown = [f"* {path}" for path in comparison.conflicts[:FILES_SHOWN]]
    more = len(comparison.conflicts) - len(shown)
    shown += [f"* and {more} more"] if more else []
    way = f"merge {parameters.main} into a branch of {parameters.develop}, solve them, and open a pull request from it"
    return "\n".join([f"These files conflict; {way}, or solve them in the console:", *shown])
