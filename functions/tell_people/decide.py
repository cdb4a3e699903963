"""The decisions of `tell_people`: plain values in, plain values out."""

from dataclasses import dataclass
from datetime import UTC

from notices.audience import Audience, audiences_of
from notices.execution import Execution, first_line, short, started_by
from notices.notice import Notice
from pipeline_job.answer import shortened
from pipeline_job.console import execution_page
from pipeline_job.failures import RefusedError
from pipeline_job.values import fixed_values, text_of
from repository_events.client_token import client_token
from repository_events.event import Event, optional_text, text_in

HAPPENING = "Delivery Happening"
"""The `detail-type` that the rules give to what they found."""

ENDS = ("failed", "succeeded", "superseded", "stopped")
"""How an execution can end."""

CANCELED = "CANCELED"
"""What CodePipeline says of an execution that it ended itself, because the pipeline was changed."""

REASON_LIMIT = 500
"""In characters: a reason is read before the rest."""


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What is fixed for the function; the package says what each is."""

    environment: str
    production: bool
    audiences: tuple[Audience, ...]
    topic: str

    @classmethod
    def parse(cls, text: str) -> "Parameters":
        """Read the variable `PARAMETERS`.

        Raises:
            RefusedError: not JSON, a key missing or unknown, or a value that makes no sense.
        """
        values = fixed_values(text, needed=cls.__dataclass_fields__)
        return cls(
            environment=text_of(values, "environment"),
            production=values["production"] is True,
            audiences=audiences_of(values),
            topic=text_of(values, "topic"),
        )

    def application(self, pipeline: str) -> str:
        """Whose pipeline it is."""
        return pipeline.removesuffix(f"-{self.environment}")


@dataclass(frozen=True, kw_only=True)
class Happening:
    """What a rule found; the package says what each is."""

    what: str
    pipeline: str
    execution: str
    stage: str
    action: str
    state: str
    time: str
    region: str

    @property
    def id(self) -> str:
        """The same each time that AWS tells of it."""
        return client_token(self.what, self.pipeline, self.execution, self.stage, self.action, self.state, self.time)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """The action that ended an execution, or the rule of a stage's condition that did."""

    stage: str
    action: str
    reason: str


def happening(event: Event) -> Happening | None:
    """What a rule found; None where the event tells of something else.

    Raises:
        RefusedError: a key is missing; the message names it.
    """
    if event.type != HAPPENING:
        return None
    detail = event.detail
    what = text_in(detail, "happening")
    if what not in (*ENDS, "approval-waits", "deployment", "drift"):
        raise RefusedError(f"Nobody knows what to say of the happening {what}.")
    return Happening(
        what=what,
        pipeline=text_in(detail, "pipeline"),
        execution=text_in(detail, "execution"),
        stage=optional_text(detail, "stage"),
        action=optional_text(detail, "action"),
        state=optional_text(detail, "state"),
        time=event.time.astimezone(UTC).isoformat(timespec="seconds"),
        region=event.region,
    )


def of_execution(
    found: Happening,
    *,
    parameters: Parameters,
    execution: Execution,
    failure: Failure | None = None,
    stopped: str = "",
) -> Notice:
    """What people are told of an execution that waits or ends.

    Args:
        found: what happened.
        execution: what is known of it.
        failure: which action ended it, where one has failed.
        stopped: why it was stopped, in the words of whoever did it.
    """
    application = parameters.application(found.pipeline)
    place = f"{application} in {parameters.environment}"
    version = short(execution.version) or "a version that isn't known"
    match found.what:
        case "approval-waits":
            kind, headline = "approval-needed", f"{place} waits for {found.action}"
            happened = (
                f"{version} has passed what comes before {found.stage} and waits for the approval {found.action}."
            )
            advice = (
                "Whoever may approve decides on the page of the pipeline. Nobody else has anything to do; unanswered, "
                "it fails when its time is over."
            )
        case "succeeded" if execution.rollback:
            kind, headline = "rolled-back", f"{place} was rolled back to {version}"
            happened = f"The release before runs again: {version}. {_rolled_back(execution)}"
            advice = "Find out what was wrong with the release that was taken back, before the next one."
        case "succeeded":
            kind, headline = "succeeded", f"{place} runs {version}"
            happened = f"Every stage of {found.pipeline} has succeeded with {version}."
            advice = "Nothing."
        case "superseded":
            kind, headline = "superseded", f"{place}: {version} was overtaken"
            happened = f"A newer execution has passed {version} on the way. It goes no further."
            advice = "Nothing: the newer one has its changes."
        case "stopped":
            kind, headline = "stopped", f"{place}: {version} was stopped"
            happened, advice = _stopped(found, version, stopped)
        case _:
            kind, headline, happened, advice = "failed", *_failed(found, place, version, execution, failure)
    return Notice(
        id=found.id,
        kind=kind,
        urgent=urgent(kind, parameters) and execution.trigger != "CreatePipeline",
        time=found.time,
        environment=parameters.environment,
        application=application,
        execution=found.execution,
        headline=headline,
        happened=happened,
        version=execution.version,
        change=first_line(execution.change),
        by=started_by(execution),
        link=execution_page(found.pipeline, found.execution, region=found.region),
        next=advice,
    )


def sentence(text: str) -> str:
    """What AWS or a person has said, on one line and with an end."""
    line = shortened(" ".join(text.split()), limit=REASON_LIMIT)
    return line if line.endswith((".", "…", "!", "?")) else f"{line}."


def urgent(kind: str, parameters: Parameters) -> bool:
    """What passes in quiet hours: somebody is waited for, or production isn't what it was meant to be."""
    return kind == "approval-needed" or (parameters.production and kind in {"failed", "rolled-back"})


def _stopped(found: Happening, version: str, reason: str) -> tuple[str, str]:
    if found.state == CANCELED:
        changed = f"The pipeline was changed while the execution with {version} was under way"
        happened = f"{changed}, so CodePipeline has cancelled it. What it had begun by then is not undone."
        begun = "See on the page of the execution how far it came."
        return happened, f"{begun} Release the change again, unless something newer has it."
    said = f" {sentence(reason)}" if reason else ""
    where = "" if reason else "The page of the execution has the reason. "
    return (
        f"Somebody, or a check, has stopped the execution with {version}.{said} What ran before runs on.",
        f"{where}Release the change again when it may go on, unless something newer has it.",
    )


def _failed(
    found: Happening, place: str, version: str, execution: Execution, failure: Failure | None
) -> tuple[str, str, str]:
    at = f"{failure.stage} ({failure.action})" if failure else "a stage that isn't known"
    reason = f" {sentence(failure.reason)}" if failure and failure.reason else ""
    if execution.trigger == "CreatePipeline":
        return (
            f"{place}: the first run found nothing",
            f"AWS starts a pipeline once when it is created; {version} ended at {at}.{reason}",
            "Nothing, where nothing was pushed or promoted yet.",
        )
    if execution.rollback:
        return (
            f"{place}: the rollback failed at {at}",
            f"The release before could not be brought back, at {at}.{reason}",
            "Look at the instances now, and decide by hand: roll back to another execution, or repair.",
        )
    return (
        f"{place} failed at {at}",
        f"{version} did not get through {found.pipeline}: it failed at {at}.{reason}",
        "Read the reason on the execution's page. Push a correction, or retry the stage if the change isn't to blame.",
    )


def _rolled_back(execution: Execution) -> str:
    if execution.trigger == "AutomatedRollback":
        return "CodePipeline did it by itself, because a stage had failed."
    return "A person asked for it."
