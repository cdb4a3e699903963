"""What the engine is given back for a resource that breaks a rule whose configured level is `remediate`.

The engine asks before it analyses: first each pack may mend the resource, then every rule judges what came of it, and
what is still wrong then ends the update.
"""

from collections.abc import Mapping
from typing import Any

import pulumi_policy as runtime
from google.protobuf import json_format
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import unknown_checking_proxy

from rulebook.kit.policy import resource_of
from rulebook.kit.remedy import mend
from rulebook.kit.report import judged
from rulebook.kit.rule import ResourceRule, Violation
from rulebook.kit.run import Run

_ROUNDS = 4


def remediated(
    rule: ResourceRule, properties: Mapping[str, Any], *, about: runtime.ResourceValidationArgs, run: Run
) -> dict[str, Any] | None:
    """A resource's properties after a rule's remedies, or `None` where there is nothing to mend.

    A resource is mended only where the rule decides that it is broken: what isn't known yet, misshapen or exempt
    stays as it is.

    Args:
        rule: the rule, with remedies.
        properties: as they travel.
        about: the resource as rules are shown it, but for its properties, which are taken from `properties`.
        run: what the pack knows.
    """
    mended: dict[str, Any] | None = None
    # What was wrong may have hidden something else: a block that wasn't there has nothing in it either.
    for _ in range(_ROUNDS):
        further = _once(rule, mended or properties, about=about, run=run)
        if further is None:
            break
        mended = further
    return mended


def _once(
    rule: ResourceRule, properties: Mapping[str, Any], *, about: runtime.ResourceValidationArgs, run: Run
) -> dict[str, Any] | None:
    kind = next((kind for kind in rule.kinds if about.resource_type in kind.tokens), None)
    if kind is None:
        return None
    about.props = unknown_checking_proxy(deserialize_properties(dict(properties)))
    run.observe(about)
    settings = rule.settings(about.get_config())
    resource = resource_of(about, kind, run, settings)
    if not rule.applies(resource.environment) or run.misconfigured(rule, settings):
        return None
    violations = [
        outcome
        for outcome in judged(lambda: rule.check(resource), subject=str(resource), rule=rule)
        if isinstance(outcome, Violation)
    ]
    in_force = [one for one in run.exemptions(rule, settings) if one.in_force(run.today())]
    spared = {
        one.finding for one in violations if any(each.covers(urn=about.urn, finding=one.finding) for each in in_force)
    }
    found = {one.finding for one in violations} - spared
    tier = resource.environment.tier
    return (
        mend(properties, rule.remedies, parameters=settings, tier=tier, found=found, spared=spared) if found else None
    )


def wire(request: analyzer_pb2.AnalyzeRequest) -> dict[str, Any]:
    """The properties of a request as plain data, secrets and unknown values in their spelling of the wire."""
    parsed: dict[str, Any] = json_format.MessageToDict(request.properties)
    return parsed


def remediation(
    policy: runtime.Policy, properties: Mapping[str, Any] | None, *, pack: str, version: str, diagnostic: str = ""
) -> analyzer_pb2.Remediation:
    """The engine's message: new properties, or why there are none."""
    message = analyzer_pb2.Remediation(
        policyName=policy.name,
        policyPackName=pack,
        policyPackVersion=version,
        description=policy.description,
        diagnostic=diagnostic,
    )
    if properties is not None:
        message.properties.update(dict(properties))
    return message
