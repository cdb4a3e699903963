"""The decisions of `record_release`: plain values in, plain values out."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from deployments.sight import Course
from pipeline_job.answer import shortened
from pipeline_job.branches import matches_any
from pipeline_job.failures import RefusedError
from pipeline_job.values import fixed_values, patterns_of, text_of, texts_of
from record_release.deployed import deployments
from release_ledger.infrastructure import Running
from release_ledger.record import (
    Approval,
    Artifact,
    FunctionArtifact,
    Kind,
    Outcome,
    Release,
    Source,
    StoredArtifact,
    release_id,
    written,
)
from release_manifest.attempts import Attempt
from release_manifest.executions import SUCCEEDED, ActionRun, Execution
from repository_events.event import Event, optional_text, text_in

STAGE_ENDED = "CodePipeline Stage Execution State Change"
DEPLOYMENT_ENDED = "CodeDeploy Deployment State-change Notification"
EVERY_HOUR = "Scheduled Event"

PIPELINES = "pipelines.json"
"""The file beside the handler that says which pipelines there are: the variables of a function end at 4 KB."""

LOOK_BACK = timedelta(days=2)
"""How far back an hourly visit looks: a day off of EventBridge, and a day for whoever mends it."""

ROLLBACK_GRACE = timedelta(minutes=2)
"""How long after a failure CodeDeploy's own rollback may take to show up."""

REASON_LIMIT = 1_000
"""In characters: what a person reads of a failure in the ledger."""

STOPPED = frozenset({"Stopped", "Stopping"})


@dataclass(frozen=True, kw_only=True)
class Line:
    """A pipeline and what is known of it; the package says what each is."""

    name: str
    application: str
    stage: str
    actions: tuple[str, ...]
    repository: str
    releases: str
    variable: str
    hotfix: tuple[str, ...]

    @property
    def main(self) -> str:
        """The action that deploys to the main group, empty where none deploys."""
        return next(iter(self.actions), "")


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What is fixed for the function; the package says what each is."""

    environment: str
    ledger: str
    version: str
    pipelines: Mapping[str, Line]
    topic: str

    @classmethod
    def parse(cls, text: str, *, pipelines: str) -> "Parameters":
        """Read the variable `PARAMETERS`, and the file beside the handler.

        Raises:
            RefusedError: not JSON, a key missing or unknown, or a value that makes no sense.
        """
        values = fixed_values(text, needed=set(cls.__dataclass_fields__) - {"pipelines"})
        try:
            lines = json.loads(pipelines)
        except ValueError as error:
            raise RefusedError(f"{PIPELINES} is not JSON.") from error
        if not isinstance(lines, Mapping):
            raise RefusedError(f"{PIPELINES} must be an object.")
        said = {key: text_of(values, key) for key in ("environment", "ledger", "version", "topic")}
        return cls(**said, pipelines={name: _line(name, told) for name, told in lines.items()})


def _line(name: str, told: object) -> Line:
    needed = set(Line.__dataclass_fields__) - {"name"}
    if not isinstance(told, Mapping) or set(told) != needed:
        raise RefusedError(f"`{name}` in {PIPELINES} must have exactly the keys {sorted(needed)}.")
    texts = {key: told[key] for key in needed - {"actions", "hotfix"}}
    if wrong := sorted(key for key, value in texts.items() if not isinstance(value, str)):
        raise RefusedError(f"`{name}` in {PIPELINES} must have texts for {wrong}.")
    return Line(name=name, actions=texts_of(told, "actions"), hotfix=patterns_of(told, "hotfix"), **texts)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What to look at.

    Args:
        lines: the pipelines.
        execution: in that one alone, whose stage has ended as the event says; empty for every recent one.
        succeeded: whether it has ended well, which no later attempt can change.
    """

    lines: tuple[Line, ...]
    execution: str = ""
    succeeded: bool = False


