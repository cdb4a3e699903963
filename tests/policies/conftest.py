"""The real engine, for the one program here that runs on it."""

from tests.engine.conftest import engine, layout

__all__ = ["engine", "layout"]
