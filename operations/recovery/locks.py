"""Who holds the lock of a stack, where the state is in a bucket or a folder: Pulumi keeps a file for it there.

`pulumi` itself tells of a lock only when it wants to write. Pulumi Cloud isn't looked at: it lets a run go whose client
is gone, and tells at the next `up`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from operations.account import Client


@dataclass(frozen=True, kw_only=True)
class Lock:
    """A run that works on the stack, or did.

    Args:
        user, host, process: who and where.
        since: when it began, ISO 8601; empty where it isn't known.
    """

    user: str
    host: str
    process: int
    since: str

    def __str__(self) -> str:
        since = f", since {self.since[:19]}Z" if self.since else ""
        return f"{self.user}@{self.host}, process {self.process}{since}"


def locks_of(stack: str, *, project: str, backend: str, client: Client) -> list[Lock]:
    """The locks of a stack; none where the backend is of another kind.

    Args:
        stack: its name.
        project: that of Pulumi.yaml.
        backend: the address that `pulumi login` was given.
        client: makes the client of S3.
    """
    folder = f".pulumi/locks/organization/{project}/{stack}/"
    address = urlsplit(backend)
    if address.scheme == "file":
        texts = _files(Path(unquote(f"{address.netloc}{address.path}")).expanduser() / folder)
    elif address.scheme == "s3":
        region = parse_qs(address.query).get("region", ["us-east-1"])[0]
        prefix = address.path.strip("/")
        texts = _objects(client("s3", region), address.netloc, f"{prefix}/{folder}" if prefix else folder)
    else:
        return []
    return [_lock(text) for text in texts]


def _files(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("*.json")):
        yield file.read_text(encoding="utf-8", errors="replace")


def _objects(s3: Any, bucket: str, prefix: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for one in page.get("Contents", ()):
            yield s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read().decode(errors="replace")


def _lock(text: str) -> Lock:
    try:
        document = json.loads(text)
    except ValueError:
        # A run that ended while it wrote its lock has locked the stack all the same.
        document = None
    told = document if isinstance(document, dict) else {}
    process = told.get("pid")
    return Lock(
        user=str(told.get("username") or "somebody"),
        host=str(told.get("hostname") or "somewhere"),
        process=process if isinstance(process, int) else 0,
        since=str(told.get("timestamp") or ""),
    )
