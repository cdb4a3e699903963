"""How often a stage ran in an execution, and how each time went: plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from release_manifest.executions import IN_PROGRESS, SUCCEEDED, ActionRun

FAILED = "Failed"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One time that the stage ran in an execution: the first, or after somebody has retried it.

    Args:
        runs: the actions that ran in it.
        known: those of attempts before it which didn't run again.
        last: whether no other attempt came after it.
    """

    runs: tuple[ActionRun, ...]
    known: tuple[ActionRun, ...] = ()
    last: bool = True

    @property
    def begun(self) -> datetime:
        """When its first action began."""
        return min(run.begun for run in self.runs if run.begun)

    @property
    def ended(self) -> datetime:
        """When its last action changed for the last time."""
        return max(run.ended or run.begun for run in self.runs if run.begun)

    @property
    def failed(self) -> bool:
        """Whether an action of it failed."""
        return any(run.status == FAILED for run in self.runs)

    @property
    def succeeded(self) -> bool:
        """Whether every action that ran in it has succeeded."""
        return all(run.status == SUCCEEDED for run in self.runs)

    @property
    def all(self) -> tuple[ActionRun, ...]:
        """Every action of the stage, as it stood at the end."""
        return (*self.known, *self.runs)

    @property
    def handed(self) -> tuple[str, str] | None:
        """Bucket and key of what the first action was handed that was handed anything."""
        return next((run.inputs[0] for run in self.all if run.inputs), None)

    def is_over(self, *, execution: str, runs: Iterable[ActionRun], told: bool = False) -> bool:
        """Whether the stage has come to an end.

        Args:
            execution: its status, in CodePipeline's word.
            runs: every run of its actions.
            told: whether an event has said that the stage succeeded.
        """
        if any(run.status == IN_PROGRESS for run in self.runs):
            return False
        # Between two actions of a stage nothing runs either: the next stage says that this one is over.
        stage = self.runs[0].stage
        later = any(run.stage != stage and run.begun and run.begun >= self.ended for run in runs)
        return not self.succeeded or not self.last or told or later or execution != IN_PROGRESS


def attempts(runs: Sequence[ActionRun], *, stage: str) -> list[Attempt]:
    """The attempts of a stage, in their order: where an action runs a second time, another attempt has begun."""
    found: list[list[ActionRun]] = []
    for run in (one for one in runs if one.stage == stage and one.begun):
        if not found or run.action in {one.action for one in found[-1]}:
            found.append([])
        found[-1].append(run)
    made: list[Attempt] = []
    for index, own in enumerate(found):
        again = {run.action for run in own}
        known = tuple(run for run in made[-1].all if run.action not in again) if made else ()
        made.append(Attempt(runs=tuple(own), known=known, last=index == len(found) - 1))
    return made
