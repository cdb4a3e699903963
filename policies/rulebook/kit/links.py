"""Which resource belongs to which: by dependencies of a property, or by a literal name where there is no other link.

Values of ARNs and ids are never compared as a whole: they aren't known before the first update, and a program may
compute them from names. A stack may have thousands of resources, so those that may belong together are looked up, and
only they are asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rulebook.kit.facts import Kind
from rulebook.kit.rule import Resource, Stack
from rulebook.kit.telling import told_of
from rulebook.kit.values import Node, UndecidableError, UnreadableError, some


def token_of(urn: str) -> str:
    """The type token of a URN, without the types of the resources above it."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


def last_part(text: str) -> str:
    """The name in an ARN, or the name itself."""
    return text.rsplit(":", 1)[-1].rsplit("/", 1)[-1]


def own_name(resource: Resource, key: str = "name") -> str | None:
    """The name that a resource has in AWS; none where AWS or Pulumi chooses it and it isn't known yet."""
    node = resource.properties[key]
    return node.text() or None if node.known else None


def names(part: Resource, key: str, whole: Resource, *, name: str = "name") -> bool:
    """Whether the property `key` of one resource means the other.

    Args:
        part: the resource with the property, a bucket's policy for example.
        key: the property: a text or a list of texts, names or ARNs.
        whole: the resource that may be meant.
        name: the property of `whole` that holds the name AWS knows it by.

    Raises:
        UndecidableError: nothing depends on a resource of that kind, and one of the two names isn't known yet.
    """
    if whole.urn in part.dependencies.get(key, ()):
        return True
    return told_of(part, lambda: some(_told_in(part, key, whole.kind), lambda one: says(one, whole, name=name)))


def says(node: Node, whole: Resource, *, name: str = "name") -> bool:
    """Whether a text is the name or an ARN of `whole`."""
    text = last_part(node.text())
    return bool(text) and text == told_of(whole, whole.properties[name].text)


def linked(whole: Resource, stack: Stack, *kinds: Kind, key: str, name: str = "name") -> list[Resource]:
    """The resources of some kinds whose property `key` means `whole`.

    Raises:
        UndecidableError: none is known to, and of one it isn't known whether it does.
    """
    found, unreadable = [], []
    for part in may_mean(whole, stack, *kinds, keys=(key,), name=name):
        try:
            if names(part, key, whole, name=name):
                found.append(part)
        except UnreadableError as error:
            unreadable.append(error)
    if unreadable and not found:
        raise unreadable[0]
    return found


def may_mean(whole: Resource, stack: Stack, *kinds: Kind, keys: Sequence[str], name: str = "name") -> list[Resource]:
    """The resources of some kinds of which `names` doesn't say no for certain, whichever of the properties is asked."""

    def register() -> _Register:
        return _Register([(part, _Tie.of_part(part, keys, whole.kind)) for part in stack.of(*kinds)])

    return stack.once(("parts", kinds, tuple(keys), whole.kind), register).meeting(_Tie.of_whole(whole, name))


def may_be_meant(
    part: Resource, stack: Stack, kind: Kind, *, keys: Sequence[str], name: str = "name"
) -> list[Resource]:
    """The resources of a kind for which `names` doesn't say no for certain, whichever property of `part` is asked."""

    def register() -> _Register:
        return _Register([(whole, _Tie.of_whole(whole, name)) for whole in stack.of(kind)])

    return stack.once(("wholes", kind, name), register).meeting(_Tie.of_part(part, keys, kind))


def is_meant(
    node: Node, to: Resource, *, holder: Resource, key: str, peers: Iterable[Resource], name: str = "name"
) -> bool:
    """Whether a value deep inside the property `key` of `holder` names `to`.

    The engine tells the dependencies of the property as a whole. So a value not known yet is `to` only where the
    property depends on none of its peers beside it; with several it stays undecided.
    """
    if node.known:
        return node.present and last_part(node.text()) == own_name(to, name)
    depends = frozenset(holder.dependencies.get(key, ()))
    if depends and to.urn not in depends:
        return False
    if [peer.urn for peer in peers if peer.urn in depends] != [to.urn]:
        raise UndecidableError(node.path)
    return True


def declared(resource: Resource, key: str) -> Node:
    """A property that the provider fills in where the program leaves it out, as the program gave it.

    In a preview such a property isn't known although nobody gave it: then nothing it could depend on is known either.
    """
    node = resource.properties[key]
    return node if node.known or resource.dependencies.get(key) else Node(None, node.path)


def _told_in(part: Resource, key: str, kind: Kind) -> list[Node]:
    """The texts in a property that may name a resource on which it doesn't depend."""
    node = part.properties[key]
    # What comes from another resource of the kind is that one, whatever it will be called.
    from_another = any(token_of(urn) in kind.tokens for urn in part.dependencies.get(key, ()))
    if isinstance(node.value, list):
        return [one for one in node.items() if one.known or not from_another]
    return [node] if node.present and not from_another else []


@dataclass(frozen=True)
class _Tie:
    """What a resource can be found by.

    Args:
        urns: itself, or what its property depends on.
        texts: names, as far as they can be read.
        open: whether there is one that can't be, and so may be any.
        nameable: whether a name that can't be read may be about this one.
    """

    urns: Sequence[str]
    texts: frozenset[str]
    open: bool
    nameable: bool

    @classmethod
    def of_part(cls, part: Resource, keys: Sequence[str], kind: Kind) -> "_Tie":
        told = [node for key in keys for node in _told_in(part, key, kind)]
        on = [urn for key in keys for urn in part.dependencies.get(key, ())]
        return cls._made(on, told, nameable=bool(told))

    @classmethod
    def of_whole(cls, whole: Resource, name: str) -> "_Tie":
        return cls._made((whole.urn,), [whole.properties[name]], nameable=True)

    @classmethod
    def _made(cls, urns: Sequence[str], nodes: Iterable[Node], *, nameable: bool) -> "_Tie":
        texts, unreadable = set(), False
        for node in nodes:
            try:
                texts.add(last_part(node.text()))
            except UnreadableError:
                unreadable = True
        return cls(urns, frozenset(texts), unreadable, nameable)


class _Register:
    """Resources by what they can be found by, so that a thousand of them aren't asked a thousand times each."""

    def __init__(self, entries: Sequence[tuple[Resource, _Tie]]) -> None:
        self._resources = [resource for resource, _ in entries]
        self._by_urn: dict[str, list[int]] = {}
        self._by_text: dict[str, list[int]] = {}
        self._open = [number for number, (_, tie) in enumerate(entries) if tie.open]
        self._nameable = [number for number, (_, tie) in enumerate(entries) if tie.nameable]
        for number, (_, tie) in enumerate(entries):
            for urn in tie.urns:
                self._by_urn.setdefault(urn, []).append(number)
            for text in tie.texts:
                self._by_text.setdefault(text, []).append(number)

    def meeting(self, tie: _Tie) -> list[Resource]:
        """The resources that share a URN or a name with this, or may, in the order they came in."""
        found = {number for urn in tie.urns for number in self._by_urn.get(urn, ())}
        found.update(number for text in tie.texts for number in self._by_text.get(text, ()))
        if tie.nameable:
            found.update(self._open)
        if tie.open:
            found.update(self._nameable)
        return [self._resources[number] for number in sorted(found)]
