"""The servers run Python 3.9 with the standard library: what is shipped must too."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [*sorted((ROOT / "storefront").glob("*.py")), *sorted((ROOT / "scripts").glob("*.py"))]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_the_shipped_code_is_python_3_9(source: Path) -> None:
    tree = ast.parse(source.read_text(encoding="utf-8"), feature_version=(3, 9))
    # Annotations such as `str | None` are only harmless there when they are never evaluated.
    futures = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    assert futures or source.name == "__init__.py"
