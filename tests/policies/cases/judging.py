"""Cases of one rule, written shortly."""

from collections.abc import Callable, Mapping
from typing import Any

from rulebook.kit.rule import Rule
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.harness import Given

Judge = Callable[..., Case]


def judging(rule: Rule) -> Judge:
    """How to write a case of this rule: its kind, what it is, and the resources."""

    def case(kind: Kind, what: str, *given: Given, **more: Any) -> Case:
        return Case(rule=rule, kind=kind, what=what, given=given, **more)

    return case


def thing(token: str, properties: Mapping[str, Any], name: str = "thing", **more: Any) -> Given:
    """A resource called `thing`."""
    return Given(type=token, properties=properties, name=name, **more)


def making(token: str) -> Callable[..., Given]:
    """How to write a resource of this type: by its properties alone."""

    def make(**properties: Any) -> Given:
        return thing(token, properties)

    return make


def after(given: Given, *, key: str, others: tuple[Given, ...], stack: str = "prod") -> Given:
    """The same resource, whose property `key` depends on others."""
    urns = tuple(other.urn(stack) for other in others)
    return Given(
        type=given.type,
        properties=given.properties,
        name=given.name,
        provider=given.provider,
        depends={**given.depends, key: urns},
    )


__all__ = ["Case", "Kind", "after", "exempted", "judging", "making", "thing"]
