"""What every translation of a planned resource into calls is made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.unit.planning_mocks import Resource

Inputs = dict[str, Any]
Calls = Iterator[tuple[str, str, Mapping[str, Any]]]
"""Service, operation, parameters."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A planned resource, and the id by which the resources after it know it."""

    resource: Resource
    identity: str

    @property
    def arn(self) -> str:
        """Its ARN."""
        return self.resource.arn

    @property
    def region(self) -> str:
        """Where it is planned."""
        return str(self.resource.outputs["region"])


def renamed(inputs: Mapping[str, Any], **names: str) -> Inputs:
    return {names.get(key, key): value for key, value in inputs.items()}


def tags(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in words.items()]
