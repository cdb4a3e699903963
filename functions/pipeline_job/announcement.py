"""A message to people, published to an SNS topic."""

from dataclasses import dataclass
from typing import Any

from pipeline_job.answer import shortened

SUBJECT_LIMIT = 100
"""https://docs.aws.amazon.com/sns/latest/api/API_Publish.html, in characters; the limit of a message is 256 KiB."""

MESSAGE_LIMIT = 60_000
"""In characters. Each may take four bytes, and SNS counts bytes."""


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """What people shall know.

    Args:
        subject: one line of ASCII, cut to what an e-mail's subject takes.
        message: what happened and what to do about it.
    """

    subject: str
    message: str


def publish(announcement: Announcement, *, topic: str, client: Any) -> str:
    """Publish it; the message's id. SNS knows no client token: a call that is repeated may be read twice."""
    subject = " ".join(announcement.subject.split()).encode("ascii", "replace").decode()
    answer = client.publish(
        TopicArn=topic,
        Subject=subject if len(subject) <= SUBJECT_LIMIT else f"{subject[: SUBJECT_LIMIT - 3]}...",
        Message=shortened(announcement.message, limit=MESSAGE_LIMIT),
    )
    return str(answer["MessageId"])
