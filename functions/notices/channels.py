"""Hands a notice or a digest to the channels of an audience."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from notices.audience import Audience
from notices.notice import Told
from pipeline_job.announcement import Announcement, publish
from pipeline_job.clients import Clients
from pipeline_job.failures import failure_message
from repository_events.event import Event

WEBHOOK = "Delivery Webhook"
"""The `detail-type` of what the function of a webhook is handed."""


class UndeliveredError(Exception):
    """No channel took the message; Lambda tries again."""


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What became of one message.

    Args:
        to: audience and channel of each that has it, such as `releases by mail`.
        failed: the same of each that hasn't, with AWS's error.
    """

    to: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    def __add__(self, other: "Delivered") -> "Delivered":
        return Delivered(to=self.to + other.to, failed=self.failed + other.failed)


def deliver(told: Told, *, audience: Audience, event: Event, clients: Clients) -> Delivered:
    """Hand it to each channel of the audience. One that can't be reached keeps none of the others from it."""
    ways: dict[str, Callable[[], object]] = {}
    if audience.mail:
        mail = Announcement(subject=told.subject, message=told.mail)
        ways["mail"] = lambda: publish(mail, topic=audience.mail, client=clients.sns)
    if audience.chat:
        ways["chat"] = lambda: clients.sns.publish(TopicArn=audience.chat, Message=told.chat)
    if audience.webhook:
        ways["webhook"] = lambda: hand_over(told, audience=audience, event=event, client=clients.functions)
    return attempt(audience, ways)


def attempt(audience: Audience, ways: Mapping[str, Callable[[], object]]) -> Delivered:
    """Try each way once: the client has its own patience, and to begin again here would be a second mail."""
    done = Delivered()
    for way, hand in ways.items():
        try:
            hand()
        except (BotoCoreError, ClientError) as error:
            done += Delivered(failed=(f"{audience.name} by {way}: {failure_message(error)}",))
        else:
            done += Delivered(to=(f"{audience.name} by {way}",))
    return done


def settle(done: Delivered, *, about: str, topic: str, clients: Clients) -> str:
    """What was done, in one line. Where some have the message and some haven't, the topic is told of those.

    Raises:
        UndeliveredError: nobody has it, so that trying again doubles nothing.
    """
    if done.failed and not done.to:
        raise UndeliveredError(f"Nobody was told of {about}. {'; '.join(done.failed)}")
    if done.failed:
        message = f"These were not told of {about}:\n\n" + "\n".join(done.failed)
        subject = "a notification did not reach everybody"
        publish(Announcement(subject=subject, message=message), topic=topic, client=clients.sns)
    return f"{about}: {', '.join(done.to) or 'nobody listens'}"


def hand_over(told: Told, *, audience: Audience, event: Event, client: Any) -> None:
    """Give it to the function of the webhook, which tries again by itself and tells the topic when it gives up."""
    detail = {"audience": audience.name, "id": told.id, "body": json.dumps(told.body, sort_keys=True)}
    handed = {
        "detail-type": WEBHOOK,
        "account": event.account,
        "region": event.region,
        "time": event.time.isoformat(),
        "detail": detail,
    }
    client.invoke(FunctionName=audience.webhook, InvocationType="Event", Payload=json.dumps(handed).encode())
