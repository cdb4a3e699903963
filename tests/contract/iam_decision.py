"""Whether AWS would let a request through, by the policies that the stacks plan
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).

Of IAM's operators those are known that the stacks use; another one is an error, and no silent yes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

Statement = Mapping[str, Any]

ROOT = "root"


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request to AWS.

    Args:
        action: as `s3:PutObject`.
        resource: the ARN it is about.
        principal: the ARN of the role, or of the root user, that makes it.
        context: condition keys and their values, besides those that follow from the rest.
    """

    action: str
    resource: str
    principal: str
    context: Mapping[str, str] = field(default_factory=dict)

    @property
    def account(self) -> str:
        """Whose principal it is."""
        return self.principal.split(":")[4]

    @property
    def keys(self) -> dict[str, str]:
        """Every condition key of it."""
        return {"aws:PrincipalArn": self.principal, "aws:SecureTransport": "true", **self.context}


def allowed(
    call: Call, *, own: Iterable[Statement], resource: Iterable[Statement], owner: str, in_key: bool = False
) -> bool:
    """Whether the request is let through.

    Args:
        call: the request.
        own: the statements of the principal's policies.
        resource: those of the resource's policy.
        owner: the account that the resource is in.
        in_key: whether that is the policy of a key. IAM's own policies count there only if it says so.
    """
    mine, others = list(own), list(resource)
    if any(_denies(one, call) for one in (*mine, *others)):
        return False
    by_self = any(_allows(one, call) for one in mine)
    by_resource = any(_allows(one, call) and _is_named(one, call) for one in others)
    if call.account != owner:
        return by_self and by_resource
    # In its own account either is enough; what the policy opens to the whole account, IAM still has to give.
    to_the_role = any(_allows(one, call) and call.principal in _names(one) for one in others if _names(one))
    return to_the_role or (by_self and (by_resource if in_key else True))


def _denies(statement: Statement, call: Call) -> bool:
    concerned = "Principal" not in statement or _is_named(statement, call)
    return statement["Effect"] == "Deny" and concerned and _matches(statement, call)


def _allows(statement: Statement, call: Call) -> bool:
    return statement["Effect"] == "Allow" and _matches(statement, call)


def _names(statement: Statement) -> list[str]:
    principal = statement["Principal"]
    if principal == "*":
        return ["*"]
    said = principal.get("AWS", [])
    return [said] if isinstance(said, str) else list(said)


def _is_named(statement: Statement, call: Call) -> bool:
    account = f"arn:aws:iam::{call.account}:root"
    return any(one in ("*", account, call.principal) for one in _names(statement))


def _matches(statement: Statement, call: Call) -> bool:
    return (
        any(fnmatchcase(call.action, one) for one in statement["Action"])
        and any(fnmatchcase(call.resource, one) for one in statement.get("Resource", ["*"]))
        and all(
            _OPERATORS[operator](call.keys.get(key), [values] if isinstance(values, str) else list(values))
            for operator, tested in statement.get("Condition", {}).items()
            for key, values in tested.items()
        )
    )


_OPERATORS: Mapping[str, Callable[[str | None, list[str]], bool]] = {
    "StringEquals": lambda found, wanted: found in wanted,
    "ArnEquals": lambda found, wanted: found is not None and any(fnmatchcase(found, one) for one in wanted),
    "ArnLike": lambda found, wanted: found is not None and any(fnmatchcase(found, one) for one in wanted),
    # A key that isn't there matches what is negated.
    "ArnNotEquals": lambda found, wanted: found is None or not any(fnmatchcase(found, one) for one in wanted),
    "Bool": lambda found, wanted: found in wanted,
    "Null": lambda found, wanted: [str(found is None).lower()] == wanted,
}
