"""Which rules are asked about which resources, so that seventy rules don't cost seventy readings of each resource.

The SDK's servicer makes Python objects of a resource again for every policy it has, whether or not the policy looks at
such a resource. So it is given, for each type, only the policies that look at it; and for a rule about the stack, only
the resources of its kinds, and of the others just the URNs that those depend on.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi_policy as runtime
from pulumi.runtime.proto import analyzer_pb2

from rulebook.kit.rule import ResourceRule, Rule, StackRule

Part = Callable[[Sequence[runtime.Policy]], Any]
"""Makes a servicer of some of the pack's policies, told what the pack was told; the SDK's has no type hints."""


@dataclass
class Selection:
    """The parts of a pack, made when they are first needed.

    Args:
        asked: every rule with its policy, in the pack's order.
        part: makes a servicer of some policies.
    """

    asked: Sequence[tuple[Rule, runtime.Policy]]
    part: Part
    _by_type: dict[str, Any] = field(default_factory=dict)
    _by_rule: dict[str, Any] = field(default_factory=dict)

    def about(self, token: str) -> Any:
        """The part that looks at resources of a type, or `None` where no rule does."""
        if token not in self._by_type:
            policies = [
                policy for rule, policy in self.asked if isinstance(rule, ResourceRule) and token in tokens_of(rule)
            ]
            self._by_type[token] = self.part(policies) if policies else None
        return self._by_type[token]

    def each_stack_rule(self) -> Iterable[tuple[StackRule, Any]]:
        """Each rule about the stack with the part that asks it alone."""
        for rule, policy in self.asked:
            if isinstance(rule, StackRule):
                if rule.id not in self._by_rule:
                    self._by_rule[rule.id] = self.part([policy])
                yield rule, self._by_rule[rule.id]


def tokens_of(rule: Rule) -> frozenset[str]:
    """Every type that a rule has something to say about, those that it can't read too."""
    return frozenset(token for kind in rule.kinds for token in (*kind.tokens, *kind.opaque))


def for_rule(rule: StackRule, resources: Sequence[analyzer_pb2.AnalyzerResource]) -> analyzer_pb2.AnalyzeStackRequest:
    """What a rule about the stack needs of its resources: those of its kinds, and the bare URNs they are tied to.

    The first resource stays in any case: the stack's name is in its URN.
    """
    wanted = tokens_of(rule)
    kept = {resource.urn: resource for resource in resources if resource.type in wanted}
    named = {urn for resource in kept.values() for urn in _tied_to(resource)}
    first = resources[0].urn if resources else ""
    return analyzer_pb2.AnalyzeStackRequest(
        resources=[
            kept.get(resource.urn)
            or analyzer_pb2.AnalyzerResource(type=resource.type, urn=resource.urn, name=resource.name)
            for resource in resources
            if resource.urn in kept or resource.urn in named or resource.urn == first
        ]
    )


def _tied_to(resource: analyzer_pb2.AnalyzerResource) -> Iterable[str]:
    properties: Mapping[str, analyzer_pb2.AnalyzerPropertyDependencies] = resource.propertyDependencies
    yield from (urn for dependencies in properties.values() for urn in dependencies.urns)
    yield from resource.dependencies
    if resource.parent:
        yield resource.parent
