"""Event patterns of EventBridge as rules read them.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from fnmatch import fnmatchcase

from rulebook.kit.iam import document
from rulebook.kit.rule import Resource
from rulebook.kit.values import Node


def pattern_of(rule: Resource) -> Node:
    """The event pattern of a rule; absent where the rule only keeps a schedule."""
    return document(rule.properties["eventPattern"])


def globs(field: Node) -> list[str]:
    """The values that a field of a pattern lets through, `*` for any text.

    An operator that says no more than what is *not* meant lets anything through.
    """
    return [_glob(one) for one in field.items()] if field.present else ["*"]


def accepts(field: Node, value: str) -> bool:
    """Whether a field of a pattern lets this value through; an absent one lets all."""
    return any(fnmatchcase(value, glob) for glob in globs(field))


def hears(rule: Resource, *, source: str, detail_type: str) -> bool:
    """Whether a rule is on and gets such events."""
    pattern = pattern_of(rule)
    return (
        pattern.present
        and _is_on(rule)
        and accepts(pattern["source"], source)
        and accepts(pattern["detail-type"], detail_type)
    )


def _is_on(rule: Resource) -> bool:
    # `isEnabled` is the older word for it.
    return rule.properties["state"].text("ENABLED") != "DISABLED" and rule.properties["isEnabled"].flag(default=True)


def _glob(node: Node) -> str:
    if isinstance(node.value, dict):
        for operator, shape in (("prefix", "{}*"), ("suffix", "*{}"), ("wildcard", "{}")):
            if isinstance(node.value.get(operator), str):
                return shape.format(node.value[operator])
        return "*"
    return node.text()
