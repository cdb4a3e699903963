"""The socket adds nothing to the application's answers."""

from __future__ import annotations

import threading
import urllib.request

from storefront.application import Application
from storefront.catalogue import Product
from storefront.server import create_server


class EmptyShelf:
    def products(self) -> tuple[Product, ...]:
        return ()


def test_an_answer_goes_over_the_wire_with_its_type_and_length() -> None:
    application = Application(catalogue=EmptyShelf(), version="abc")
    with create_server(application=application, host="127.0.0.1", port=0) as server:
        worker = threading.Thread(target=server.handle_request)
        worker.start()
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/health", timeout=5) as answer:
            body = answer.read()
            assert answer.headers["Content-Type"] == "application/json"
            assert answer.headers["Content-Length"] == str(len(body))
        worker.join(timeout=5)
