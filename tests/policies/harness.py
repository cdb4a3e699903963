"""Rules through the runtime's own analyzer, in this process: with its proxies, its configuration and its levels.

Hand-made arguments would hide what proxies do to `in`, `==` and iteration.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2

from rulebook.kit.rule import Level, Rule
from rulebook.kit.run import Run
from rulebook.kit.server import Analyzer
from rulebook.kit.values import UNKNOWN_ON_THE_WIRE

UNKNOWN = UNKNOWN_ON_THE_WIRE
_LEVELS = {analyzer_pb2.ADVISORY: Level.ADVISORY, analyzer_pb2.MANDATORY: Level.MANDATORY}
TODAY = date(2026, 11, 23)
PROJECT = "shop"


@dataclass(frozen=True, kw_only=True)
class Given:
    """A resource as the engine shows it.

    `provider` holds the inputs of its provider, JSON text as on the wire; `depends` the URNs that a property needs,
    which only stack rules are told.
    """

    type: str
    properties: Mapping[str, Any]
    name: str = "thing"
    parent: str = ""
    protect: bool = False
    ignore_changes: tuple[str, ...] = ()
    depends: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    provider: Mapping[str, Any] | None = None

    def urn(self, stack: str) -> str:
        """Its URN in a stack."""
        return f"urn:pulumi:{stack}::{PROJECT}::{self.type}::{self.name}"


@dataclass(frozen=True)
class Answer:
    """One line that the engine would print."""

    rule: str
    level: Level
    message: str
    urn: str = ""

    @property
    def undecided(self) -> bool:
        """Whether the runtime says that the rule couldn't run."""
        return self.message.startswith("can't run policy")


@dataclass(kw_only=True)
class Engine:
    """The part of the engine that packs see: stack, tags, configuration of stack and packs.

    `level` is the one that a configuration file gives to all rules; without it, each has the one it asked for.
    """

    rules: Sequence[Rule]
    stack: str = "prod"
    tags: Mapping[str, str] = field(default_factory=dict)
    configuration: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    level: Level | None = None
    reviewed: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def ask(self, *resources: Given) -> list[Answer]:
        """Show each resource, then the whole stack, as one preview does."""
        servicer = self._analyzer()
        answers = []
        for resource in resources:
            answers += _answers(servicer.Analyze(self._request(resource), None))
        request = analyzer_pb2.AnalyzeStackRequest(resources=[self._in_stack(resource) for resource in resources])
        answers += _answers(servicer.AnalyzeStack(request, None))
        return answers

    def levels(self) -> dict[str, Level]:
        """The level of each rule as the engine is told it for this stack."""
        analyzer = self._analyzer()
        return {
            policy.name: _LEVELS[policy.enforcementLevel] for policy in analyzer.GetAnalyzerInfo(None, None).policies
        }

    def _analyzer(self) -> Any:
        """A pack that has been told, in the engine's order, of the stack and of its own configuration."""
        run = Run(today=lambda: TODAY, reviewed=self.reviewed)
        analyzer: Any = Analyzer(
            name="pack", version="1.0.0", description="the rules in question", rules=self.rules, run=run
        )
        stack = analyzer_pb2.AnalyzerStackConfigureRequest(
            stack=self.stack, project=PROJECT, tags=dict(self.tags), config=dict(self.configuration)
        )
        analyzer.ConfigureStack(stack, None)
        if self.parameters or self.level:
            request = analyzer_pb2.ConfigureAnalyzerRequest()
            for policy in analyzer.GetAnalyzerInfo(None, None).policies:
                level = (
                    analyzer_pb2.EnforcementLevel.Value(self.level.upper()) if self.level else policy.enforcementLevel
                )
                request.policyConfig[policy.name].enforcementLevel = level
                request.policyConfig[policy.name].properties.update(self.parameters.get(policy.name, {}))
            analyzer.Configure(request, None)
        return analyzer

    def _request(self, resource: Given) -> Any:
        request = analyzer_pb2.AnalyzeRequest(
            type=resource.type,
            name=resource.name,
            urn=resource.urn(self.stack),
            properties=_struct(resource.properties),
            options=_options(resource),
        )
        if resource.provider is not None:
            request.provider.CopyFrom(
                analyzer_pb2.AnalyzerProviderResource(
                    type="pulumi:providers:aws", properties=_struct(resource.provider)
                )
            )
        return request

    def _in_stack(self, resource: Given) -> Any:
        return analyzer_pb2.AnalyzerResource(
            type=resource.type,
            name=resource.name,
            urn=resource.urn(self.stack),
            properties=_struct(resource.properties),
            parent=resource.parent,
            options=_options(resource),
            propertyDependencies={
                key: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns) for key, urns in resource.depends.items()
            },
        )


def _options(resource: Given) -> Any:
    return analyzer_pb2.AnalyzerResourceOptions(
        parent=resource.parent, protect=resource.protect, ignoreChanges=resource.ignore_changes
    )


def _struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(dict(properties))
    return struct


def _answers(response: Any) -> list[Answer]:
    return [
        Answer(line.policyName, _LEVELS[line.enforcementLevel], line.message, line.urn) for line in response.diagnostics
    ]
