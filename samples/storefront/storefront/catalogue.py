"""What the shop sells."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


class CatalogueError(Exception):
    """The products can't be read; the text says which file and why."""


@dataclass(frozen=True)
class Product:
    """One thing on sale. The price is in cents, so that no sum is ever rounded."""

    id: str
    name: str
    price_cents: int


class Catalogue(Protocol):
    """Where the products come from: a file today, a database another day, a fake in the component tests."""

    def products(self) -> Sequence[Product]:
        """Every product, in the order of the page. Raises CatalogueError."""


@dataclass(frozen=True)
class FileCatalogue:
    """The products of a JSON file. It is read on every call: a corrected file needs no restart."""

    path: Path

    def products(self) -> Sequence[Product]:
        try:
            return parse_products(json.loads(self.path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as problem:
            raise CatalogueError(f"{self.path.name}: {problem}") from problem


def parse_products(document: Any) -> Sequence[Product]:
    """Turn the JSON document into products. Raises ValueError naming the entry that is wrong."""
    if not isinstance(document, list):
        raise ValueError("expected a list of products")
    return tuple(_parse_product(number, entry) for number, entry in enumerate(document, start=1))


def _parse_product(number: int, entry: Any) -> Product:
    if not isinstance(entry, dict):
        raise ValueError(f"product {number} isn't an object")
    identity, name, price = entry.get("id"), entry.get("name"), entry.get("priceCents")
    if not isinstance(identity, str) or not identity:
        raise ValueError(f"product {number} has no id")
    if not isinstance(name, str) or not name:
        raise ValueError(f"product {identity} has no name")
    if not isinstance(price, int) or isinstance(price, bool) or price < 0:
        raise ValueError(f"product {identity} needs priceCents, a whole number of at least 0")
    return Product(id=identity, name=name, price_cents=price)
