"""Greets whoever asks."""

import json
import os
from pathlib import Path

VERSION = Path(__file__).with_name("VERSION")


def handle(event, _context):
    """Answers an HTTP event of API Gateway or of a function URL."""
    path = event.get("rawPath", "/")
    if path == "/health":
        return answer({"status": "ok", "version": version()})
    name = (event.get("queryStringParameters") or {}).get("name", "world")
    if not name.isprintable() or len(name) > 100:
        return answer({"error": "a name has at most 100 printable characters"}, status=400)
    return answer({"message": f"{os.environ.get('GREETING', 'Hello')}, {name}!"})


def answer(body, status=200):
    """The answer as Lambda hands it on."""
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}


def version():
    """What the build wrote; a working copy has none."""
    return VERSION.read_text(encoding="utf-8").strip() if VERSION.exists() else "unbuilt"
