"""What a release was made from, as far as its pipeline, its repository or its manifest tells."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from release_ledger.record import Source, written
from release_manifest import Manifest, Person
from release_manifest.executions import ActionRun, Execution
from release_manifest.history import Commit

ADMISSION = "AdmitRelease"
"""The action that computes the digest of what was promoted."""


def digest_told(runs: Iterable[ActionRun]) -> str:
    """The digest that was computed when a promoted release was admitted, empty where none was."""
    return next((run.variables["DIGEST"] for run in runs if run.action == ADMISSION and "DIGEST" in run.variables), "")


def source_told(execution: Execution, runs: Iterable[ActionRun], *, variable: str) -> Source:
    """What the source action of an execution tells: of a connection the author of the newest commit.

    Args:
        execution: what it brings.
        runs: its actions.
        variable: the pipeline variable with the branch, empty where the source action says it.
    """
    told = next((run.variables for run in runs if run.category == "Source"), {})
    author = (told.get("AuthorDisplayName", ""), f"<{told['AuthorEmail']}>" if told.get("AuthorEmail") else "")
    name = " ".join(part for part in author if part)
    return Source(
        commit=execution.revision,
        tag=told.get("TagName", ""),
        branch=execution.variables.get(variable, "") if variable else told.get("BranchName", ""),
        committed=utc(told.get("CommitterDate") or told.get("AuthorDate", "")),
        authors=(name,) if name else (),
    )


def source_of_commit(told: Source, commit: Commit | None) -> Source:
    """The same with what the repository knows of the commit."""
    if commit is None:
        return told
    committed = written(datetime.fromtimestamp(commit.time, tz=UTC)) if commit.time else told.committed
    return replace(told, committed=committed, authors=tuple(signed(one) for one in commit.people))


def source_of_manifest(manifest: Manifest) -> Source:
    """What the manifest of a promoted release tells."""
    return Source(
        commit=manifest.commit,
        tag=manifest.tag,
        branch=manifest.branch,
        committed=utc(manifest.committed_at),
        authors=tuple(signed(one) for one in manifest.authors),
    )


def signed(person: Person) -> str:
    """A person as Git writes one."""
    return " ".join(part for part in (person.name, f"<{person.email}>" if person.email else "") if part)


def utc(text: str) -> str:
    """A time as records have it; empty where the text is none."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return written(time if time.tzinfo else time.replace(tzinfo=UTC))
