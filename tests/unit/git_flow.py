"""Stacks with other flows and other sources than the files have, and what a policy denies."""

import fnmatch
import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from tests.unit.planning import Config, Planned, config_of, planned

Document = dict[str, Any]


def with_source(**keys: Any) -> Planned:
    """dev with these keys of its source besides its own; None takes one away."""
    return _with({**config_of("dev")["delivery:applications"]["storefront"]["source"], **keys})


def behind_connection(provider: str, **keys: Any) -> Planned:
    """dev with a repository of another provider."""
    return _with(
        {"provider": provider, "repository": "acme/storefront", "flow": "git-flow", "checks": {}, **keys},
    )


def _with(source: Document) -> Planned:
    return _planned_once(json.dumps({key: value for key, value in source.items() if value is not None}))


@cache
def _planned_once(source: str) -> Planned:
    def change(config: Config) -> None:
        config["delivery:applications"]["storefront"]["source"] = json.loads(source)

    return planned("dev", change)


def denies(statements: Iterable[Document], action: str, resource: str, references: list[str] | None = None) -> bool:
    """Whether a policy denies an action: what IAM makes of the two operators that ours uses
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).

    Args:
        statements: of the policy.
        action: what is asked.
        resource: on what.
        references: the values of `codecommit:References`; None where AWS doesn't send the key.
    """
    return any(
        statement["Effect"] == "Deny"
        and action in statement["Action"]
        and any(fnmatch.fnmatchcase(resource, one) for one in statement["Resource"])
        and _holds(statement.get("Condition", {}), references)
        for statement in statements
    )


def _holds(condition: Document, references: list[str] | None) -> bool:
    assert condition.keys() <= {"StringLikeIfExists", "Null"}
    for operator, keys in condition.items():
        ((key, value),) = keys.items()
        assert key == "codecommit:References"
        if operator == "Null" and (references is None) != (value == "true"):
            return False
        if operator == "StringLikeIfExists" and references is not None:
            return any(fnmatch.fnmatchcase(one, pattern) for one in references for pattern in value)
    return True
