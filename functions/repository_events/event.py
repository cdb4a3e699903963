"""An event of EventBridge as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline_job.branches import branch_of
from pipeline_job.failures import RefusedError

REFERENCE = "CodeCommit Repository State Change"
PULL_REQUEST = "CodeCommit Pull Request State Change"


@dataclass(frozen=True, kw_only=True)
class Event:
    """What all events have.

    Args:
        type: the event's `detail-type`.
        account: 12 digits.
        region: where it happened.
        time: when it happened; an event that is delivered twice says the same time twice.
        detail: what its service says.
    """

    type: str
    account: str
    region: str
    time: datetime
    detail: Mapping[str, object]

    def __str__(self) -> str:
        return f"{self.type} {optional_text(self.detail, 'event')}".strip()

    def tells(self, kind: str, *, of: str) -> bool:
        """Whether it is of this type, and its own name begins with this word."""
        return self.type == kind and optional_text(self.detail, "event").startswith(of)


@dataclass(frozen=True, kw_only=True)
class ReferenceChange:
    """A branch or tag that was created, updated or deleted.

    Args:
        event: referenceCreated, referenceUpdated or referenceDeleted.
        kind: branch or tag.
        name: its short name, such as `release/1.2`.
        commit: where it stands since, empty when it was deleted.
        old_commit: where it stood before, empty when it is new.
    """

    event: str
    repository: str
    kind: str
    name: str
    commit: str
    old_commit: str

    @property
    def deleted(self) -> bool:
        """Whether it is gone."""
        return self.event == "referenceDeleted"


@dataclass(frozen=True, kw_only=True)
class PullRequestChange:
    """What happened to a pull request; branches by their short names.

    Args:
        event: pullRequestCreated, pullRequestSourceBranchUpdated, pullRequestMergeStatusUpdated, …
        revision: changes with every push to the source branch.
        merged: whether the pull request was merged.
    """

    event: str
    repositories: tuple[str, ...]
    id: str
    title: str
    revision: str
    source: str
    destination: str
    source_commit: str
    destination_commit: str
    merged: bool


def parse_event(event: object) -> Event:
    """Read what all events have.

    Raises:
        RefusedError: it is no event of EventBridge; the message names the missing key.
    """
    if not isinstance(event, Mapping):
        raise RefusedError("The event is no event of EventBridge.")
    detail = event.get("detail")
    if not isinstance(detail, Mapping):
        raise RefusedError("The event has no `detail`.")
    try:
        time = datetime.fromisoformat(text_in(event, "time"))
    except ValueError as error:
        raise RefusedError("The event's `time` is no time.") from error
    return Event(
        type=text_in(event, "detail-type"),
        account=text_in(event, "account"),
        region=text_in(event, "region"),
        time=time if time.tzinfo else time.replace(tzinfo=UTC),
        detail=detail,
    )


def reference_change(event: Event) -> ReferenceChange | None:
    """What happened to a branch or tag, None where the event tells of something else.

    Raises:
        RefusedError: a key is missing; the message names it.
    """
    if not event.tells(REFERENCE, of="reference"):
        return None
    detail = event.detail
    name = text_in(detail, "event")
    deleted = name == "referenceDeleted"
    return ReferenceChange(
        event=name,
        repository=text_in(detail, "repositoryName"),
        kind=text_in(detail, "referenceType"),
        name=text_in(detail, "referenceName"),
        commit="" if deleted else text_in(detail, "commitId"),
        old_commit=optional_text(detail, "oldCommitId"),
    )


def pull_request_change(event: Event) -> PullRequestChange | None:
    """What happened to a pull request, None where the event tells of something else.

    Raises:
        RefusedError: a key is missing; the message names it.
    """
    if not event.tells(PULL_REQUEST, of="pullRequest"):
        return None
    detail = event.detail
    names = detail.get("repositoryNames")
    return PullRequestChange(
        event=text_in(detail, "event"),
        repositories=tuple(str(name) for name in names) if isinstance(names, list) else (),
        id=text_in(detail, "pullRequestId"),
        title=optional_text(detail, "title"),
        revision=text_in(detail, "revisionId"),
        source=branch_of(text_in(detail, "sourceReference")),
        destination=branch_of(text_in(detail, "destinationReference")),
        source_commit=text_in(detail, "sourceCommit"),
        destination_commit=text_in(detail, "destinationCommit"),
        merged=optional_text(detail, "isMerged").lower() == "true",
    )


def text_in(values: Mapping[str, object], key: str) -> str:
    """The text of this key.

    Raises:
        RefusedError: there is none.
    """
    value = values.get(key)
    if not isinstance(value, str) or not value:
        raise RefusedError(f"The event has no `{key}`.")
    return value


def optional_text(values: Mapping[str, object], key: str) -> str:
    """The text of this key, empty where there is none."""
    value = values.get(key)
    return value if isinstance(value, str) else ""
