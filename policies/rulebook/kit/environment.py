"""Which environment a resource belongs to, found without any component of ours.

Every source that says something is a `Clue`. All clues are mapped to a tier and compared: `tier: production` in a stack
called `live` is one answer, not two. Where no clue decides, or two disagree, the strictest tier applies.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rulebook.kit.values import Node, UnreadableError
from rulebook.tiers import STRICTEST, Tier, tier_named, tier_of_account

KEYS = ("environment", "env", "stage")
HOW_TO_DECLARE = (
    "name the stack after its environment, or set the stack tag or the configuration key `environment` "
    "(development, staging or production)"
)


@dataclass(frozen=True, kw_only=True)
class Clue:
    """What one source says. `source` names it in messages; `tier` is `None` where its words are in no table."""

    source: str
    tier: Tier | None


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The tier a stack or resource is held to, and how it was found, strongest source first."""

    tier: Tier
    clues: tuple[Clue, ...]

    @property
    def answers(self) -> tuple[Clue, ...]:
        """The clues that name a tier."""
        return tuple(clue for clue in self.clues if clue.tier is not None)

    @property
    def conflict(self) -> bool:
        """Whether two sources name different tiers."""
        return len({clue.tier for clue in self.answers}) > 1

    @property
    def decided(self) -> bool:
        """Whether some source names a tier and none another."""
        return bool(self.answers) and not self.conflict

    @property
    def remark(self) -> str:
        """What to add to a message when the strictest tier was assumed; empty when the environment is certain."""
        if self.decided:
            return ""
        if not self.answers:
            return f" Nothing says which environment this is, so the rules of {self.tier} apply; {HOW_TO_DECLARE}."
        said = ", ".join(f"{clue.source} says {clue.tier}" for clue in self.answers)
        return f" The sources disagree on the environment ({said}), so the rules of {self.tier} apply."


def find(clues: Iterable[Clue]) -> Environment:
    """The environment that the clues decide, strongest first; the strictest tier where they don't."""
    given = tuple(clues)
    tiers = {clue.tier for clue in given if clue.tier is not None}
    only = next(iter(tiers)) if len(tiers) == 1 else None
    return Environment(tier=only or STRICTEST, clues=given)


def clues_of_stack(
    *, stack: str, parameter: str = "", tags: Mapping[str, str] | None = None, configured: str | None = None
) -> Iterator[Clue]:
    """What is known of a stack before any resource: the rule's parameter, stack tags, its name, its configuration.

    Args:
        stack: the stack's name, from the URN.
        parameter: the `environment` parameter of the rule, which the administrator of the packs sets.
        tags: the stack's tags; `environment`, `env` and `stage` count, in any case of letters.
        configured: the value of the project's configuration key, a word or a JSON object with `tier`, `name` or one of
            `KEYS`.
    """
    if parameter:
        yield Clue(source="the policy parameter `environment`", tier=tier_named(parameter))
    for key, value in (tags or {}).items():
        if key.lower() in KEYS:
            yield Clue(source=f"the stack tag `{key}`", tier=tier_named(value))
    yield Clue(source="the stack's name", tier=tier_named(stack))
    if configured:
        yield Clue(source="the stack's configuration", tier=_tier_of_configured(configured))


def configured_environment(configuration: Mapping[str, str], *, project: str) -> str | None:
    """The value of `<project>:environment` (or `env`, `stage`) in the stack's configuration."""
    return next((configuration[f"{project}:{key}"] for key in KEYS if f"{project}:{key}" in configuration), None)


def clues_of_resource(
    *, properties: Node, provider: Node | None = None, ancestors: Iterable[Node] = ()
) -> Iterator[Clue]:
    """What a resource itself says: its components' input, its tag, its provider's default tags and account.

    What isn't known yet says nothing.
    """
    for environment in ancestors:
        yield Clue(source="a component above it", tier=_tier_of_input(environment))
    for name, value in _tags(properties, "tags"):
        yield Clue(source=f"its tag `{name}`", tier=_tier_of_input(value))
    if provider is None:
        return
    for name, value in _tags(_decoded(provider, "defaultTags"), "tags"):
        yield Clue(source=f"its provider's default tag `{name}`", tier=_tier_of_input(value))
    try:
        accounts = _decoded(provider, "allowedAccountIds")["list"].texts()
    except UnreadableError:
        accounts = []
    tiers = {tier_of_account(account) for account in accounts}
    if len(tiers) == 1:
        yield Clue(source="its provider's account", tier=next(iter(tiers)))


def component_environment(properties: Node) -> Node | None:
    """A component's own word on its environment, to be remembered for what is made under it."""
    try:
        return next((properties[key] for key in KEYS if properties[key].present), None)
    except UnreadableError:
        return None


def _tier_of_configured(text: str) -> Tier | None:
    try:
        parsed = json.loads(text)
    except ValueError:
        return tier_named(text)
    return _tier_of_input(Node(parsed)) if isinstance(parsed, dict) else tier_named(text)


def _tier_of_input(value: Node) -> Tier | None:
    try:
        if isinstance(value.value, dict):
            keys = ("tier", "name", *KEYS)
            return next((tier_named(value[key].text()) for key in keys if value[key].present), None)
        return tier_named(value.text())
    except UnreadableError:
        return None


def _tags(holder: Node, key: str) -> list[tuple[str, Node]]:
    try:
        return [(name, value) for name, value in holder[key].entries().items() if name.lower() in KEYS]
    except UnreadableError:
        return []


def _decoded(provider: Node, key: str) -> Node:
    """A provider's input, whose values travel as JSON text; a list is found under `list`."""
    value: Any = provider.value.get(key) if isinstance(provider.value, dict) else None
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            value = None
    return Node({"list": value} if isinstance(value, list) else value)
