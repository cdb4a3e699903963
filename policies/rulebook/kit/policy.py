"""Rules as Pulumi policies.

A policy's level is fixed before the first resource is seen, so it comes from the stack's name and configuration;
whether a rule is asked at all is decided again for each resource.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pulumi_policy as runtime

from rulebook.kit import facts
from rulebook.kit.environment import Environment, find
from rulebook.kit.facts import Kind
from rulebook.kit.report import Report, judged
from rulebook.kit.rule import Level, Outcome, Resource, ResourceRule, Rule, Stack, StackRule, Undecided, Violation
from rulebook.kit.run import Run
from rulebook.kit.values import Node, plain

LEVELS: Mapping[Level, runtime.EnforcementLevel] = {
    Level.OFF: runtime.EnforcementLevel.DISABLED,
    Level.ADVISORY: runtime.EnforcementLevel.ADVISORY,
    Level.MANDATORY: runtime.EnforcementLevel.MANDATORY,
}


def as_policy(rule: Rule, run: Run, environment: Environment) -> runtime.Policy:
    """The rule as the engine takes it, at its level for this environment."""
    framework = rule.frameworks[0] if rule.frameworks else None
    described: dict[str, Any] = {
        "name": rule.id,
        "description": rule.title,
        "enforcement_level": LEVELS[rule.level(environment)],
        "config_schema": runtime.PolicyConfigSchema(
            properties={parameter.name: parameter.as_schema() for parameter in rule.all_parameters}
        ),
        "display_name": rule.id,
        "severity": runtime.Severity(rule.severity.value),
        "framework": framework
        and runtime.PolicyComplianceFramework(framework.name, framework.version, framework.control, rule.reference),
        "remediation_steps": rule.fix,
        "url": rule.documentation,
    }
    if isinstance(rule, ResourceRule):
        return runtime.ResourceValidationPolicy(validate=_resource_validation(rule, run), **described)
    if isinstance(rule, StackRule):
        return runtime.StackValidationPolicy(validate=_stack_validation(rule, run), **described)
    raise TypeError(f"{rule.id} is neither a resource rule nor a stack rule")


def _resource_validation(rule: ResourceRule, run: Run) -> Callable[..., None]:
    kinds = {token: kind for kind in rule.kinds for token in kind.tokens}
    opaque = {token: kind for kind in rule.kinds for token in kind.opaque}

    def validate(args: runtime.ResourceValidationArgs, report: runtime.ReportViolation) -> None:
        run.observe(args)
        settings = rule.settings(args.get_config())
        exempt = run.exemptions(rule, settings)
        kind = kinds.get(args.resource_type) or opaque.get(args.resource_type)
        if kind is None:
            return
        resource = resource_of(args, kind, run, settings)
        if not rule.applies(resource.environment):
            return
        if args.resource_type in opaque:
            outcomes: list[Outcome] = [_unread(args)]
        else:
            outcomes = _misconfigured(rule, run, settings, subject=str(resource))
            outcomes = outcomes or judged(lambda: rule.check(resource), subject=str(resource), rule=rule)
        Report(
            rule=rule,
            run=run,
            exempt=exempt,
            settings=settings,
            report=report,
            subject=str(resource),
            urn=args.urn,
            remark=resource.environment.remark,
        ).publish(outcomes)

    return validate


def _misconfigured(rule: Rule, run: Run, settings: Mapping[str, Any], *, subject: str) -> list[Outcome]:
    """A rule that isn't told what it needs to know judges nothing, and says so."""
    if wrong := run.misconfigured(rule, settings):
        message = f"{subject} can't be judged: the configuration of {rule.id} is wrong ({'; '.join(wrong)})."
        return [Violation(message=message)]
    return []


def resource_of(args: runtime.ResourceValidationArgs, kind: Kind, run: Run, settings: Mapping[str, Any]) -> Resource:
    """The resource that a rule is asked about, in the environment that everything known of it decides."""
    view = run.view_of(args)
    known = run.stack_clues(args.urn, parameter=str(settings["environment"]), tags=args.stack_tags)
    return Resource(
        kind=kind,
        type=args.resource_type,
        urn=args.urn,
        properties=view.properties,
        environment=find((*known, *view.clues)),
        parameters=settings,
        protect=bool(args.opts.protect),
        ignore_changes=tuple(args.opts.ignore_changes),
        parent=args.opts.parent,
        provider=view.provider,
    )


def _unread(one: runtime.ResourceValidationArgs | runtime.PolicyResource) -> Undecided:
    """A resource of another provider's type, whose properties a rule can't read."""
    named = f"(type {one.resource_type}, which this rule can't read) of {facts.name_of(one.urn)}"
    return Undecided(path=named, urn=one.urn)


def _stack_validation(rule: StackRule, run: Run) -> Callable[..., None]:
    opaque = {token for kind in rule.kinds for token in kind.opaque}

    def validate(args: runtime.StackValidationArgs, report: runtime.ReportViolation) -> None:
        settings = rule.settings(args.get_config())
        exempt = run.exemptions(rule, settings)
        urn = next((resource.urn for resource in args.resources), "")
        environment = find(run.stack_clues(urn, parameter=str(settings["environment"]), tags=args.stack_tags))
        if not rule.applies(environment):
            return
        stack = Stack(
            name=facts.stack_of(urn),
            resources=tuple(_seen(args.resources, rule.kinds, environment, settings)),
            environment=environment,
            parameters=settings,
            exemptions=run.ledger,
            today=run.today(),
        )
        subject = f"The stack '{stack.name}'"
        outcomes = _misconfigured(rule, run, settings, subject=subject)
        outcomes = outcomes or judged(lambda: rule.check(stack), subject=subject, rule=rule)
        outcomes += [_unread(resource) for resource in args.resources if resource.resource_type in opaque]
        Report(
            rule=rule,
            run=run,
            exempt=exempt,
            settings=settings,
            report=report,
            subject=subject,
            urn=urn,
            remark=environment.remark,
        ).publish(outcomes)

    return validate


def _seen(
    resources: Iterable[runtime.PolicyResource],
    kinds: Sequence[Kind],
    environment: Environment,
    settings: Mapping[str, Any],
) -> Iterable[Resource]:
    by_token = {token: kind for kind in kinds for token in kind.tokens}
    for resource in resources:
        if resource.resource_type in by_token:
            yield Resource(
                kind=by_token[resource.resource_type],
                type=resource.resource_type,
                urn=resource.urn,
                properties=Node(plain(resource.props)),
                environment=environment,
                parameters=settings,
                protect=bool(resource.opts.protect),
                ignore_changes=tuple(resource.opts.ignore_changes),
                parent=resource.parent.urn if resource.parent else None,
                provider=Node(plain(resource.provider.props)) if resource.provider else None,
                dependencies={
                    key: tuple(on.urn for on in others) for key, others in resource.property_dependencies.items()
                },
            )
