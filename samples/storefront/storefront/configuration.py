"""What the service is told from outside: the environment and the files beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

UNRELEASED = "unreleased"


class ConfigurationError(Exception):
    """The environment makes no sense; the text names the variable and what is allowed."""


@dataclass(frozen=True)
class Configuration:
    """The port to listen on (1 to 65535, 8080 unless told) and the version that was installed."""

    port: int
    version: str


def read_configuration(environment: Mapping[str, str], home: Path) -> Configuration:
    """Read PORT from the environment and the version from `home`/VERSION, which the build writes.

    Raises ConfigurationError for a port that isn't one.
    """
    return Configuration(port=_port(environment.get("PORT", "8080")), version=_version(home / "VERSION"))


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise ConfigurationError(f"PORT is {text!r}: expected a whole number from 1 to 65535")


def _version(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip() or UNRELEASED
    except FileNotFoundError:
        return UNRELEASED
