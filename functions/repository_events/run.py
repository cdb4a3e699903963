"""One event: read it, let the function act, log what was done. What a retry can help is raised, the rest is told."""

import logging
from collections.abc import Callable

from botocore.exceptions import ClientError

from pipeline_job.announcement import Announcement, publish
from pipeline_job.clients import Clients
from pipeline_job.failures import RefusedError, failure_message, is_transient
from repository_events.event import Event, parse_event

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)


Visit = Callable[[Event], str]
"""What a function does with one event; it answers in one line what it did, or why it did nothing."""


def answer_event(event: object, *, name: str, visit: Visit, clients: Clients, topic: str = "") -> None:
    """Let the function act on one event.

    Args:
        event: as EventBridge delivers it.
        name: the function's, for the announcement.
        visit: what the function does.
        clients: what an announcement is published with.
        topic: ARN of the SNS topic for what only a person can help, empty where the function has none.

    Raises:
        Exception: whatever `visit` raises; Lambda tries twice more, then its on-failure destination gets the event.
            With a topic, what a retry can't help is announced there instead: a refusal of the function, and one of AWS
            that is neither throttling nor its own trouble.
    """
    try:
        done = visit(parse_event(event))
    except (RefusedError, ClientError) as error:
        if not topic or is_transient(error):
            raise
        told = failure_message(error)
        publish(_given_up(name, event, told), topic=topic, client=clients.sns)
        done = f"announced, for a retry would not help. {told}"
    logger.info("%s: %s", name, done)


def _given_up(name: str, event: object, told: str) -> Announcement:
    detail = event.get("detail") if isinstance(event, dict) else None
    detail = detail if isinstance(detail, dict) else {}
    facts = "\n".join(f"{key}: {value}" for key, value in sorted(detail.items()) if isinstance(value, str))
    return Announcement(
        subject=f"{name} could not do its work",
        message=f"{told}\n\nNothing will be tried again by itself. The event was:\n{facts}",
    )
