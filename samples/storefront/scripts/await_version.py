"""Ask a health check until it answers 200 with the wanted version: await_version.py URL VERSION SECONDS.

Exit status 1, and the last answer on stderr, when the time is over. Runs on the server's Python 3.9; in Python, because
a server without curl still has the interpreter that runs the service.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request

SECONDS_BETWEEN = 0.5
SECONDS_FOR_ONE_ANSWER = 5


def ask(url: str) -> tuple[str | None, str]:
    """The version of a healthy answer (None when it isn't one), and what was heard, for a person."""
    try:
        with urllib.request.urlopen(url, timeout=SECONDS_FOR_ONE_ANSWER) as answer:
            body = answer.read(10_000).decode("utf-8", errors="replace")
    except urllib.error.HTTPError as refusal:
        with refusal:
            return None, f"status {refusal.code}: {refusal.read(1_000).decode('utf-8', errors='replace')}"
    except OSError as problem:
        return None, f"no answer: {problem}"
    try:
        return str(json.loads(body)["version"]), f"status 200: {body[:1_000]}"
    except (ValueError, KeyError, TypeError):
        return None, f"status 200 without a version: {body[:1_000]}"


def main(url: str, wanted: str, seconds: float) -> int:
    """0 as soon as `wanted` answers at `url`, 1 when it hasn't after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        version, heard = ask(url)
        if version == wanted:
            return 0
        if time.monotonic() >= deadline:
            print(f"storefront: wanted version {wanted}, heard {heard}", file=sys.stderr)
            return 1
        time.sleep(SECONDS_BETWEEN)


if __name__ == "__main__":
    sys.exit(main(url=sys.argv[1], wanted=sys.argv[2], seconds=float(sys.argv[3])))
