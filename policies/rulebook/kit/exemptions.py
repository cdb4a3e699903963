"""Exemptions: a named resource doesn't have to follow a rule, for a written reason, until a date.

An expired exemption doesn't exempt; the finding says so. What was used, expired and never needed is kept in a `Ledger`,
which `ops-exemptions-in-force` reports, because the engine shows nobody which findings were withheld.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from rulebook.kit.schema import problems

REASON_LENGTH = 20
ITEM_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["id", "urn", "reason", "owner", "ticket", "expires"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "urn": {"type": "string", "minLength": 1},
        "finding": {"type": "string", "minLength": 1},
        "reason": {"type": "string", "minLength": REASON_LENGTH},
        "owner": {"type": "string", "minLength": 1},
        "ticket": {"type": "string", "minLength": 1},
        "expires": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    },
}
# A resource and a finding like no other: an exemption that covers them would be the end of the rule.
_ANY_URN, _ANY_FINDING = "urn:pulumi:\0::\0::\0::\0", "\0"
SCHEMA: Mapping[str, Any] = {"type": "array", "items": ITEM_SCHEMA}


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """One agreed exception.

    Args:
        id: what people call it, for example `EX-7`.
        rule: the rule it is from.
        urn: pattern of the resources' URNs, `*` for any text.
        finding: pattern of the findings' paths (`stages[2].actions[*`), all by default.
        reason: why, at least 20 characters.
        owner: who answers for it.
        ticket: where it was agreed.
        expires: the last day on which it holds.
    """

    id: str
    rule: str
    urn: str
    reason: str
    owner: str
    ticket: str
    expires: date
    finding: str = "*"

    def covers(self, *, urn: str, finding: str) -> bool:
        """Whether it is about this finding of this resource."""
        return fnmatchcase(urn, _literal_brackets(self.urn)) and fnmatchcase(finding, _literal_brackets(self.finding))

    def in_force(self, today: date) -> bool:
        """Whether it holds on this day."""
        return today <= self.expires


def _literal_brackets(pattern: str) -> str:
    """Paths are full of brackets; only `*` and `?` are wild here."""
    return pattern.replace("[", "[[]")


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """An entry that isn't an exemption, and why; it exempts nothing."""

    rule: str
    problem: str


@dataclass
class Use:
    """One exemption and what it withheld in this run: by resource, the paths of its findings."""

    exemption: Exemption
    withheld: dict[str, set[str]] = field(default_factory=dict)


@dataclass
class Ledger:
    """What a run knows of exemptions; one per pack and process, read by the last stack rule."""

    uses: dict[tuple[str, str], Use] = field(default_factory=dict)
    rejected: dict[Rejected, None] = field(default_factory=dict)

    def declare(self, given: Iterable[Exemption | Rejected]) -> list[Exemption]:
        """Take note of what a rule's configuration declares; returns the usable ones."""
        usable = []
        for item in given:
            if isinstance(item, Rejected):
                self.rejected[item] = None
            elif self.uses.setdefault((item.rule, item.id), Use(item)).exemption == item:
                usable.append(item)
            else:
                # What is withheld under one name by two agreements could be asked of neither.
                self.rejected[Rejected(rule=item.rule, problem=f"the id {item.id} is that of another exemption")] = None
        return usable

    def withhold(self, exemption: Exemption, urn: str, finding: str) -> None:
        """Take note that a finding on `urn` was withheld."""
        self.uses[exemption.rule, exemption.id].withheld.setdefault(urn, set()).add(finding)


def read(entries: Any, *, rule: str) -> list[Exemption | Rejected]:
    """The exemptions of a configuration's list; what isn't one is returned as `Rejected`, not raised."""
    if not isinstance(entries, list | tuple):
        return [Rejected(rule=rule, problem="exemptions: must be an array")]
    return [_read_one(entry, rule=rule, path=f"exemptions[{index}]") for index, entry in enumerate(entries)]


def _read_one(entry: Any, *, rule: str, path: str) -> Exemption | Rejected:
    found = list(problems(entry, ITEM_SCHEMA, path))
    if found:
        return Rejected(rule=rule, problem="; ".join(found))
    try:
        expires = date.fromisoformat(entry["expires"])
    except ValueError:
        return Rejected(rule=rule, problem=f"{path}.expires: must be a day that exists, as YYYY-MM-DD")
    exemption = Exemption(rule=rule, **{**entry, "expires": expires})
    if exemption.covers(urn=_ANY_URN, finding=_ANY_FINDING):
        return Rejected(rule=rule, problem=f"{path}.urn: must name a stack, a type or a resource; it matches every one")
    return exemption
