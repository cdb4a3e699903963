"""A pack as the engine talks to it.

The engine tells a pack its stack, tags and configuration (`ConfigureStack`) before it asks for the policies and their
levels (`GetAnalyzerInfo`). The SDK's own `PolicyPack` drops all of it but the tags, so the levels of a tier could never
be had without a configuration file; this servicer keeps it. `_PolicyAnalyzerServicer` is private, so pulumi-policy is
pinned.
"""

import contextlib
import sys
from collections.abc import Sequence
from concurrent import futures
from typing import Any

import grpc  # type: ignore[import-untyped] # its stubs are not published with it
import pulumi_policy as runtime
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.policy import _PolicyAnalyzerServicer

from rulebook.kit.environment import Environment, clues_of_stack, configured_environment, find
from rulebook.kit.policy import LEVELS, as_policy
from rulebook.kit.remediation import remediated, remediation, wire
from rulebook.kit.rule import ResourceRule, Rule
from rulebook.kit.run import Run
from rulebook.kit.selection import Selection, for_rule
from rulebook.kit.wire import readable

# A stack of thousands of resources is one message; the limit is the SDK's.
_MESSAGE_BYTES = 400 * 1024 * 1024


class Analyzer(_PolicyAnalyzerServicer):
    """The SDK's servicer over rules, with levels that follow the stack that the engine names."""

    def __init__(self, *, name: str, version: str, description: str, rules: Sequence[Rule], run: Run) -> None:
        self._run = run
        self._name, self._version = name, version
        self._told_stack = analyzer_pb2.AnalyzerStackConfigureRequest()
        self._told = analyzer_pb2.ConfigureAnalyzerRequest()
        self._rules = tuple(rules)
        unknown = find(())
        self.policies = [as_policy(rule, run, unknown) for rule in rules]
        self._select()
        super().__init__(
            name=name,
            version=version,
            policies=self.policies,
            enforcement_level=runtime.EnforcementLevel.MANDATORY,
            description=description,
            provider="aws",
        )

    def _select(self) -> None:
        """Forget the parts: what they were told is no longer so."""
        self._selection = Selection(asked=list(zip(self._rules, self.policies, strict=True)), part=self._part)

    def ConfigureStack(  # noqa: N802 - the name is the protocol's
        self, request: analyzer_pb2.AnalyzerStackConfigureRequest, _context: Any
    ) -> analyzer_pb2.AnalyzerStackConfigureResponse:
        """Learn which stack this is, and set each policy's level for it; configured levels come later and win."""
        self._run.configuration = dict(request.config)
        self._told_stack = request
        self._select()
        environment = environment_of(request)
        for rule, policy in zip(self._rules, self.policies, strict=True):
            policy.enforcement_level = LEVELS[rule.level(environment)]
        response: analyzer_pb2.AnalyzerStackConfigureResponse = super().ConfigureStack(request, _context)
        return response

    def Configure(  # noqa: N802 - the name is the protocol's
        self, request: analyzer_pb2.ConfigureAnalyzerRequest, _context: Any
    ) -> Any:
        """Take each rule's level and parameters, as the engine has put them together from defaults and files."""
        for rule in self._rules:
            if not rule.never_blocks or rule.id not in request.policyConfig:
                continue
            configured = request.policyConfig[rule.id]
            if configured.enforcementLevel != analyzer_pb2.DISABLED:
                configured.enforcementLevel = analyzer_pb2.ADVISORY
        self._told = request
        self._select()
        # The SDK's method has no type hints.
        configure: Any = super().Configure
        return configure(request, _context)

    def Analyze(  # noqa: N802 - the name is the protocol's
        self, request: analyzer_pb2.AnalyzeRequest, context: Any
    ) -> analyzer_pb2.AnalyzeResponse:
        """Ask the rules that look at such a resource; the others only cost time. See `selection`."""
        try:
            about = self._shown(request)
        except Exception:  # whatever the SDK can't read must not end the run
            request = readable(request)
            about = self._shown(request)
        self._run.observe(about)
        part = self._selection.about(request.type)
        if part is None:
            return analyzer_pb2.AnalyzeResponse()
        # The SDK would read the properties again for each rule; they are shown to all in another way.
        bare = analyzer_pb2.AnalyzeRequest(
            type=request.type, name=request.name, urn=request.urn, options=request.options
        )
        with self._run.showing(about):
            response: analyzer_pb2.AnalyzeResponse = part.Analyze(bare, context)
            return response

    def AnalyzeStack(  # noqa: N802 - the name is the protocol's
        self, request: analyzer_pb2.AnalyzeStackRequest, context: Any
    ) -> analyzer_pb2.AnalyzeResponse:
        """Ask each rule about the stack of the resources that it looks at."""
        for rule in self._rules:
            # A rule that was asked nothing may have exemptions too, and they are to be reported.
            self._run.exemptions(rule, rule.settings(self._get_policy_config(rule.id) or {}))
        response = analyzer_pb2.AnalyzeResponse()
        resources: Sequence[analyzer_pb2.AnalyzerResource] = request.resources
        for rule, part in self._selection.each_stack_rule():
            try:
                answer = part.AnalyzeStack(for_rule(rule, resources), context)
            except Exception:  # whatever the SDK can't read must not end the run
                resources = [*map(readable, resources)]
                answer = part.AnalyzeStack(for_rule(rule, resources), context)
            response.MergeFrom(answer)
        return response

    def Remediate(  # noqa: N802 - the name is the protocol's
        self, request: analyzer_pb2.AnalyzeRequest, _context: Any
    ) -> analyzer_pb2.RemediateResponse:
        """Mend a resource by the rules at level `remediate`, one after the other, each on what the one before made.

        Instead of the SDK's method: its Python objects would make assets of archives and break on resource references.
        """
        response = analyzer_pb2.RemediateResponse()
        asked = [
            (rule, policy)
            for rule, policy in zip(self._rules, self.policies, strict=True)
            if isinstance(rule, ResourceRule)
            and rule.remedies
            and self._get_enforcement_level(policy) is runtime.EnforcementLevel.REMEDIATE
        ]
        properties = wire(request) if asked else {}
        for rule, policy in asked:
            about = self._about(request, rule.id)
            try:
                mended, trouble = remediated(rule, properties, about=about, run=self._run), ""
            except Exception as error:  # whatever a remedy raises must not stop the engine, and may hold a value
                mended, trouble = None, f"The rule {rule.id} can't mend this resource ({type(error).__name__})."
            if mended is not None or trouble:
                properties = mended or properties
                message = remediation(policy, mended, pack=self._name, version=self._version, diagnostic=trouble)
                response.remediations.append(message)
        return response

    def _shown(self, request: analyzer_pb2.AnalyzeRequest) -> runtime.ResourceValidationArgs:
        """A resource as a policy is shown it."""
        about = self._about(request, "")
        about.props = deserialize_properties(wire(request))
        return about

    def _about(self, request: analyzer_pb2.AnalyzeRequest, policy: str) -> runtime.ResourceValidationArgs:
        """A resource as a policy is shown it, but for its properties."""
        options, provider = self._get_resource_options(request), self._get_provider_resource(request)
        config = self._get_policy_config(policy)
        return runtime.ResourceValidationArgs(
            request.type, {}, request.urn, request.name, options, provider, config, self._told_stack.tags
        )

    def _part(self, policies: Sequence[runtime.Policy]) -> Any:
        """A servicer of some of the policies, which has been told what this one was told."""
        part: Any = _PolicyAnalyzerServicer(
            name=self._name,
            version=self._version,
            policies=list(policies),
            enforcement_level=runtime.EnforcementLevel.MANDATORY,
        )
        part.ConfigureStack(self._told_stack, None)
        # Each of them reads all that it is told, so it isn't told of the others' configuration.
        told = analyzer_pb2.ConfigureAnalyzerRequest()
        for name in {policy.name for policy in policies} & set(self._told.policyConfig):
            told.policyConfig[name].CopyFrom(self._told.policyConfig[name])
        part.Configure(told, None)
        return part


def environment_of(request: analyzer_pb2.AnalyzerStackConfigureRequest) -> Environment:
    """The environment as far as it is known before the first resource: from the stack's name, tags, configuration."""
    configured = configured_environment(request.config, project=request.project)
    return find(clues_of_stack(stack=request.stack, tags=request.tags, configured=configured))


def serve(analyzer: Analyzer) -> None:
    """Serve until the engine ends this process; tells it the port as the first line of standard output."""
    size = ("grpc.max_receive_message_length", _MESSAGE_BYTES)
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), options=(size,))
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(analyzer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    # The engine ends its packs by an interrupt; a traceback would be shown to the user as a message of the stack.
    with contextlib.suppress(KeyboardInterrupt):
        server.wait_for_termination()
    server.stop(grace=None)
