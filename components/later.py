"""Values that AWS gives only when a resource exists, in plans that are complete before any does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import pulumi

ValueT = TypeVar("ValueT")


@dataclass(frozen=True)
class Later:
    """Stands in a plan for such a value; the owner of the resource hands it over under this name.

    Almost no plan needs one: most names and ARNs are computed (`docs/decisions/0001-names-before-resources.md`). The
    ARN of a connection ends in an id that AWS invents.
    """

    name: str


def settled(value: ValueT | Later, values: Mapping[str, pulumi.Input[str]]) -> ValueT | pulumi.Input[str]:
    """The value itself, or what has become of it.

    Raises:
        KeyError: nobody handed it over.
    """
    return values[value.name] if isinstance(value, Later) else value
