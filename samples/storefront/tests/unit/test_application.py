"""What the application answers, asked without a socket."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from storefront.application import Application
from storefront.catalogue import CatalogueError, Product


@dataclass(frozen=True)
class Shelf:
    """A catalogue in memory."""

    items: Sequence[Product] = (Product(id="mug", name="Mug <b>", price_cents=1205),)

    def products(self) -> Sequence[Product]:
        return self.items


class BrokenShelf:
    """A catalogue whose source is gone."""

    def products(self) -> Sequence[Product]:
        raise CatalogueError("products.json: gone")


def test_health_answers_status_and_version() -> None:
    response = Application(catalogue=Shelf(), version="abc").respond(method="GET", target="/health")
    assert response.status == 200
    assert json.loads(response.body) == {"status": "ok", "version": "abc"}


def test_health_fails_when_the_catalogue_is_gone() -> None:
    response = Application(catalogue=BrokenShelf(), version="abc").respond(method="GET", target="/health")
    assert response.status == 503
    assert json.loads(response.body)["reason"] == "products.json: gone"


def test_a_visitor_does_not_learn_why_the_catalogue_is_gone() -> None:
    response = Application(catalogue=BrokenShelf(), version="abc").respond(method="GET", target="/")
    assert response.status == 503
    assert b"products.json" not in response.body


def test_the_page_escapes_names_and_writes_prices_with_two_decimals() -> None:
    body = Application(catalogue=Shelf(), version="abc").respond(method="GET", target="/").body.decode()
    assert "Mug &lt;b&gt;: 12.05 EUR" in body


def test_products_are_listed_for_machines_whatever_the_query_says() -> None:
    response = Application(catalogue=Shelf(), version="abc").respond(method="GET", target="/api/products?page=1")
    assert json.loads(response.body) == {"products": [{"id": "mug", "name": "Mug <b>", "priceCents": 1205}]}


@pytest.mark.parametrize(("method", "target", "status"), [("GET", "/nowhere", 404), ("POST", "/", 405)])
def test_what_is_not_offered_is_refused(method: str, target: str, status: int) -> None:
    assert Application(catalogue=Shelf(), version="abc").respond(method=method, target=target).status == status
