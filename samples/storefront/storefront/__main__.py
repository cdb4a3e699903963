"""`python3 -m storefront`: serve until SIGTERM, as systemd expects."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType

from storefront.application import Application
from storefront.catalogue import FileCatalogue
from storefront.configuration import ConfigurationError, read_configuration
from storefront.server import create_server

PACKAGE = Path(__file__).resolve().parent


def main() -> int:
    """Run the service; returns the exit status: 0 after SIGTERM, 2 for a configuration that makes no sense."""
    try:
        configuration = read_configuration(environment=os.environ, home=PACKAGE.parent)
    except ConfigurationError as problem:
        print(f"storefront: {problem}", file=sys.stderr)
        return 2
    application = Application(catalogue=FileCatalogue(path=PACKAGE / "products.json"), version=configuration.version)
    signal.signal(signal.SIGTERM, _stop)
    with create_server(application=application, host="0.0.0.0", port=configuration.port) as server:
        print(f"storefront {configuration.version} listens on port {configuration.port}", flush=True)
        server.serve_forever()
    return 0


def _stop(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
