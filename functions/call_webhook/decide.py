"""The decisions of `call_webhook`: plain values in, plain values out."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeline_job.failures import RefusedError
from pipeline_job.values import fixed_values, text_of
from repository_events.event import Event, text_in

POST = "Delivery Webhook"
"""The `detail-type` of what is posted."""

AGAIN = frozenset({408, 425, 429})
"""Answers of 4xx after which the same request may be taken later."""


@dataclass(frozen=True, kw_only=True)
class Hook:
    """Where an audience is called.

    Args:
        url: its address, https.
        secret: the name of the secret that signs.
    """

    url: str
    secret: str

    @property
    def host(self) -> str:
        """Who is called, with the port if it says one."""
        return urlsplit(self.url).netloc

    @property
    def path(self) -> str:
        """What is asked for there."""
        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What is fixed for the function; the package says what each is."""

    hooks: Mapping[str, Hook]
    topic: str

    @classmethod
    def parse(cls, text: str) -> "Parameters":
        """Read the variable `PARAMETERS`.

        Raises:
            RefusedError: not JSON, a key missing or unknown, or an address that isn't https.
        """
        values = fixed_values(text, needed=cls.__dataclass_fields__)
        listed = values["hooks"]
        if not isinstance(listed, dict):
            raise RefusedError("Parameter `hooks` must be addresses and secrets by audience.")
        hooks = {name: _hook(name, one) for name, one in listed.items()}
        return cls(hooks=hooks, topic=text_of(values, "topic"))


@dataclass(frozen=True, kw_only=True)
class Call:
    """One message for one webhook."""

    hook: Hook
    id: str
    body: bytes

    def headers(self, *, secret: str, now: int) -> dict[str, str]:
        """The headers of a request at this second."""
        return {
            "Content-Type": "application/json",
            "User-Agent": "delivery-webhook/1",
            "X-Delivery-Id": self.id,
            "X-Delivery-Signature": f"t={now},v1={signature(self.body, secret=secret, now=now)}",
        }


def call_of(event: Event, *, parameters: Parameters) -> Call | None:
    """What is to be posted; None where the event tells of something else.

    Raises:
        RefusedError: the audience has no webhook, or a key is missing.
    """
    if event.type != POST:
        return None
    audience = text_in(event.detail, "audience")
    if audience not in parameters.hooks:
        raise RefusedError(f"The audience {audience} has no webhook.")
    return Call(
        hook=parameters.hooks[audience], id=text_in(event.detail, "id"), body=text_in(event.detail, "body").encode()
    )


def signature(body: bytes, *, secret: str, now: int) -> str:
    """What proves that the body is ours and of this second."""
    return hmac.new(secret.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()


def judged(status: int, *, host: str) -> str:
    """Why it is worth to ask again, empty where the receiver has the message.

    Raises:
        RefusedError: it isn't.
    """
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        raise RefusedError(f"{host} answers with a redirect ({status}), which is not followed: configure its target.")
    if status >= 500 or status in AGAIN:
        return f"{host} answers {status}"
    raise RefusedError(f"{host} refuses the message with {status}.")


def _hook(name: str, value: object) -> Hook:
    match value:
        case {"url": str(url), "secret": str(secret)} if url.startswith("https://") and secret:
            return Hook(url=url, secret=secret)
    raise RefusedError(f"The webhook of {name} needs an address with https:// and the name of a secret.")
