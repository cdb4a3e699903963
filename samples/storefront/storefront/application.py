"""What the service answers, as plain values: no socket and no thread is needed to ask it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlsplit

from storefront.catalogue import Catalogue, CatalogueError, Product

ROUTES = ("/", "/health", "/api/products")


@dataclass(frozen=True)
class Response:
    """One answer: HTTP status, media type and body."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True)
class Application:
    """The shop: a catalogue and the version that says so at /health."""

    catalogue: Catalogue
    version: str

    def respond(self, method: str, target: str) -> Response:
        """Answer one request. `target` is the request line's path with its query; nothing is raised."""
        path = urlsplit(target).path
        if path not in ROUTES:
            return _json(404, {"error": f"nothing lives at {path}"})
        if method not in ("GET", "HEAD"):
            return _json(405, {"error": f"{method} isn't offered here"})
        try:
            products = self.catalogue.products()
        except CatalogueError as problem:
            return self._unavailable(path=path, problem=problem)
        if path == "/health":
            return _json(200, {"status": "ok", "version": self.version})
        if path == "/api/products":
            listed = [{"id": item.id, "name": item.name, "priceCents": item.price_cents} for item in products]
            return _json(200, {"products": listed})
        rows = "".join(_row(product) for product in products)
        return Response(
            status=200, content_type="text/html; charset=utf-8", body=_page(rows=rows, version=self.version)
        )

    def _unavailable(self, path: str, problem: CatalogueError) -> Response:
        # The load balancer takes a server out by its health check: one that can't show a product must fail it.
        if path == "/health":
            return _json(503, {"status": "unavailable", "version": self.version, "reason": str(problem)})
        return _json(503, {"error": "the catalogue is unavailable"})


def _json(status: int, document: dict[str, Any]) -> Response:
    return Response(status=status, content_type="application/json", body=json.dumps(document).encode("utf-8"))


def _row(product: Product) -> str:
    units, cents = divmod(product.price_cents, 100)
    return f"<li>{escape(product.name)}: {units}.{cents:02d} EUR</li>"


def _page(rows: str, version: str) -> bytes:
    document = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Storefront</title></head>'
        f"<body><h1>Storefront</h1><ul>{rows}</ul><footer>Version {escape(version)}</footer></body></html>"
    )
    return document.encode("utf-8")
