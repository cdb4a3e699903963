"""`operations releases`."""

import json
import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from operations.account import Client, aws_client
from operations.command import Example, Exit, UnusableError
from operations.deployment.ledger import ledger_of
from operations.releases.summary import Summary, line_of, summary_of
from operations.stack import OpenStack, open_stack
from operations.terminal import Terminal
from pipeline_job.failures import RefusedError, failure_message
from pipeline_job.run import Clock, utc_now
from release_ledger import Release, releases

LIMIT, DAYS, MOST = 20, 90, 100_000

_REGION = re.compile(r"-\d{12}-(?P<region>[a-z]{2}(-[a-z]+)+-\d)$")
"""How the names of a stack's buckets end."""


@dataclass(frozen=True, kw_only=True)
class _Ledger:
    """What is read, and what is in the way.

    Args:
        client: of S3.
        bucket: the ledger.
        broken: why each object was left out that is no record.
    """

    client: Any
    bucket: str
    broken: list[str] = field(default_factory=list)

    def releases(self, application: str, *, limit: int | None = None) -> list[Release]:
        """Of an application, the newest first."""
        return list(releases(self.client, self.bucket, application, limit=limit, unreadable=self.broken.append))

    @property
    def applications(self) -> list[str]:
        """Whose releases it has; marks lie under a name that no application has."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Delimiter="/")
        prefixes = [one["Prefix"].removesuffix("/") for page in pages for one in page.get("CommonPrefixes", ())]
        return [one for one in prefixes if not one.startswith("_")]


@dataclass(frozen=True, kw_only=True)
class Releases:
    """Lists what ran in a stack, and what it comes to.

    Args:
        open: comes to a stack.
        make: makes a client, where the bucket is told.
        clock: the time.
    """

    open: OpenStack = open_stack
    make: Client = aws_client
    clock: Clock = utc_now

    name = "releases"
    purpose = "list what ran in a stack, by its release ledger"
    about = (
        "Reads the release ledger: what was deployed when, how it ended, on which\n"
        "infrastructure, and who approved it; the newest first.\n\n"
        "With --bucket it needs neither the stack file nor its state. Every record is one\n"
        "JSON object there, which `aws s3 ls` and `aws s3 cp` show as well."
    )
    examples = (
        Example(line="releases --stack prod", purpose="the newest of each application"),
        Example(line="releases --stack prod --application hello --json", purpose="all that is known"),
        Example(line="releases --stack prod --measures", purpose="how often, how fast, how well"),
        Example(
            line="releases --bucket \\\n        delivery-prod-ledger-123456789012-eu-west-1", purpose="without Pulumi"
        ),
    )

    def arguments(self, parser: ArgumentParser) -> None:
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--stack", help="whose releases")
        where.add_argument("--bucket", help="the bucket of the ledger, instead")
        parser.add_argument("--region", help="of that bucket, where its name doesn't say it")
        parser.add_argument("--application", help="whose; each where it is left out")
        parser.add_argument("--limit", type=_count, help=f"of each, at most; {LIMIT} by default")
        parser.add_argument("--measures", action="store_true", help="what they come to, instead")
        parser.add_argument("--days", type=_count, help=f"of the measures; {DAYS} by default")

    def run(self, given: Namespace, terminal: Terminal) -> Exit:
        _refuse_idle_words(given)
        try:
            ledger = self._ledger(given)
            names = [given.application] if given.application else ledger.applications
            if given.measures:
                self._measure(given, terminal, ledger, names)
            else:
                _list(given, terminal, ledger, names)
        except (ClientError, BotoCoreError, RefusedError) as error:
            raise UnusableError(failure_message(error)) from error
        for one in ledger.broken:
            terminal.trouble(f"left out: {one}")
        return Exit.REFUSED if ledger.broken else Exit.DONE

    def _ledger(self, given: Namespace) -> _Ledger:
        if given.bucket:
            named = _REGION.search(given.bucket)
            region = given.region or (named["region"] if named else "")
            if not region:
                raise UnusableError(f"say --region; the name {given.bucket} doesn't end in one")
            return _Ledger(client=self.make("s3", region), bucket=given.bucket)
        stack = self.open(given.stack)
        return _Ledger(client=stack.client("s3"), bucket=ledger_of(stack))

    def _measure(self, given: Namespace, terminal: Terminal, ledger: _Ledger, names: Sequence[str]) -> None:
        days = given.days or DAYS
        since = self.clock() - timedelta(days=days)
        found = {name: summary_of(ledger.releases(name), since=since) for name in names}
        measured = {name: summary.told for name, summary in found.items()}
        terminal.hand_over({"bucket": ledger.bucket, "days": days, "measures": measured})
        terminal.prose(f"{ledger.bucket}: the last {days} days")
        terminal.say("")
        terminal.table(Summary.HEAD, [(name, *summary.row) for name, summary in found.items()])


def _refuse_idle_words(given: Namespace) -> None:
    """Say which words would do nothing.

    Raises:
        UnusableError: there are some.
    """
    for idle, message in (
        (given.region and given.stack, "--region is that of a --bucket; a stack says its own"),
        (given.days and not given.measures, "--days is the time of --measures; a list takes --limit"),
        (given.limit and given.measures, "--limit is of the list; --measures takes --days"),
    ):
        if idle:
            raise UnusableError(message)


def _list(given: Namespace, terminal: Terminal, ledger: _Ledger, names: Sequence[str]) -> None:
    found = {name: ledger.releases(name, limit=given.limit or LIMIT) for name in names}
    every = [json.loads(one.to_json()) for of in found.values() for one in of]
    terminal.hand_over({"bucket": ledger.bucket, "releases": every})
    if not every:
        terminal.prose(f"{ledger.bucket}: no release is recorded")
    for name, of in found.items():
        if of:
            _say(terminal, name, of)


def _say(terminal: Terminal, name: str, found: Sequence[Release]) -> None:
    # An application's name is up to 32 characters: the table has the end of the ids alone, so that it fits.
    terminal.prose(f"{name}: the id of a release is {name}-<ended>")
    terminal.say("")
    terminal.table(("ended", "what", "release"), [line_of(one) for one in found])
    terminal.say("")


def _count(text: str) -> int:
    """A whole number from 1 on, and no further than the calendar goes back.

    Raises:
        ArgumentTypeError: it is none.
    """
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= MOST:
        raise ArgumentTypeError(f"given {text}; allowed: a whole number from 1 to {MOST}")
    return int(text)
