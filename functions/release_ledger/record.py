"""A release as the ledger has it, and its JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints

from pipeline_job.failures import RefusedError

FORMAT = 1
"""Of a record. A reader refuses one that it doesn't know."""


class Outcome(StrEnum):
    """How a deployment ended. `ROLLED_BACK` is one that failed, after which AWS has brought back what ran before."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"
    ROLLED_BACK = "rolled-back"


class Kind(StrEnum):
    """Why something was deployed.

    A deployment and a hotfix bring a change by the pipeline, `BY_HAND` brings one without it. A rollback brings back
    what ran before, a redeployment what runs already.
    """

    DEPLOYMENT = "deployment"
    ROLLBACK = "rollback"
    HOTFIX = "hotfix"
    BY_HAND = "by-hand"
    REDEPLOYMENT = "redeployment"


@dataclass(frozen=True, kw_only=True)
class StoredArtifact:
    """An object of S3.

    Args:
        bucket, key: where it lies.
        version: of the object; empty where the bucket keeps none, or it isn't known.
        sha256: of its bytes, 64 hexadecimal digits; empty where nobody has computed it.
    """

    bucket: str
    key: str
    version: str = ""
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class ImageArtifact:
    """A container image, by its digest: `<repository>@sha256:…`."""

    image: str


@dataclass(frozen=True, kw_only=True)
class FunctionArtifact:
    """A published version of a Lambda function."""

    function: str
    version: str


Artifact = StoredArtifact | ImageArtifact | FunctionArtifact
"""What was deployed. In JSON its keys tell which of them it is."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """What the artifact was made from. All texts; one that isn't known is empty.

    Args:
        commit: id of the commit; of an image or an object that tells none, its digest or version.
        committed: when that commit was made, ISO 8601 in UTC.
        authors: who has a hand in it, `Jane Doe <jane@example.com>`.
    """

    commit: str = ""
    tag: str = ""
    branch: str = ""
    committed: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Infrastructure:
    """Which version of the Pulumi program had made what it was deployed to.

    Args:
        commit: of the program's repository, `unknown` where it was run outside of one.
        tag: that points at the commit, empty where there is none.
        dirty: whether files differed from the commit.
        stack: name of the stack.
        number: how many versions of program and settings the stack has had, this one included; 0 where nobody knows.
    """

    commit: str
    tag: str = ""
    dirty: bool = False
    stack: str = ""
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Approval:
    """A gate that let it through.

    Args:
        name: of the approval.
        by: ARN of who approved.
        at: when, ISO 8601 in UTC.
        summary: what they wrote.
    """

    name: str
    by: str = ""
    at: str = ""
    summary: str = ""


@dataclass(frozen=True, kw_only=True)
class Release:
    """One deployment that has ended.

    Args:
        release: its id, `release_id` makes it.
        application, stack: what was deployed where.
        begun, finished: ISO 8601 in UTC, to the second. With `execution` or the deployment, `finished` names the record
            in the ledger.
        artifact: what was deployed; None where it failed before anybody could tell.
        configuration: SHA-256 of the stack file's resolved settings; empty where it isn't known.
        approvals: those that were given, in the order in which they were.
        pipeline: name of the pipeline; empty where none deployed it.
        execution: id of the pipeline's execution; empty where none deployed it.
        deployments: ids in CodeDeploy.
        reason: why it failed, or why somebody broke glass or rolled back.
        by: ARN of who or what started it.
        rollback_of: of a rollback, id of the execution or the release that was brought back.
    """

    release: str
    application: str
    stack: str
    outcome: Outcome
    kind: Kind
    begun: str
    finished: str
    artifact: Artifact | None
    infrastructure: Infrastructure
    source: Source = Source()
    configuration: str = ""
    approvals: tuple[Approval, ...] = ()
    pipeline: str = ""
    execution: str = ""
    deployments: tuple[str, ...] = ()
    reason: str = ""
    by: str = ""
    rollback_of: str = ""

    def __post_init__(self) -> None:
        for name in ("begun", "finished"):
            moment(getattr(self, name), name=name)
        if self.source.committed:
            moment(self.source.committed, name="source.committed")

    @property
    def ended(self) -> datetime:
        """When it ended."""
        return moment(self.finished, name="finished")

    @property
    def succeeded(self) -> bool:
        """Whether it runs, or ran until something else was deployed."""
        return self.outcome is Outcome.SUCCEEDED

    @property
    def identity(self) -> str:
        """The execution or the deployment that it is the record of.

        Raises:
            RefusedError: it has neither.
        """
        if found := self.execution or next(iter(self.deployments), ""):
            return found
        raise RefusedError(f"The release {self.release} has neither an execution nor a deployment, so it has no key.")

    def to_json(self) -> str:
        """As it lies in the ledger: keys sorted, to be read without a tool."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Release":
        """What `to_json` wrote.

        Raises:
            RefusedError: it is none; the message says where and why.
        """
        try:
            values = json.loads(text)
        except ValueError as error:
            raise RefusedError("The record of the release is not JSON.") from error
        if not isinstance(values, dict) or values.get("format") != FORMAT:
            raise RefusedError("The record of the release has a format that this code doesn't know.")
        release: Release = _built(cls, {key: one for key, one in values.items() if key != "format"}, "")
        return release


