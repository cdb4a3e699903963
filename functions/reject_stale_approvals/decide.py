"""The decisions of `reject_stale_approvals`: plain values in, plain values out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from pipeline_job.announcement import Announcement
from pipeline_job.answer import shortened
from pipeline_job.failures import RefusedError
from pipeline_job.values import fixed_values, text_of, texts_of
from release_manifest.executions import IN_PROGRESS, Execution
from repository_events.event import Event, optional_text

STAGE_CHANGE = "CodePipeline Stage Execution State Change"

PASSED = frozenset({"SUCCEEDED", "SKIPPED"})
"""States of a stage, in the words of its events, after which an execution waits for the next."""

REASON_LIMIT = 200
"""https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_StopPipelineExecution.html, in characters."""


class TooEarlyError(Exception):
    """The event is ahead of what CodePipeline answers, or CodePipeline is busy; the next try will see."""


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What is fixed for the function; the package says what each is."""

    pipeline: str
    stage: str
    variable: str
    branches: bool
    tags: tuple[str, ...]
    topic: str

    @classmethod
    def parse(cls, text: str) -> "Parameters":
        """Read the variable `PARAMETERS`.

        Raises:
            RefusedError: not JSON, a key missing or unknown, or a value that makes no sense.
        """
        values = fixed_values(text, needed=cls.__dataclass_fields__)
        variable, branches = values["variable"], values["branches"]
        if not isinstance(variable, str):
            raise RefusedError("Parameter `variable` must be a text; it may be empty.")
        if not isinstance(branches, bool):
            raise RefusedError("Parameter `branches` must be true or false.")
        return cls(
            pipeline=text_of(values, "pipeline"),
            stage=text_of(values, "stage"),
            variable=variable,
            branches=branches,
            tags=texts_of(values, "tags"),
            topic=text_of(values, "topic"),
        )


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How it stands at the stage with the approvals.

    Args:
        execution: the one that is in the stage, and in progress; empty where none is.
        asked: the approvals that wait for an answer.
        answered: those of it that have one already.
        behind: the executions that wait to enter.
        before: the stage before it.
    """

    execution: str
    asked: tuple[str, ...]
    answered: tuple[str, ...]
    behind: tuple[str, ...]
    before: str

    @property
    def open(self) -> bool:
        """Whether people are asked and nobody has answered."""
        return bool(self.execution and self.asked and not self.answered)


def waiting(state: Mapping[str, Any], *, stage: str) -> Waiting:
    """Read the state of a pipeline
    (https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetPipelineState.html).

    An approval that waits has a token; a run without one is no approval, or is over.

    Raises:
        RefusedError: the pipeline has no such stage.
    """
    stages = state.get("stageStates", ())
    names = [one.get("stageName", "") for one in stages]
    if stage not in names:
        raise RefusedError(f"The pipeline has no stage {stage}.")
    place = names.index(stage)
    found = stages[place]
    latest = found.get("latestExecution", {})
    runs = {one.get("actionName", ""): one.get("latestExecution", {}) for one in found.get("actionStates", ())}
    behind = [one["pipelineExecutionId"] for one in found.get("inboundExecutions", ())]
    if single := found.get("inboundExecution", {}).get("pipelineExecutionId"):
        behind.append(single)
    return Waiting(
        execution=latest.get("pipelineExecutionId", "") if latest.get("status") == IN_PROGRESS else "",
        asked=tuple(name for name, run in runs.items() if run.get("status") == IN_PROGRESS and run.get("token")),
        answered=(),
        behind=tuple(dict.fromkeys(one for one in behind if one != latest.get("pipelineExecutionId"))),
        before=names[place - 1] if place else "",
    )


def is_ahead(event: Event, found: Waiting, *, newer: Execution) -> bool:
    """Whether the event says that an execution came as far as the stage, and CodePipeline doesn't show it there yet."""
    detail = event.detail
    return (
        event.type == STAGE_CHANGE
        and optional_text(detail, "stage") == found.before
        and optional_text(detail, "state") in PASSED
        and newer.status == IN_PROGRESS
        and newer.id not in {found.execution, *found.behind}
    )


def line_of(branch: str, *, tags: Iterable[str]) -> str:
    """What a revision succeeds on: its branch, or the pattern of its tag, for `v1.3` follows `v1.2`."""
    return next((pattern for pattern in tags if fnmatchcase(branch, pattern)), branch)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An execution, and what its revision succeeds on."""

    execution: Execution
    line: str


def successor(old: Candidate, others: Sequence[Candidate]) -> Candidate | None:
    """The execution that makes the old one stale, None where none does."""
    for other in reversed(others):
        if _succeeds(other, old):
            return other
    return None


def _succeeds(new: Candidate, old: Candidate) -> bool:
    if new.execution.status != IN_PROGRESS or new.execution.rollback_of or old.execution.rollback_of:
        # To bring back an older release is a person's decision.
        return False
    if not new.execution.revision or new.execution.revision == old.execution.revision or new.line != old.line:
        return False
    made, before = new.execution.made_at, old.execution.made_at
    return made is None or before is None or made >= before


def reason(old: Execution, new: Execution) -> str:
    """Why the execution is stopped, as CodePipeline shows it."""
    return shortened(
        f"Approval withdrawn: {new.revision} waits behind {old.revision} (execution {new.id})", limit=REASON_LIMIT
    )


def too_late(old: Execution, answered: Sequence[str], *, pipeline: str) -> Announcement:
    """What people are told when an answer came in the very moment of the stop."""
    return Announcement(
        subject=f"{pipeline}: an approval was withdrawn while it was answered",
        message=(
            f"{', '.join(answered)} of {pipeline} was answered for {old.revision} in the moment in which it was "
            "withdrawn for a newer revision. Nothing was deployed. If that revision is wanted all the same, start the "
            "pipeline with it again."
        ),
    )
