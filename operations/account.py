"""The account that a command works in: clients with the credentials of whoever calls, and whose those are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from operations.command import UnusableError
from pipeline_job.clients import ONE_ATTEMPT
from pipeline_job.failures import RefusedError, failure_message

PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 6}, connect_timeout=5, read_timeout=30)
"""A person waits for the answer, so a throttled call is worth some seconds."""


@contextmanager
def nothing_begun() -> Iterator[None]:
    """What AWS refuses in here is told in a line, with the assurance that nothing was begun.

    Raises:
        UnusableError: AWS refused a call, or what it told leaves doubt.
    """
    try:
        yield
    except (ClientError, BotoCoreError, RefusedError) as error:
        raise UnusableError(f"{failure_message(error)}; nothing was begun") from error


Client = Callable[[str, str], Any]
"""Makes the client of a service in a region, by boto3's name for it."""


def aws_client(service: str, region: str) -> Any:
    """A client with the credentials of whoever calls."""
    return boto3.client(service, region_name=region, config=ONE_ATTEMPT if service == "codedeploy" else PATIENT)


def caller_in(account: str, *, region: str, client: Client = aws_client) -> str:
    """The ARN of whoever calls, once it is sure that they are of this account.

    Raises:
        UnusableError: there are no credentials, or they are of another account.
    """
    try:
        caller = client("sts", region).get_caller_identity()
    except ClientError as error:
        raise UnusableError(f"AWS doesn't take these credentials: {error.response['Error']['Message']}") from error
    except BotoCoreError as error:
        raise UnusableError(f"no credentials of account {account}: {error}") from error
    if caller["Account"] != account:
        raise UnusableError(f"these credentials are of account {caller['Account']}; the stack is in {account}")
    return str(caller["Arn"])