def question(event: Event, *, parameters: Parameters) -> Question | None:
    """What an event makes worth looking at; None where it is none of ours.

    Raises:
        RefusedError: a key is missing; the message names it.
    """
    if event.type == EVERY_HOUR:
        return Question(lines=tuple(parameters.pipelines.values()))
    if event.type == DEPLOYMENT_ENDED:
        line = parameters.pipelines.get(text_in(event.detail, "application"))
        return Question(lines=(line,)) if line else None
    if event.type != STAGE_ENDED:
        return None
    line = parameters.pipelines.get(text_in(event.detail, "pipeline"))
    if line is None or optional_text(event.detail, "stage") != line.stage:
        return None
    succeeded = text_in(event.detail, "state") == "SUCCEEDED"
    return Question(lines=(line,), execution=text_in(event.detail, "execution-id"), succeeded=succeeded)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An execution as CodePipeline lists it.

    Args:
        changed: when it last changed.
        stopped: why it was stopped, as whoever did it has said.
    """

    id: str
    status: str
    changed: datetime
    stopped: str = ""

    @classmethod
    def of(cls, summary: Mapping[str, Any]) -> "Listed":
        """What CodePipeline lists
        (https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineExecutionSummary.html)."""
        begun = summary.get("startTime") or datetime.min.replace(tzinfo=UTC)
        return cls(
            id=summary["pipelineExecutionId"],
            status=summary.get("status", ""),
            changed=summary.get("lastUpdateTime") or begun,
            stopped=summary.get("stopTrigger", {}).get("reason", ""),
        )


def outcome(attempt: Attempt, course: Course | None, *, listed: Listed, line: Line, now: datetime) -> Outcome | None:
    """How an attempt ended; None while CodeDeploy still brings back what ran before.

    Args:
        attempt: one that is over.
        listed: its execution.
        line: its pipeline.
        course: what has become of its deployment of the main group, None where it has none or that has succeeded.
        now: the time.
    """
    if attempt.succeeded:
        # Whoever stops an execution and waits lets the action end that runs, and no other begin.
        cut = listed.status in STOPPED and attempt.last and set(line.actions) - {run.action for run in attempt.all}
        return Outcome.STOPPED if cut else Outcome.SUCCEEDED
    if not attempt.failed:
        return Outcome.STOPPED
    if course is None or course.deployment is None:
        return Outcome.FAILED
    own, back = course.deployment, course.rollback
    if back:
        ended = Outcome.ROLLED_BACK if back.succeeded else Outcome.FAILED
        return None if back.running else ended
    expected = own.rolls_back and own.completed and now - own.completed < ROLLBACK_GRACE
    return None if expected else Outcome.FAILED


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The execution that a release came by, and what is known of its source.

    Args:
        execution: the one that deployed.
        listed: the same, as it is listed.
        runs: every run of its actions.
        digest: SHA-256 of what it delivers, where an action has computed it.
        source: what was built.
    """

    execution: Execution
    listed: Listed
    runs: Sequence[ActionRun] = field(repr=False)
    digest: str
    source: Source


def kind_of(origin: Origin, artifact: Artifact | None, before: Release | None, *, line: Line) -> Kind:
    """Why it was deployed.

    Args:
        origin: what deployed it.
        artifact: what it deployed.
        before: the release that ran before, None where none did.
        line: its pipeline.
    """
    if origin.execution.rollback_of:
        return Kind.ROLLBACK
    if before and _same(origin.source, artifact, before):
        return Kind.REDEPLOYMENT
    if matches_any(origin.source.branch, line.hotfix):
        return Kind.HOTFIX
    return Kind.DEPLOYMENT


def _same(source: Source, artifact: Artifact | None, before: Release) -> bool:
    """Whether what is deployed runs already. Digests decide; where one isn't known, the commits do."""
    old = before.artifact
    if isinstance(artifact, FunctionArtifact) or isinstance(old, FunctionArtifact):
        return artifact == old
    if isinstance(artifact, StoredArtifact) and isinstance(old, StoredArtifact) and artifact.sha256 and old.sha256:
        return artifact.sha256 == old.sha256
    return bool(source.commit) and source.commit == before.source.commit


def release_of(
    attempt: Attempt,
    ended: Outcome,
    *,
    origin: Origin,
    artifact: Artifact | None,
    before: Release | None,
    running: Running,
    line: Line,
) -> Release:
    """The record of an attempt that is over."""
    return Release(
        release=release_id(line.application, attempt.ended),
        application=line.application,
        stack=running.infrastructure.stack,
        outcome=ended,
        kind=kind_of(origin, artifact, before, line=line),
        begun=written(attempt.begun),
        finished=written(attempt.ended),
        artifact=artifact,
        infrastructure=running.infrastructure,
        source=origin.source,
        configuration=running.configuration,
        approvals=tuple(_approvals(origin.runs, until=attempt.begun)),
        pipeline=line.name,
        execution=origin.execution.id,
        deployments=deployments(attempt),
        reason=_reason(attempt, origin),
        by=origin.execution.started_by or origin.execution.trigger,
        rollback_of=origin.execution.rollback_of,
    )


def _approvals(runs: Iterable[ActionRun], *, until: datetime) -> Iterable[Approval]:
    given = [run for run in runs if run.category == "Approval" and run.status == SUCCEEDED]
    for run in given:
        if run.begun and run.begun <= until:
            at = written(run.ended) if run.ended else ""
            yield Approval(name=run.action, by=run.by, at=at, summary=run.summary)


def _reason(attempt: Attempt, origin: Origin) -> str:
    failed = [run.reason or f"{run.action} failed" for run in attempt.runs if run.status == "Failed"]
    told = [*failed, origin.listed.stopped]
    if origin.execution.rollback_of and not failed:
        automatic = origin.execution.trigger == "AutomatedRollback"
        told.append("CodePipeline rolled the stage back, for it had failed" if automatic else "A person rolled back")
    return shortened("; ".join(one for one in told if one), limit=REASON_LIMIT)
