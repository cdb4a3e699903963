"""IAM documents as rules read them, whether they came as JSON text or as an object.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html: a statement may stand alone or in a
list, and so may an action, a resource or a principal.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from rulebook.kit.facts import INLINE_POLICY, MANAGED_POLICY, ROLE
from rulebook.kit.rule import Outcome, Resource, each, guarded
from rulebook.kit.values import MalformedError, Node, some

_EFFECTS = ("Allow", "Deny")


@dataclass(frozen=True)
class StatementReader:
    """One statement of a document."""

    node: Node

    @property
    def allows(self) -> bool:
        """Whether it gives permissions; the effect is case-sensitive."""
        return self.node["Effect"].text() == "Allow"

    def actions(self) -> list[Node]:
        """Its actions, each with its own path."""
        return _one_or_many(self.node["Action"])

    def action_is(self, matches: Callable[[str], bool]) -> bool:
        """Whether one of its actions is such; actions compare without regard to case."""
        return some(_one_or_many(self.node["Action"]), lambda action: matches(action.text().lower()))

    def resource_is(self, matches: Callable[[str], bool]) -> bool:
        """Whether one of its resources is such."""
        return some(_one_or_many(self.node["Resource"]), lambda resource: matches(resource.text()))


def document(node: Node) -> Node:
    """The document at a property, parsed where it is text; `MalformedError` where the text isn't JSON."""
    if isinstance(node.value, str):
        try:
            return Node(json.loads(node.value), node.path)
        except ValueError:
            raise MalformedError(node.path, "a JSON document") from None
    return node


def statements(node: Node) -> list[StatementReader]:
    """The statements of the document at a property; none where the property is absent.

    Raises:
        MalformedError: the document has no statement, or one without an effect that there is; AWS takes no part of it.
    """
    listed = document(node)["Statement"]
    if node.present and not listed.present:
        raise MalformedError(node.path, "a document with a Statement")
    items = listed.items()
    for effect in [item["Effect"] for item in items if isinstance(item.value, dict)]:
        if effect.known and effect.value not in _EFFECTS:
            raise MalformedError(effect.path, "Allow or Deny")
    return [StatementReader(item) for item in items]


def permission_documents(resource: Resource) -> Iterator[Node]:
    """Where a resource keeps what it permits, not whom it trusts."""
    if resource.kind in (INLINE_POLICY, MANAGED_POLICY):
        yield resource.properties["policy"]
    elif resource.kind is ROLE:
        yield from (inline["policy"] for inline in resource.properties["inlinePolicies"].items())


def each_statement(resource: Resource, judge: Callable[[StatementReader], Iterator[Outcome]]) -> Iterator[Outcome]:
    """Judge every statement that a resource permits by, each document and statement on its own."""
    yield from guarded(
        lambda: each(permission_documents(resource), lambda node: each(statements(node), judge)),
    )


def is_aws_managed(arn: str, patterns: list[str]) -> bool:
    """Whether an ARN is a policy of AWS itself whose name, without path, matches one of the patterns."""
    owner, _, name = arn.partition(":policy/")
    return fnmatchcase(owner, "arn:aws*:iam::aws") and any(
        fnmatchcase(name.rsplit("/", 1)[-1], pattern) for pattern in patterns
    )


def _one_or_many(node: Node) -> list[Node]:
    return [node] if isinstance(node.value, str) else node.items()
