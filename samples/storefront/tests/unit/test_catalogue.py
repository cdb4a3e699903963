"""The catalogue reads what it should and names what it can't."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from storefront.catalogue import CatalogueError, FileCatalogue, Product, parse_products


def test_a_well_formed_document_becomes_products_in_its_order() -> None:
    document = [{"id": "b", "name": "Bowl", "priceCents": 700}, {"id": "a", "name": "Apron", "priceCents": 0}]
    assert parse_products(document) == (
        Product(id="b", name="Bowl", price_cents=700),
        Product(id="a", name="Apron", price_cents=0),
    )


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "expected a list"),
        (["mug"], "product 1 isn't an object"),
        ([{"name": "Mug", "priceCents": 1}], "product 1 has no id"),
        ([{"id": "mug", "name": "", "priceCents": 1}], "product mug has no name"),
        ([{"id": "mug", "name": "Mug", "priceCents": -1}], "product mug needs priceCents"),
        ([{"id": "mug", "name": "Mug", "priceCents": 1.5}], "product mug needs priceCents"),
        ([{"id": "mug", "name": "Mug", "priceCents": True}], "product mug needs priceCents"),
    ],
)
def test_a_wrong_document_is_refused_by_name(document: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_products(document)


def test_a_missing_file_is_a_catalogue_error(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="products.json"):
        FileCatalogue(path=tmp_path / "products.json").products()


def test_a_file_that_is_not_json_is_a_catalogue_error(tmp_path: Path) -> None:
    (tmp_path / "products.json").write_text("{", encoding="utf-8")
    with pytest.raises(CatalogueError, match="products.json"):
        FileCatalogue(path=tmp_path / "products.json").products()


def test_the_catalogue_that_is_shipped_can_be_read() -> None:
    shipped = Path(__file__).parents[2] / "storefront" / "products.json"
    assert FileCatalogue(path=shipped).products()
