"""What is said of an exemption, as one sentence that people read and `rulebook.reports` reads back.

The engine carries nothing but a message from a pack to whoever reads its events, so the message has to hold it all.
What people have written is quoted as JSON text: no reason or owner can be taken for another part of the sentence.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from enum import Enum

from rulebook.kit.exemptions import Exemption

_QUOTED = r'"(?:[^"\\]|\\.)*"'


class Standing(Enum):
    """How an exemption stands in a run; the value is how it is put, `{}` for its last day."""

    IN_FORCE = "is in force until {}"
    EXPIRED = "expired on {} and exempts nothing"
    UNUSED = "runs until {} and was not needed"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One exemption and what it came to, for one resource where it is in force.

    Args:
        id: what people call the exemption.
        rule: the rule it is from.
        standing: whether it is in force, expired or unused.
        expires: its last day.
        reason: why it was agreed.
        owner: who answers for it.
        ticket: where it was agreed.
        withheld: the paths of the findings that it withheld.
    """

    id: str
    rule: str
    standing: Standing
    expires: date
    reason: str
    owner: str
    ticket: str
    withheld: tuple[str, ...] = ()

    @classmethod
    def of(cls, exemption: Exemption, standing: Standing, withheld: tuple[str, ...] = ()) -> "Notice":
        """The notice of an exemption."""
        return cls(
            id=exemption.id,
            rule=exemption.rule,
            standing=standing,
            expires=exemption.expires,
            reason=exemption.reason,
            owner=exemption.owner,
            ticket=exemption.ticket,
            withheld=withheld,
        )

    def __str__(self) -> str:
        stands = self.standing.value.format(self.expires.isoformat())
        agreed = f"{_quote(self.reason)} (owner {_quote(self.owner)}, ticket {_quote(self.ticket)})."
        withholds = f" It withholds {', '.join(_quote(path) for path in self.withheld)}." if self.withheld else ""
        return f"The exemption {_quote(self.id)} from {self.rule} {stands}: {agreed}{withholds}"


def read_notice(text: str) -> Notice | None:
    """The notice at the beginning of a message; `None` where there is none."""
    for standing in Standing:
        found = _PATTERNS[standing].match(text)
        if found is None:
            continue
        try:
            return Notice(
                id=json.loads(found["id"]),
                rule=found["rule"],
                standing=standing,
                expires=date.fromisoformat(found["expires"]),
                reason=json.loads(found["reason"]),
                owner=json.loads(found["owner"]),
                ticket=json.loads(found["ticket"]),
                withheld=tuple(json.loads(path) for path in re.findall(_QUOTED, found["withheld"] or "")),
            )
        except ValueError:
            return None
    return None


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _pattern(standing: Standing) -> re.Pattern[str]:
    before, after = (re.escape(part) for part in standing.value.split("{}"))
    return re.compile(
        rf"The exemption (?P<id>{_QUOTED}) from (?P<rule>\S+) {before}(?P<expires>\d{{4}}-\d\d-\d\d){after}: "
        rf"(?P<reason>{_QUOTED}) \(owner (?P<owner>{_QUOTED}), ticket (?P<ticket>{_QUOTED})\)\."
        rf"(?: It withholds (?P<withheld>{_QUOTED}(?:, {_QUOTED})*)\.)?"
    )


_PATTERNS = {standing: _pattern(standing) for standing in Standing}
