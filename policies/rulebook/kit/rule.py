"""A rule: data about it, and a pure function that judges plain values.

A check yields `Violation`s; an unreadable property ends it, or, inside `each`, ends only the part that needed it.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property, partial
from typing import Any, TypeVar

from rulebook.kit.environment import Environment
from rulebook.kit.exemptions import SCHEMA as EXEMPTIONS_SCHEMA
from rulebook.kit.exemptions import Ledger
from rulebook.kit.facts import Kind, name_of
from rulebook.kit.remedy import Remedy
from rulebook.kit.values import MalformedError, Node, UnreadableError
from rulebook.tiers import STRICTEST, Tier

T = TypeVar("T")
DOCUMENT = "docs/rules.md"


class Level(StrEnum):
    """What a violation does: nothing (the rule isn't for this tier), a remark, or an end to the update."""

    OFF = "off"
    ADVISORY = "advisory"
    MANDATORY = "mandatory"


class Severity(StrEnum):
    """How bad it is where the rule is broken, whatever the tier does about it."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True)
class Levels:
    """A rule's level in each tier."""

    development: Level
    staging: Level
    production: Level

    def at(self, tier: Tier) -> Level:
        """The level for this tier."""
        return Level(getattr(self, tier.value))


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A setting of a rule: its JSON schema, its default, and what it is for, with units."""

    name: str
    schema: Mapping[str, Any]
    default: Any
    description: str

    def as_schema(self) -> dict[str, Any]:
        """The whole JSON schema, as the engine takes it."""
        return {**self.schema, "default": self.default, "description": self.description}


COMMON_PARAMETERS = (
    Parameter(
        name="environment",
        # A closed list, so that the engine refuses a misspelled tier instead of looking for another source.
        schema={"type": "string", "enum": ["", *(tier.value for tier in Tier)]},
        default="",
        description="The tier of the stacks this configuration is for; empty: found from the stack.",
    ),
    Parameter(
        name="unknown",
        schema={"type": "string", "enum": ["announce", "fail"]},
        default="announce",
        description="What to do where a value isn't known at preview: say so, or count it as a violation.",
    ),
    Parameter(
        name="exemptions",
        schema=EXEMPTIONS_SCHEMA,
        default=[],
        description="Resources that need not follow the rule, each with reason, owner, ticket and last day.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Framework:
    """Where a risk or control is described by others: OWASP CI/CD, Security Hub, SLSA, Well-Architected."""

    name: str
    version: str
    control: str


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A decided finding.

    Args:
        message: a full sentence that names the resource, never a value of a property.
        finding: the path of what is wrong, by which an exemption can name this finding alone.
        urn: the resource, where a stack rule knows it.
    """

    message: str
    finding: str = ""
    urn: str | None = None


@dataclass(frozen=True, kw_only=True)
class Undecided:
    """A part of a rule that needs a value not known yet."""

    path: str
    urn: str | None = None


@dataclass(frozen=True, kw_only=True)
class Misshapen:
    """A part of a rule that needs a value of another shape; it counts as a violation."""

    path: str
    expected: str
    urn: str | None = None


Outcome = Violation | Undecided | Misshapen


@dataclass(frozen=True, kw_only=True)
class Resource:
    """What a rule sees of a resource: its inputs at preview (its outputs, in a stack rule) and where it belongs.

    `dependencies` maps a property to the URNs it depends on; only stack rules have it.
    """

    kind: Kind
    type: str
    urn: str
    properties: Node
    environment: Environment
    parameters: Mapping[str, Any]
    protect: bool = False
    ignore_changes: tuple[str, ...] = ()
    parent: str | None = None
    provider: Node | None = None
    dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"The {self.kind.noun} '{name_of(self.urn)}'"


@dataclass(frozen=True, kw_only=True)
class Stack:
    """What a stack rule sees: the resources of its kinds, and what the run knows of exemptions."""

    name: str
    resources: tuple[Resource, ...]
    environment: Environment
    parameters: Mapping[str, Any]
    exemptions: Ledger
    today: date

    def of(self, *kinds: Kind) -> list[Resource]:
        """The resources of these kinds, in the order of the stack."""
        return self.once(kinds, lambda: [resource for resource in self.resources if resource.kind in kinds])

    def once(self, question: Hashable, answer: Callable[[], T]) -> T:
        """The answer to a question that a rule asks again and again in the middle of a loop; it is found once."""
        if question not in self._answers:
            self._answers[question] = answer()
        found: T = self._answers[question]
        return found

    @cached_property
    def _answers(self) -> dict[Hashable, Any]:
        return {}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What every rule says about itself.

    Args:
        id: the policy's name, `<group>-<what>`.
        title: what must be so, in one sentence.
        why: what goes wrong otherwise.
        fix: what to do, in one sentence.
        severity: how bad a violation is.
        levels: what a violation does in each tier.
        kinds: the resources it looks at.
        parameters: its own settings, beside those that every rule has.
        frameworks: the risks and controls it is about; the engine is told the first.
        reference: the document of AWS, or another, that decides it.
        never_blocks: the rule informs; no configuration, `"all": "mandatory"` for one, makes it end an update.
        judges_targets: the rule asks what a resource *reaches*, not where it is declared; it runs in every tier at its
            production level, and finds nothing in a pipeline that reaches no production.
    """

    id: str
    title: str
    why: str
    fix: str
    severity: Severity
    levels: Levels
    kinds: tuple[Kind, ...]
    reference: str
    parameters: tuple[Parameter, ...] = ()
    frameworks: tuple[Framework, ...] = ()
    never_blocks: bool = False
    judges_targets: bool = False

    @property
    def documentation(self) -> str:
        """Where the rule is described."""
        return f"{DOCUMENT}#{self.id}"

    @property
    def all_parameters(self) -> tuple[Parameter, ...]:
        """Its own settings and those of every rule."""
        return (*self.parameters, *COMMON_PARAMETERS)

    def settings(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters in use: what is configured over the defaults."""
        return {parameter.name: given.get(parameter.name, parameter.default) for parameter in self.all_parameters}

    def applies(self, environment: Environment) -> bool:
        """Whether the rule is asked in this environment at all."""
        return self.judges_targets or self.levels.at(environment.tier) is not Level.OFF

    def level(self, environment: Environment) -> Level:
        """The level to register for a whole stack, before its resources are known.

        Where the rule is off, only resources that belong to a stricter tier than their stack reach it: they get the
        strictest level.
        """
        if self.judges_targets:
            return self.levels.at(STRICTEST)
        level = self.levels.at(environment.tier)
        return self.levels.at(STRICTEST) if level is Level.OFF else level


@dataclass(frozen=True, kw_only=True)
class ResourceRule(Rule):
    """A rule about one resource at a time, asked before it is created.

    Args:
        check: what it asks.
        remedies: what the engine may put right where the rule is broken and its configured level is `remediate`.
    """

    check: Callable[[Resource], Iterable[Outcome]]
    remedies: tuple[Remedy, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StackRule(Rule):
    """A rule about how resources belong together, asked when all of a stack are known."""

    check: Callable[[Stack], Iterable[Outcome]]


def each(things: Iterable[T], judge: Callable[[T], Iterable[Outcome]]) -> Iterator[Outcome]:
    """Judge each on its own, so that what one doesn't tell yet leaves the others decided."""
    for thing in things:
        yield from guarded(partial(judge, thing))


def guarded(question: Callable[[], Iterable[Outcome]]) -> Iterator[Outcome]:
    """The outcomes of a check, with an unreadable property as the last of them."""
    try:
        yield from question()
    except UnreadableError as error:
        yield outcome_of(error)


def outcome_of(error: UnreadableError) -> Outcome:
    """What an unreadable property means: not known yet, or of a shape that can't be judged."""
    if isinstance(error, MalformedError):
        return Misshapen(path=error.path, expected=error.expected)
    return Undecided(path=error.path)
