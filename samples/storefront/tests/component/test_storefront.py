"""The whole service in this process over a real socket; only its catalogue is a fake."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence

import pytest

from storefront.application import Application
from storefront.catalogue import CatalogueError, Product
from storefront.server import create_server


class FakeCatalogue:
    """A catalogue that a test fills, empties and breaks while the service runs."""

    def __init__(self) -> None:
        self.items: list[Product] = []
        self.problem: CatalogueError | None = None

    def products(self) -> Sequence[Product]:
        if self.problem is not None:
            raise self.problem
        return self.items


@pytest.fixture
def catalogue() -> FakeCatalogue:
    return FakeCatalogue()


@pytest.fixture
def base_url(catalogue: FakeCatalogue) -> Iterator[str]:
    application = Application(catalogue=catalogue, version="component-test")
    with create_server(application=application, host="127.0.0.1", port=0) as server:
        worker = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        worker.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        worker.join(timeout=5)


def ask(url: str, method: str = "GET") -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()


def test_a_new_product_is_on_the_page_and_in_the_api_at_once(base_url: str, catalogue: FakeCatalogue) -> None:
    catalogue.items.append(Product(id="mug", name="Mug", price_cents=1200))
    assert b"Mug: 12.00 EUR" in ask(f"{base_url}/")[1]
    assert json.loads(ask(f"{base_url}/api/products")[1])["products"][0]["id"] == "mug"


def test_an_empty_shop_is_healthy(base_url: str) -> None:
    status, body = ask(f"{base_url}/health")
    assert (status, json.loads(body)["version"]) == (200, "component-test")


def test_the_service_leaves_the_load_balancer_while_its_catalogue_is_broken_and_comes_back(
    base_url: str, catalogue: FakeCatalogue
) -> None:
    catalogue.problem = CatalogueError("no connection")
    assert ask(f"{base_url}/health")[0] == 503
    catalogue.problem = None
    assert ask(f"{base_url}/health")[0] == 200


def test_head_has_no_body_and_a_write_is_refused(base_url: str) -> None:
    assert ask(f"{base_url}/", method="HEAD") == (200, b"")
    assert ask(f"{base_url}/api/products", method="DELETE")[0] == 405
