"""Serves on PORT, with the version that the file VERSION in its folder says."""

from __future__ import annotations

import os
from http.server import ThreadingHTTPServer
from pathlib import Path

from greeter.service import handler


def main() -> None:
    version = Path("VERSION").read_text(encoding="utf-8").strip() if Path("VERSION").exists() else "development"
    ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), handler(version)).serve_forever()


if __name__ == "__main__":
    main()
