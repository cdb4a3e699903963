"""Which resource belongs to which: by dependencies of a property, or by a literal name where there is no other link.

Values of ARNs and ids are never compared as a whole: they aren't known before the first update, and a program may
compute them from names.
"""

import re
from collections.abc import Iterable

from rulebook.kit.rule import Resource
from rulebook.kit.values import Node, UnreadableError

_NAME_IN_ARN = re.compile(r"[^:/]*$")


def token_of(urn: str) -> str:
    """The type token of a URN, without the types of the resources above it."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


def names(part: Resource, key: str, whole: Resource, *, name: str) -> bool:
    """Whether the property `key` of one resource means the other.

    Args:
        part: the resource with the property, a bucket's policy for example.
        key: the property, which may be text or a list of texts.
        whole: the resource that may be meant.
        name: the property of `whole` that holds its name.

    Raises:
        UndecidableError: nothing depends on a resource of that kind, and one of the two names isn't known yet.
    """
    on = part.dependencies.get(key, ())
    if whole.urn in on:
        return True
    if any(token_of(urn) in whole.kind.tokens for urn in on):
        return False
    return says(part.properties[key], whole, name=name)


def says(node: Node, whole: Resource, *, name: str) -> bool:
    """Whether a name or an ARN, or one in a list of them, is that of `whole`."""
    return any(_tail(text) == whole.properties[name].text() for text in node.texts() if text)


def linked(whole: Resource, parts: Iterable[Resource], *, key: str, name: str) -> list[Resource]:
    """The resources whose property `key` means `whole`.

    Raises:
        UndecidableError: none is known to, and of one it isn't known whether it does.
    """
    found, unreadable = [], []
    for part in parts:
        try:
            if names(part, key, whole, name=name):
                found.append(part)
        except UnreadableError as error:
            unreadable.append(error)
    if unreadable and not found:
        raise unreadable[0]
    return found


def declared(resource: Resource, key: str) -> Node:
    """A property that the provider fills in where the program leaves it out, as the program gave it.

    In a preview such a property isn't known although nobody gave it: then nothing it could depend on is known either.
    """
    node = resource.properties[key]
    return node if node.known or resource.dependencies.get(key) else Node(None, node.path)


def _tail(text: str) -> str:
    found = _NAME_IN_ARN.search(text)
    return found.group() if found else text
