"""Lambda `deliver_digest`: looks, decides, tells, forgets. The decisions are in `decide`."""

import os
from collections.abc import Iterable
from functools import partial
from typing import Any

from deliver_digest.decide import Parameters, audience_of, digest
from notices.channels import deliver, settle
from notices.notice import Notice
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.values import VARIABLE
from repository_events.event import Event
from repository_events.run import answer_event

MOST_ROUNDS = 50
"""Of at most ten messages each: more than a night has, and less than the function's time."""


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one event."""
    clients, parameters = runtime_clients(), Parameters.parse(os.environ.get(VARIABLE, ""))
    act = partial(visit, parameters=parameters, clients=clients)
    answer_event(event, name="deliver_digest", visit=act, clients=clients)


def visit(event: Event, *, parameters: Parameters, clients: Clients) -> str:
    """One event with the given clients; what was done."""
    audience = audience_of(event, parameters=parameters)
    if audience is None:
        return f"nothing to do for {event}"
    held = receive(audience.queue, client=clients.sqs)
    if not held:
        return f"nothing was held back for {audience.name}"
    notices = [Notice.from_json(message["Body"]) for message in held]
    told = digest(notices, parameters=parameters, audience=audience)
    done = deliver(told, audience=audience, event=event, clients=clients)
    said = settle(done, about=told.subject, topic=parameters.topic, clients=clients)
    forget(held, queue=audience.queue, client=clients.sqs)
    return said


def receive(queue: str, *, client: Any) -> list[dict[str, Any]]:
    """Everything that waits in the queue. It stays there, unseen, until it is deleted or its time is over."""
    held: list[dict[str, Any]] = []
    for _ in range(MOST_ROUNDS):
        # To wait a second asks every server of SQS; without, an empty answer means little.
        found = client.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
        if not found:
            break
        held += found
    return held


def forget(held: Iterable[dict[str, Any]], *, queue: str, client: Any) -> None:
    """Take what was told out of the queue."""
    for message in held:
        client.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
