"""What the documents of a delivery's identities allow: which actions, on what, and which roles they pass on."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from rulebook.kit.facts import INLINE_POLICY, MANAGED_POLICY, ROLE
from rulebook.kit.iam import StatementReader, each_statement, statements
from rulebook.kit.rule import (
    Level,
    Levels,
    Outcome,
    Parameter,
    Resource,
    ResourceRule,
    Severity,
    Violation,
    each,
    guarded,
)
from rulebook.kit.values import Node, all_of, every, some
from rulebook.rules.frameworks import owasp, security_hub
from rulebook.rules.iam_actions import WITHOUT_RESOURCE_LEVEL
from rulebook.rules.iam_conditions import is_narrowed
from rulebook.rules.names import NAMES, is_named

_WHOLE_SERVICE = re.compile(r"^(\*+(:\*+)?|[a-z0-9-]+:[*?]*\*[*?]*)$")
_READS = re.compile(
    r"^[a-z0-9-]+:(get|list|describe|batch(get|describe|check)|head|search|lookup|check|view|query|read|select|filter"
    r"|preview|simulate|estimate|detect|download|gitpull$|receivemessage$|(start|stop)query$)"
)
_PASSING = "iam:passrole"
_ANYTHING = re.compile(r"^(\*+|arn:\*|arn:[^:]+:\*(:.*)?)$")
_ANY_ROLE = re.compile(r"^(\*+|arn:\*|arn:[^:]+:(\*(:.*)?|iam:(\*|[^:]*:(\*|[^:]*:(\*+|role/\*+)))))$")


def no_wildcard_action(resource: Resource) -> Iterator[Outcome]:
    """Actions are named; each that isn't is a finding of its own, so that it can be exempt alone."""
    allowed = [pattern.lower() for pattern in resource.parameters["allowed"]]

    def stated(statement: StatementReader) -> Iterator[Outcome]:
        def judge(action: Node) -> Iterator[Outcome]:
            if all_of(
                lambda: statement.allows,
                lambda: _WHOLE_SERVICE.match(action.text().lower()) is not None,
                lambda: not is_named(action.text().lower(), allowed),
            ):
                yield Violation(
                    message=f"{resource} allows every action of a service at `{action.path}`.", finding=action.path
                )

        all_but = statement.node["NotAction"]
        if all_of(lambda: all_but.present, lambda: statement.allows):
            yield Violation(
                message=f"{resource} allows all actions but a few at `{all_but.path}`.", finding=all_but.path
            )
        yield from each(statement.actions(), judge)

    if resource.kind is ROLE:
        yield from guarded(lambda: each(statements(resource.properties["assumeRolePolicy"]), stated))
    yield from each_statement(resource, stated)


def no_wildcard_resource(resource: Resource) -> Iterator[Outcome]:
    """What changes something is allowed on named resources, unless IAM knows none for the action."""
    star_only = [pattern.lower() for pattern in resource.parameters["starOnlyActions"]]

    def stated(statement: StatementReader) -> Iterator[Outcome]:
        def judge(action: Node) -> Iterator[Outcome]:
            if all_of(
                lambda: statement.allows,
                lambda: _needs_a_resource(action.text().lower(), star_only),
                lambda: _is_on_anything(statement),
                lambda: not _is_about_tagged_resources(statement),
            ):
                yield Violation(
                    message=f"{resource} allows a change of any resource by the action at `{action.path}`.",
                    finding=action.path,
                )

        yield from each(statement.actions(), judge)

    yield from each_statement(resource, stated)


def _needs_a_resource(action: str, star_only: list[str]) -> bool:
    """Whether an action changes something that IAM can name; passing a role has a rule of its own."""
    return not (
        _READS.match(action) or action in WITHOUT_RESOURCE_LEVEL or action == _PASSING or is_named(action, star_only)
    )


def _is_on_anything(statement: StatementReader) -> bool:
    return statement.node["NotResource"].present or statement.resource_is(lambda arn: _ANYTHING.match(arn) is not None)


def _is_about_tagged_resources(statement: StatementReader) -> bool:
    return is_narrowed(statement, key=lambda name: ":resourcetag/" in name)


def passrole_scoped(resource: Resource) -> Iterator[Outcome]:
    """A role is passed by name, and to named services."""

    def stated(statement: StatementReader) -> Iterator[Outcome]:
        path = statement.node.path

        def any_role() -> Iterator[Outcome]:
            if all_of(
                lambda: statement.allows,
                lambda: _passes_roles(statement),
                lambda: (
                    statement.node["NotResource"].present
                    or statement.resource_is(lambda arn: _ANY_ROLE.match(arn) is not None)
                ),
            ):
                yield Violation(message=f"{resource} may pass any role, by `{path}`.", finding=f"{path}.Resource")

        def any_service() -> Iterator[Outcome]:
            if all_of(
                lambda: statement.allows,
                lambda: _passes_roles(statement),
                lambda: not is_narrowed(statement, key=lambda name: name == "iam:passedtoservice", if_exists=True),
            ):
                yield Violation(
                    message=f"{resource} may pass a role to any service, by `{path}`.", finding=f"{path}.Condition"
                )

        yield from guarded(any_role)
        yield from guarded(any_service)

    yield from each_statement(resource, stated)


def _passes_roles(statement: StatementReader) -> bool:
    """Whether `iam:PassRole` is among the actions, by its name or by a pattern."""
    all_but = statement.node["NotAction"]
    if all_but.present:
        patterns = [all_but] if isinstance(all_but.value, str) else all_but.items()
        return every(patterns, lambda one: not fnmatchcase(_PASSING, one.text().lower()))
    return some(statement.actions(), lambda one: fnmatchcase(_PASSING, one.text().lower()))


RULES = (
    ResourceRule(
        id="iam-no-wildcard-action",
        title="Permissions name their actions.",
        why="`s3:*` also allows to make a bucket public, and tomorrow what AWS adds today.",
        fix="list the actions that the work needs.",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(ROLE, INLINE_POLICY, MANAGED_POLICY),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-21",
        parameters=(
            Parameter(
                name="allowed",
                schema=NAMES,
                default=[],
                description="Services that may be given whole, as the documents have it: `xray:*`.",
            ),
        ),
        frameworks=(owasp(5), security_hub("IAM.21")),
        check=no_wildcard_action,
    ),
    ResourceRule(
        id="iam-no-wildcard-resource",
        title="Permissions to change something name the resources.",
        why="On `*` a delivery can change what it never made. What changes something is told by the action's first "
        "word; which actions IAM has no resources for, by a list for the services that deliveries use. A condition "
        "on tags of the resource is as good as a name.",
        fix="give the ARNs of what the work is about, or a condition on tags of resources.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.MANDATORY),
        kinds=(ROLE, INLINE_POLICY, MANAGED_POLICY),
        reference="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        parameters=(
            Parameter(
                name="starOnlyActions",
                schema=NAMES,
                default=[],
                description="Further actions that IAM has no resources for, `*` for any text.",
            ),
        ),
        frameworks=(owasp(5),),
        check=no_wildcard_resource,
    ),
    ResourceRule(
        id="iam-passrole-scoped",
        title="A role is passed by its name and to named services.",
        why="Who may pass any role to any service has the rights of every role in the account.",
        fix="name the roles in Resource and the services in a condition on `iam:PassedToService`.",
        severity=Severity.CRITICAL,
        levels=Levels(Level.MANDATORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(ROLE, INLINE_POLICY, MANAGED_POLICY),
        reference="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
        frameworks=(owasp(5),),
        check=passrole_scoped,
    ),
)
