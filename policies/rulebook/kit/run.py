"""What one pack's process remembers while the engine shows it a stack."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pulumi_policy as runtime

from rulebook.kit import facts
from rulebook.kit.environment import (
    Clue,
    clues_of_resource,
    clues_of_stack,
    component_environment,
    configured_environment,
)
from rulebook.kit.exemptions import Exemption, Ledger, read
from rulebook.kit.rule import Rule
from rulebook.kit.schema import problems
from rulebook.kit.values import Node, plain

_CLOUD_PACKAGES = ("aws:", "aws-native:", "pulumi:", "pulumiservice:")


@dataclass(frozen=True, kw_only=True)
class View:
    """What every rule sees of a resource, whatever it asks."""

    properties: Node
    provider: Node | None
    clues: tuple[Clue, ...]


def _today() -> date:
    return datetime.now(tz=UTC).date()


@dataclass
class Run:
    """What one pack's process remembers while the engine shows it a stack.

    Args:
        today: the day against which exemptions expire.
        configuration: the stack's configuration, set when the engine has told it.
        reviewed: exemptions of the reviewed file beside the pack, by rule.
    """

    today: Callable[[], date] = _today
    configuration: Mapping[str, str] = field(default_factory=dict)
    reviewed: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    _parents: dict[str, str] = field(default_factory=dict)
    _declared: dict[str, Node] = field(default_factory=dict)
    _stack_tags: dict[str, str] = field(default_factory=dict)
    _read: dict[tuple[str, int], tuple[Any, list[Exemption]]] = field(default_factory=dict)
    _checked: dict[str, tuple[Mapping[str, Any], list[str]]] = field(default_factory=dict)
    _shown: threading.local = field(default_factory=threading.local)

    def observe(self, args: runtime.ResourceValidationArgs) -> None:
        """Remember what later resources need: the tree of components, their word on the environment, stack tags."""
        if args.urn in self._parents:
            return
        self._parents[args.urn] = args.opts.parent or ""
        if args.resource_type in facts.STACK_TAG.tokens:
            name, value = (plain(args.props).get(key) for key in ("name", "value"))
            if isinstance(name, str) and isinstance(value, str):
                self._stack_tags[name] = value
        elif not args.resource_type.startswith(_CLOUD_PACKAGES):
            declared = component_environment(Node(plain(args.props)))
            if declared is not None:
                self._declared[args.urn] = declared

    @contextmanager
    def showing(self, args: runtime.ResourceValidationArgs) -> Iterator[None]:
        """While many rules are asked about one resource, read it once; `args` has it whole.

        The engine asks about several resources at a time, each in a thread of its own.
        """
        self._shown.view = self._made(args)
        try:
            yield
        finally:
            self._shown.view = None

    def view_of(self, args: runtime.ResourceValidationArgs) -> View:
        """The resource that is being shown, or else the one in `args`."""
        shown: View | None = getattr(self._shown, "view", None)
        return self._made(args) if shown is None else shown

    def _made(self, args: runtime.ResourceValidationArgs) -> View:
        properties = Node(plain(args.props))
        provider = Node(plain(args.provider.props)) if args.provider else None
        ancestors = tuple(self.ancestors(args.urn))
        clues = tuple(clues_of_resource(properties=properties, provider=provider, ancestors=ancestors))
        return View(properties=properties, provider=provider, clues=clues)

    def ancestors(self, urn: str) -> Iterable[Node]:
        """What the components above a resource say on the environment, nearest first."""
        while urn := self._parents.get(urn, ""):
            if urn in self._declared:
                yield self._declared[urn]

    def stack_clues(self, urn: str, *, parameter: str, tags: Mapping[str, str]) -> tuple[Clue, ...]:
        """What is known of the stack that a resource is in."""
        return tuple(
            clues_of_stack(
                stack=facts.stack_of(urn),
                parameter=parameter,
                tags={**tags, **self._stack_tags},
                configured=configured_environment(self.configuration, project=facts.project_of(urn)),
            )
        )

    def misconfigured(self, rule: Rule, settings: Mapping[str, Any]) -> list[str]:
        """What is wrong with a rule's configuration; the engine refuses most of it, but not wherever it comes from.

        Exemptions are left out: one that is wrong exempts nothing, and the rule holds.
        """
        checked, found = self._checked.get(rule.id, ({}, []))
        if checked != settings:
            own = [parameter for parameter in rule.all_parameters if parameter.name != "exemptions"]
            found = [one for each in own for one in problems(settings[each.name], each.schema, each.name)]
            self._checked[rule.id] = settings, found
        return found

    def exemptions(self, rule: Rule, settings: Mapping[str, Any]) -> list[Exemption]:
        """The usable exemptions of a rule, from its configuration and from the reviewed file."""
        found: list[Exemption] = []
        for entries in (settings["exemptions"], self.reviewed.get(rule.id)):
            if entries:
                found += self._exemptions_in(entries, rule)
        return found

    def _exemptions_in(self, entries: Any, rule: Rule) -> list[Exemption]:
        # The same list is asked for with every resource.
        known, usable = self._read.get((rule.id, id(entries)), (None, []))
        if known is not entries:
            usable = self.ledger.declare(read(entries, rule=rule.id))
            self._read[rule.id, id(entries)] = entries, usable
        return usable
