"""What a case is, and how the exempted and the expired one are made of a violating one.

A rule's first compliant and first violating case in which everything is known are also its examples in `docs/rules.md`:
put what shows the point best first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from rulebook.kit.rule import Rule
from tests.policies.harness import Given


class Kind(StrEnum):
    """The six kinds that every rule must have."""

    COMPLIANT = "compliant"
    VIOLATING = "violating"
    MISSING = "property missing"
    UNKNOWN = "unknown"
    EXEMPT = "exempt"
    EXPIRED = "expired exemption"


@dataclass(frozen=True, kw_only=True)
class Case:
    """Resources in a stack, and what one rule must say of them.

    Args:
        rule: the rule in question.
        kind: which of the six.
        what: the case, as the end of the sentence "the rule … when".
        given: the resources.
        finds: a fragment of each violation's message, in order, usually its path; none: it must be silent.
        undecided: a fragment of the one notice that something isn't known; empty: there must be none.
        stack: the stack's name.
        parameters: the rule's parameters.
        with_rules: rules that are asked before it, with their parameters by id in `others`.
    """

    rule: Rule
    kind: Kind
    what: str
    given: tuple[Given, ...]
    finds: tuple[str, ...] = ()
    undecided: str = ""
    stack: str = "prod"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    with_rules: Sequence[Rule] = ()
    others: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.rule.id} | {self.kind} | {self.what}"


def exemption(**changes: str) -> dict[str, str]:
    """An entry that exempts every resource called `thing`, in force until the end of 2026."""
    return {
        "id": "EX-7",
        "urn": "*::thing",
        "reason": "The vendor's appliance has no second node to shift to",
        "owner": "team-x",
        "ticket": "OPS-41",
        "expires": "2026-12-31",
        **changes,
    }


def exempted(violating: Case) -> tuple[Case, Case]:
    """The exempted and the expired twin of a violating case."""
    return (
        replace(
            violating,
            kind=Kind.EXEMPT,
            what=f"{violating.what}, but it is exempt",
            finds=(),
            parameters={**violating.parameters, "exemptions": [exemption()]},
        ),
        replace(
            violating,
            kind=Kind.EXPIRED,
            what=f"{violating.what}, and its exemption has expired",
            finds=tuple("The exemption EX-7 expired on 2026-11-22." for _ in violating.finds),
            parameters={**violating.parameters, "exemptions": [exemption(expires="2026-11-22")]},
        ),
    )
