"""Outcomes of stack rules, and what can't be read in them, told with the resource that they are about."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TypeVar

from rulebook.kit.facts import name_of
from rulebook.kit.rule import Outcome, Resource, Violation, guarded
from rulebook.kit.values import MalformedError, UndecidableError

T = TypeVar("T")
_OF = " of "


def told_of(resource: Resource, question: Callable[[], T]) -> T:
    """The answer to a question on a resource, which is named where something of it can't be read."""
    try:
        return question()
    except UndecidableError as error:
        raise UndecidableError(_path_of(resource, error.path)) from None
    except MalformedError as error:
        raise MalformedError(_path_of(resource, error.path), error.expected) from None


def about(resource: Resource, judge: Callable[[], Iterable[Outcome]]) -> Iterator[Outcome]:
    """The outcomes of a stack rule on one of its resources, which the notices then name as well."""
    for outcome in guarded(judge):
        if isinstance(outcome, Violation):
            yield outcome if outcome.urn else replace(outcome, urn=resource.urn)
        else:
            yield replace(outcome, urn=resource.urn, path=_path_of(resource, outcome.path))


def about_each(resources: Iterable[Resource], judge: Callable[[Resource], Iterable[Outcome]]) -> Iterator[Outcome]:
    """Judge each resource on its own; what one doesn't tell yet is said of that one, and leaves the others decided."""
    for resource in resources:
        yield from about(resource, partial(judge, resource))


def _path_of(resource: Resource, path: str) -> str:
    # Whoever came first was nearer to the property.
    return path if _OF in path else f"{path}{_OF}{name_of(resource.urn)}"
