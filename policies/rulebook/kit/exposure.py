"""Whether a resource's own policy lets everyone in.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
says which conditions make a policy for everyone one for a known few.
"""

from rulebook.kit.iam import StatementReader
from rulebook.kit.values import Node, all_of, every, some

_LIMITS = frozenset(
    {
        *("aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:userid"),
        *("aws:sourceaccount", "aws:sourcearn", "aws:sourceip", "aws:sourceorgid", "aws:sourceorgpaths"),
        *("aws:sourceowner", "aws:sourcevpc", "aws:sourcevpce", "kms:calleraccount"),
    }
)
_LIMITING = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress"})
_ANYTHING = frozenset({"*", "0.0.0.0/0", "::/0"})


def lets_everyone_in(statement: StatementReader) -> bool:
    """Whether a statement allows something to everyone in the world."""
    node = statement.node
    return all_of(
        lambda: statement.allows,
        lambda: node["NotPrincipal"].present or is_everyone(node["Principal"]),
        lambda: not _is_limited(node["Condition"]),
    )


def is_everyone(principal: Node) -> bool:
    """Whether a principal is everyone: `*`, or `*` among the AWS principals."""
    if isinstance(principal.value, dict):
        principal = principal["AWS"]
    return some(_one_or_many(principal), lambda one: one.text() == "*")


def _is_limited(condition: Node) -> bool:
    def limits(operator: str) -> bool:
        if operator.lower().rpartition(":")[2] not in _LIMITING:
            return False
        return some(condition[operator].entries().items(), lambda entry: _names_few(*entry))

    return some(condition.entries(), limits)


def _names_few(key: str, values: Node) -> bool:
    return key.lower() in _LIMITS and every(_one_or_many(values), lambda value: value.text() not in _ANYTHING)


def _one_or_many(node: Node) -> list[Node]:
    return [node] if isinstance(node.value, str) else node.items()
