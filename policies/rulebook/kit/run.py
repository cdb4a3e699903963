"""What one pack's process remembers while the engine shows it a stack."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pulumi_policy as runtime

from rulebook.kit import exemptions, facts
from rulebook.kit.environment import Clue, clues_of_stack, component_environment, configured_environment
from rulebook.kit.rule import Rule
from rulebook.kit.values import Node, plain

_CLOUD_PACKAGES = ("aws:", "aws-native:", "pulumi:", "pulumiservice:")


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
    ledger: exemptions.Ledger = field(default_factory=exemptions.Ledger)
    _parents: dict[str, str] = field(default_factory=dict)
    _declared: dict[str, Node] = field(default_factory=dict)
    _stack_tags: dict[str, str] = field(default_factory=dict)

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

    def exemptions(self, rule: Rule, settings: Mapping[str, Any]) -> list[exemptions.Exemption]:
        """The usable exemptions of a rule, from its configuration and from the reviewed file."""
        found: list[exemptions.Exemption] = []
        for entries in (settings["exemptions"], self.reviewed.get(rule.id)):
            if entries:
                found += self.ledger.declare(exemptions.read(entries, rule=rule.id))
        return found
