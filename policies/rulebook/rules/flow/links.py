"""How resources of one stack are found to belong together: by what a property depends on, else by a literal name."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from rulebook.kit.facts import name_of
from rulebook.kit.rule import Outcome, Resource, Violation, guarded
from rulebook.kit.values import MalformedError, Node, UndecidableError, some

_OF = " of "


def own_name(resource: Resource, key: str = "name") -> str | None:
    """The name that a resource has in AWS; none where AWS or Pulumi chooses it and it isn't known yet."""
    node = resource.properties[key]
    return node.text() or None if node.known else None


def last_part(text: str) -> str:
    """The name in an ARN, or the name itself."""
    return text.rsplit(":", 1)[-1].rsplit("/", 1)[-1]


def is_linked(holder: Resource, key: str, to: Resource, *, name: str = "name") -> bool:
    """Whether a property of `holder` is about `to`.

    Args:
        holder: the resource with the property.
        key: the property: a text or a list of texts, names or ARNs.
        to: the resource it may be about.
        name: where that one keeps the name that AWS knows it by.
    """
    depends = holder.dependencies.get(key, ())
    if to.urn in depends:
        return True
    node = holder.properties[key]

    def names_it(one: Node) -> bool:
        return last_part(one.text()) == own_name(to, name)

    # What depends on other resources, and not on this one, isn't about this one, whatever it will be.
    if not node.present or (depends and not node.known):
        return False
    texts = [node] if isinstance(node.value, str) or not node.known else node.items()
    return told_of(holder, lambda: some(texts, names_it))


def is_meant(
    node: Node, to: Resource, *, holder: Resource, key: str, peers: Iterable[Resource], name: str = "name"
) -> bool:
    """Whether a value deep inside the property `key` of `holder` names `to`.

    The engine tells the dependencies of the property as a whole. So a value not known yet is `to` only where the
    property depends on none of its peers beside it; with several it stays undecided.
    """
    if node.known:
        return node.present and last_part(node.text()) == own_name(to, name)
    depends = holder.dependencies.get(key, ())
    if depends and to.urn not in depends:
        return False
    if [peer.urn for peer in peers if peer.urn in depends] != [to.urn]:
        raise UndecidableError(node.path)
    return True


def told_of(resource: Resource, question: Callable[[], bool]) -> bool:
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


def _path_of(resource: Resource, path: str) -> str:
    # Whoever came first was nearer to the property.
    return path if _OF in path else f"{path}{_OF}{name_of(resource.urn)}"
