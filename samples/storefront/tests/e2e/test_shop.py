"""A visitor, a machine and the load balancer against the real service."""

from __future__ import annotations

import json
import urllib.request
from typing import Any


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        body: bytes = answer.read()
        return body


def test_health_answers_with_the_version_that_was_built(base_url: str, expected_version: str) -> None:
    assert json.loads(fetch(f"{base_url}/health")) == {"status": "ok", "version": expected_version}


def test_every_product_of_the_api_is_on_the_page(base_url: str) -> None:
    products: list[dict[str, Any]] = json.loads(fetch(f"{base_url}/api/products"))["products"]
    page = fetch(f"{base_url}/").decode("utf-8")
    assert products
    assert [product["name"] for product in products if product["name"] not in page] == []
