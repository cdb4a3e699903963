"""The one table of environments: what they are called and how strictly they are held.

Stack names, stack tags, configuration, resource tags, pipeline stages and accounts are all read through this table, so
a name that an organization uses and that is not here is added here and nowhere else.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    """How strictly a stack is held; a stack belongs to exactly one tier."""

    DEVELOPMENT = "development"
    STAGING = "staging"
    PRODUCTION = "production"

    @property
    def strictness(self) -> int:
        """0 for the laxest tier; the strictest has the highest number."""
        return list(Tier).index(self)


STRICTEST = Tier.PRODUCTION


@dataclass(frozen=True, kw_only=True)
class Named:
    """The names of one tier, lower case; a digit may follow (`prod2`). Several words are joined by `-` (`pre-prod`).

    Args:
        tier: the tier these names mean.
        names: words that mean it wherever they stand.
        last: words that mean it at the end of a name only: `shop-live` is production, `live-chat` is a service.
        alone: words that mean it as the whole name only: `preview` is an environment, `preview-maker` a service.
        accounts: AWS account ids that hold this tier alone.
    """

    tier: Tier
    names: frozenset[str]
    last: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()


TABLE: tuple[Named, ...] = (
    Named(
        tier=Tier.DEVELOPMENT,
        names=frozenset({"dev", "develop", "development", "sandbox"}),
        alone=frozenset({"feature", "preview", "playground", "ephemeral"}),
    ),
    Named(
        tier=Tier.STAGING,
        names=frozenset(
            {
                *("staging", "stg", "tst", "qa", "uat"),
                *("preprod", "pre-prod", "preproduction", "pre-production", "preprd", "pre-prd"),
                *("nonprod", "non-prod", "nonproduction", "non-production", "nonprd", "non-prd", "notprod", "not-prod"),
            }
        ),
        last=frozenset({"stage", "test", "testing"}),
        alone=frozenset({"integration", "acceptance", "acc"}),
    ),
    Named(tier=Tier.PRODUCTION, names=frozenset({"prod", "production", "prd"}), last=frozenset({"live"})),
)

_WORD_LIMITS = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])")
_LONGEST_NAME = max(name.count("-") + 1 for row in TABLE for name in row.names)


def words(text: str) -> list[str]:
    """The words of a name in lower case, split at punctuation and at capitals: `EuProd-2` is `eu`, `prod`, `2`."""
    return [word.lower() for word in _WORD_LIMITS.split(text) if word]


def tiers_named(text: str, *, table: Iterable[Named] = TABLE) -> frozenset[Tier]:
    """Every tier that whole words of `text` name; never by substring, so `reproduce` names none.

    The longest name wins where names overlap: `non-prod` is staging and not also production.
    """
    rows = tuple(table)
    # A number of its own at the end counts the environments: `prod-2`.
    parts = words(text)
    while parts and parts[-1].isdigit():
        parts.pop()
    found: set[Tier] = set()
    at = 0
    while at < len(parts):
        for length in range(min(_LONGEST_NAME, len(parts) - at), 0, -1):
            name = "-".join(parts[at : at + length]).rstrip("0123456789")
            ends = at + length == len(parts)
            tier = _tier_of_words(name, rows, last=ends, alone=ends and at == 0)
            if tier is not None:
                found.add(tier)
                at += length
                break
        else:
            at += 1
    return frozenset(found)


def _tier_of_words(name: str, rows: Iterable[Named], *, last: bool, alone: bool) -> Tier | None:
    for row in rows:
        if name in row.names or (last and name in row.last) or (alone and name in row.alone):
            return row.tier
    return None


def tier_named(text: str, *, table: Iterable[Named] = TABLE) -> Tier | None:
    """The tier that `text` names, or `None` when it names none or more than one (`prod-test`)."""
    found = tiers_named(text, table=table)
    return next(iter(found)) if len(found) == 1 else None


def tier_of_account(account: str, *, table: Iterable[Named] = TABLE) -> Tier | None:
    """The tier whose own account this is; an account shared by two tiers decides nothing."""
    found = {row.tier for row in table if account in row.accounts}
    return next(iter(found)) if len(found) == 1 else None
