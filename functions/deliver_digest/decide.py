"""The decisions of `deliver_digest`: plain values in, plain values out."""

from collections.abc import Sequence
from dataclasses import dataclass

from notices.audience import Audience, audiences_of
from notices.notice import Notice, Told, told_together
from pipeline_job.failures import RefusedError
from pipeline_job.values import fixed_values, text_of
from repository_events.client_token import client_token
from repository_events.event import Event, text_in

DIGEST = "Delivery Digest"
"""The `detail-type` of what the schedule starts it with."""


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What is fixed for the function; the package says what each is."""

    environment: str
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
            environment=text_of(values, "environment"), audiences=audiences_of(values), topic=text_of(values, "topic")
        )


def audience_of(event: Event, *, parameters: Parameters) -> Audience | None:
    """Whose quiet hours are over; None where the event tells of something else.

    Raises:
        RefusedError: nobody of that name has quiet hours.
    """
    if event.type != DIGEST:
        return None
    name = text_in(event.detail, "audience")
    for audience in parameters.audiences:
        if audience.name == name and audience.queue:
            return audience
    raise RefusedError(f"No audience {name} has quiet hours.")


def digest(notices: Sequence[Notice], *, parameters: Parameters, audience: Audience) -> Told:
    """What was held back, in the order in which it happened, nothing twice."""
    once = {notice.id: notice for notice in notices}
    ordered = sorted(once.values(), key=lambda one: (one.time, one.id))
    identity = client_token(audience.name, *(one.id for one in ordered))
    return told_together(ordered, environment=parameters.environment, identity=identity)