def release_id(application: str, finished: datetime) -> str:
    """The id of a release: ids of an application sort as its releases ended, `storefront-20261125T210816Z`."""
    return f"{application}-{compact(finished)}"


def compact(time: datetime) -> str:
    """A time without signs that a key of S3 would have to escape, `20261125T210816Z`."""
    return time.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def written(time: datetime) -> str:
    """A time as records have it, to the second."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str, *, name: str) -> datetime:
    """A time of a record.

    Raises:
        RefusedError: it is none, or one of no time zone.
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise RefusedError(f"`{name}` of the release is no time: {text!r}.") from error
    if time.tzinfo is None:
        raise RefusedError(f"`{name}` of the release has no time zone: {text!r}.")
    return time


def _built(kind: Any, values: object, path: str) -> Any:
    """A value of a dataclass from its JSON, which must have every field and no other."""
    if not isinstance(values, Mapping):
        raise RefusedError(f"{_place(path)} must be an object.")
    known = {one.name for one in fields(kind)}
    if wrong := sorted(known.symmetric_difference(values)):
        raise RefusedError(f"{_place(path)} must have exactly the keys {sorted(known)}; missing or unknown: {wrong}.")
    hints = get_type_hints(kind)
    return kind(**{name: _read(hints[name], value, f"{path}.{name}".lstrip(".")) for name, value in values.items()})


def _read(hint: Any, value: object, path: str) -> Any:
    """A value of a field's type."""
    if hint == Artifact | None:
        return None if value is None else _artifact(value, path)
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise RefusedError(f"{_place(path)} must be a list.")
        (one, _) = get_args(hint)
        return tuple(_read(one, item, f"{path}[{index}]") for index, item in enumerate(value))
    if issubclass(hint, StrEnum):
        if value not in [str(one) for one in hint]:
            raise RefusedError(f"{_place(path)} must be one of {', '.join(hint)}; not {value!r}.")
        return hint(value)
    if hint in (str, bool, int):
        if type(value) is not hint:
            raise RefusedError(f"{_place(path)} must be {_WORDS[hint]}; not {value!r}.")
        return value
    return _built(hint, value, path)


_WORDS = {str: "a text", bool: "true or false", int: "a whole number"}


def _artifact(value: object, path: str) -> Artifact:
    kinds = get_args(Artifact)
    keys = set(value) if isinstance(value, Mapping) else set()
    for kind in kinds:
        if keys == {one.name for one in fields(kind)}:
            artifact: Artifact = _built(kind, value, path)
            return artifact
    allowed = "; ".join(", ".join(one.name for one in fields(kind)) for kind in kinds)
    raise RefusedError(f"{_place(path)} must have the keys of one kind of artifact ({allowed}); not {sorted(keys)}.")


def _place(path: str) -> str:
    return f"`{path}` of the release" if path else "The record of the release"
