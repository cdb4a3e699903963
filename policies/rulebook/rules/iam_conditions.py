"""Whether the condition of a statement narrows it."""

from collections.abc import Callable

from rulebook.kit.iam import StatementReader
from rulebook.kit.values import Node, all_of, every, some

_COMPARING = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"})


def is_narrowed(
    statement: StatementReader,
    *,
    key: Callable[[str], bool],
    value: Callable[[str], bool] = lambda text: text.strip("*?") != "",
    if_exists: bool = False,
) -> bool:
    """Whether a condition asks that a key has one of some values.

    Args:
        statement: the statement with the condition.
        key: which keys count; they are given in lower case, for IAM compares them so.
        value: which values narrow it; all that are listed must.
        if_exists: whether it may hold where the key isn't sent (`StringEqualsIfExists`).
    """
    condition = statement.node["Condition"]

    def compares(operator: str) -> bool:
        word = operator.lower().removeprefix("foranyvalue:")
        return (word.removesuffix("ifexists") if if_exists else word) in _COMPARING

    def narrows(entry: tuple[str, Node]) -> bool:
        name, values = entry
        return key(name.lower()) and every(_one_or_many(values), lambda one: value(one.text()))

    return some(
        condition.entries(),
        lambda operator: all_of(
            lambda: compares(operator), lambda: some(condition[operator].entries().items(), narrows)
        ),
    )


def _one_or_many(node: Node) -> list[Node]:
    return [node] if isinstance(node.value, str) else node.items()
