"""Lambda `call_webhook`: looks, signs, posts. The decisions are in `decide`."""

import os
import secrets
import ssl
import time
from functools import partial
from http.client import HTTPException, HTTPSConnection
from typing import Any

from call_webhook.decide import Call, Parameters, call_of, judged
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.values import VARIABLE
from repository_events.client_token import client_token
from repository_events.event import Event
from repository_events.run import answer_event, logger

PATIENCE_SECONDS = 10
PAUSES_SECONDS = (1, 4)
"""Before the second and the third request of one invocation."""


class UnansweredError(Exception):
    """The receiver doesn't have the message and may take it later; Lambda tries again."""


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one event."""
    clients, parameters = runtime_clients(), Parameters.parse(os.environ.get(VARIABLE, ""))
    act = partial(visit, parameters=parameters, clients=clients)
    answer_event(event, name="call_webhook", visit=act, clients=clients, topic=parameters.topic)


def visit(event: Event, *, parameters: Parameters, clients: Clients) -> str:
    """One event with the given clients; what was done.

    Raises:
        UnansweredError: nobody has taken the message this time.
    """
    call = call_of(event, parameters=parameters)
    if call is None:
        return f"nothing to post for {event}"
    secret = secret_of(call.hook.secret, client=clients.secretsmanager)
    for pause in (*PAUSES_SECONDS, None):
        why = post(call, secret=secret)
        if not why:
            return f"posted {call.id} to {call.hook.host}"
        logger.warning("%s", why)
        if pause is not None:
            time.sleep(pause)
    raise UnansweredError(f"{call.hook.host} was asked {len(PAUSES_SECONDS) + 1} times: {why}.")


def post(call: Call, *, secret: str) -> str:
    """One request; why it is worth to ask again, empty where the receiver has the message.

    `http.client` follows no redirect and knows no proxy: what is signed goes to the configured host or nowhere.
    """
    connection = HTTPSConnection(call.hook.host, timeout=PATIENCE_SECONDS, context=trusted())
    try:
        connection.request("POST", call.hook.path, body=call.body, headers=call.headers(secret=secret, now=now()))
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        return f"{call.hook.host} can't be reached: {type(error).__name__}"
    finally:
        connection.close()
    return judged(status, host=call.hook.host)


def now() -> int:
    """The second that is signed."""
    return int(time.time())


def trusted() -> ssl.SSLContext:
    """Whose certificates count: those of the public authorities, from TLS 1.2 on."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def secret_of(name: str, *, client: Any) -> str:
    """The secret that signs; one without a value gets its first here."""
    try:
        return str(client.get_secret_value(SecretId=name)["SecretString"])
    except client.exceptions.ResourceNotFoundException:
        # Two first calls at once have the same token: Secrets Manager takes one value for it, and refuses the other.
        first = client_token("first value", name)
        try:
            client.put_secret_value(SecretId=name, ClientRequestToken=first, SecretString=secrets.token_hex(32))
        except client.exceptions.ResourceExistsException:
            logger.info("another call has made the first value")
        return str(client.get_secret_value(SecretId=name)["SecretString"])
