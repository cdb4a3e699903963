"""A notice: what happened to a delivery, to which version, by whom, and what to do now."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from pipeline_job.answer import shortened
from pipeline_job.failures import RefusedError

TITLE_LIMIT = 250
DESCRIPTION_LIMIT = 2_000
"""In characters: what a chat shows of a message without folding it away."""

_MARKS = str.maketrans({"<": "(", ">": ")", "[": "(", "]": ")", "*": "", "`": "'"})
"""Signs that a chat reads as a mention, a link or a format, for what strangers wrote: the message of a commit."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One thing that people are told. All texts; one that isn't known is empty.

    Args:
        id: the same for the same happening each time it is told, 64 of 0-9 a-f.
        kind: approval-needed, failed, succeeded, rolled-back, superseded, stopped or drift.
        urgent: whether it passes in quiet hours.
        time: when it happened, ISO 8601 in UTC.
        headline: a line of its own: what happened, to what, where.
        happened: the same in a sentence, with the reason where there is one.
        version: commit or version, as the pipeline's source names it.
        change: first line of the commit's message, or what else the source says of the version.
        by: who or what started it.
        link: the page in the console.
        next: what to do now.
    """

    id: str
    kind: str
    urgent: bool
    time: str
    environment: str
    application: str
    execution: str
    headline: str
    happened: str
    version: str
    change: str
    by: str
    link: str
    next: str

    def to_json(self) -> str:
        """This notice as text, keys sorted: what is signed, and what waits in a queue."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Notice":
        """The notice that `to_json` wrote.

        Raises:
            RefusedError: it is none.
        """
        try:
            values = json.loads(text)
        except ValueError as error:
            raise RefusedError("What was held back is not JSON.") from error
        if not isinstance(values, dict) or set(values) != {one.name for one in fields(cls)}:
            raise RefusedError("What was held back is no notice.")
        return cls(**values)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A notice or a digest, in the words of each channel."""

    subject: str
    mail: str
    chat: str
    body: Mapping[str, object]
    id: str


def told(notice: Notice) -> Told:
    """One notice for every channel."""
    return Told(
        subject=f"[{notice.environment}] {notice.headline}",
        mail=_mail(notice),
        chat=_chat(
            title=notice.headline,
            description=[notice.happened, *(f"*{name}:* {value}" for name, value in _facts(notice, plain=True))],
            next_steps=[notice.next],
            keywords=[notice.kind, notice.application, notice.environment],
            thread=notice.execution,
        ),
        body={"type": "notice", **asdict(notice)},
        id=notice.id,
    )


def told_together(notices: Sequence[Notice], *, environment: str, identity: str) -> Told:
    """What was held back in quiet hours, as one digest in the order in which it happened.

    Args:
        notices: at least one.
        environment: where.
        identity: of the digest.
    """
    count = len(notices)
    title = f"{count} notice{'s' if count > 1 else ''} of the quiet hours"
    lines = [f"{one.time[11:16]} UTC  {one.headline}" for one in notices]
    return Told(
        subject=f"[{environment}] {title}",
        mail="\n".join([f"{title}:", "", *lines, "", "---", "", "\n\n---\n\n".join(_mail(one) for one in notices)]),
        chat=_chat(
            title=f"{environment}: {title}",
            description=[f"{plainly(line)}\n{one.link}" for line, one in zip(lines, notices, strict=True)],
            next_steps=[],
            keywords=["digest", environment],
            thread=identity,
        ),
        body={
            "type": "digest",
            "id": identity,
            "environment": environment,
            "notices": [asdict(one) for one in notices],
        },
        id=identity,
    )


def plainly(text: str) -> str:
    """A text without signs that a chat acts on."""
    return text.translate(_MARKS)


def _facts(notice: Notice, *, plain: bool) -> list[tuple[str, str]]:
    """What is known of it, by name."""
    version = " ".join(part for part in (notice.version, f"({notice.change})" if notice.change else "") if part)
    facts = {
        "Application": notice.application,
        "Environment": notice.environment,
        "Version": version or "not known",
        "Started by": notice.by or "not known",
        "When": f"{notice.time[:16].replace('T', ' ')} UTC",
    }
    if notice.kind == "drift":
        # It is of what the stack has made, whatever version runs there.
        del facts["Version"]
    told = {name: plainly(value) if plain else value for name, value in facts.items()}
    return [*told.items(), ("Page", notice.link)]


def _mail(notice: Notice) -> str:
    facts = [(name, value) for name, value in _facts(notice, plain=False)]
    width = max(len(name) for name, _ in facts)
    lines = [f"{name + ':':{width + 2}}{value}" for name, value in facts]
    return "\n".join([notice.happened, "", *lines, "", f"What to do now: {notice.next}"])


def _chat(
    *, title: str, description: Iterable[str], next_steps: Sequence[str], keywords: Sequence[str], thread: str
) -> str:
    """The schema of custom notifications; a text that isn't of it never reaches the chat."""
    content: dict[str, object] = {
        "textType": "client-markdown",
        "title": shortened(plainly(title), limit=TITLE_LIMIT),
        "description": shortened("\n".join(description), limit=DESCRIPTION_LIMIT),
        "keywords": list(keywords),
    }
    if next_steps:
        content["nextSteps"] = [plainly(step) for step in next_steps]
    metadata = {"threadId": thread, "summary": shortened(plainly(title), limit=TITLE_LIMIT)}
    return json.dumps({"version": "1.0", "source": "custom", "content": content, "metadata": metadata})
