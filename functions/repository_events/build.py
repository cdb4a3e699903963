"""A CodeBuild build that came to an end, as its event tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from pipeline_job.console import console
from repository_events.event import Event, optional_text, text_in

TYPE = "CodeBuild Build State Change"

SUCCEEDED = "SUCCEEDED"
FINAL = frozenset({SUCCEEDED, "FAILED", "FAULT", "STOPPED", "TIMED_OUT"})
"""https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html, `buildStatus`, without IN_PROGRESS."""


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A phase that did not end well, with what CodeBuild says about it."""

    name: str
    status: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Build:
    """One build.

    Args:
        id: its ARN.
        number: counted within the project, empty where the event doesn't say.
        variables: its environment variables, values by name.
        log: address of its log in the console.
    """

    id: str
    project: str
    status: str
    number: str
    variables: Mapping[str, str]
    log: str
    failed: tuple[Phase, ...]

    @property
    def ended(self) -> bool:
        """Whether its status is its last."""
        return self.status in FINAL


def build_of(event: Event) -> Build | None:
    """The build that the event tells of, None where it tells of something else
    (https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html).

    Raises:
        RefusedError: a key is missing; the message names it.
    """
    if event.type != TYPE:
        return None
    more = _mapping(event.detail.get("additional-information"))
    number = more.get("build-number")
    build, project = text_in(event.detail, "build-id"), text_in(event.detail, "project-name")
    return Build(
        id=build,
        project=project,
        status=text_in(event.detail, "build-status"),
        number=str(int(number)) if isinstance(number, int | float) else "",
        variables=_variables(_mapping(more.get("environment")).get("environment-variables")),
        log=_log(_mapping(more.get("logs"))) or _console(event, build=build, project=project),
        failed=_failed(more.get("phases")),
    )


def _variables(listed: object) -> dict[str, str]:
    items = [_mapping(item) for item in listed] if isinstance(listed, list) else []
    return {optional_text(item, "name"): optional_text(item, "value") for item in items}


def _log(logs: Mapping[str, object]) -> str:
    """The event's link to the log. A build that ended before it had a log has a link to the stream `null`."""
    link = optional_text(logs, "deep-link")
    return "" if "stream=null" in link else link


def _console(event: Event, *, build: str, project: str) -> str:
    name = quote(build.rpartition("build/")[2], safe="")
    return console(f"codebuild/{event.account}/projects/{project}/build/{name}/", region=event.region)


def _failed(listed: object) -> tuple[Phase, ...]:
    phases = [_mapping(item) for item in listed] if isinstance(listed, list) else []
    return tuple(
        Phase(
            name=optional_text(phase, "phase-type"),
            status=optional_text(phase, "phase-status"),
            message=_context(phase.get("phase-context")),
        )
        for phase in phases
        if optional_text(phase, "phase-status") not in {"", SUCCEEDED}
    )


def _context(said: object) -> str:
    """What CodeBuild says about a phase, in one line; it says `: ` where it has nothing to say."""
    texts = [str(text).strip(" :\n") for text in said] if isinstance(said, list) else []
    return " ".join(" ".join(texts).split())


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
