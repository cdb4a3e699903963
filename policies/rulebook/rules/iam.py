"""What the identities of a delivery may do."""

from collections.abc import Iterator

from rulebook.kit.facts import EXCLUSIVE_ATTACHMENT, INLINE_POLICY, MANAGED_POLICY, POLICY_ATTACHMENT, ROLE
from rulebook.kit.iam import StatementReader, each_statement, is_aws_managed
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
from rulebook.kit.values import Node, all_of
from rulebook.rules.frameworks import owasp, security_hub
from rulebook.rules.names import NAMES

_EVERYTHING = frozenset({"*", "*:*", "iam:*"})


def no_admin(resource: Resource) -> Iterator[Outcome]:
    """No identity of a delivery is an administrator: neither by AWS's policies nor by a document of its own."""

    def attached(node: Node) -> Iterator[Outcome]:
        if is_aws_managed(node.text(), resource.parameters["deniedManaged"]):
            yield Violation(
                message=f"{resource} gives the permissions of an administrator by the policy at `{node.path}`.",
                finding=node.path,
            )

    def stated(statement: StatementReader) -> Iterator[Outcome]:
        if all_of(
            lambda: statement.allows,
            lambda: statement.resource_is(lambda arn: arn == "*"),
            lambda: statement.node["NotAction"].present or statement.action_is(_EVERYTHING.__contains__),
        ):
            path = statement.node.path
            yield Violation(
                message=f"{resource} allows everything on everything in the statement at `{path}`.", finding=path
            )

    yield from guarded(lambda: each(_attached(resource), attached))
    yield from each_statement(resource, stated)


def _attached(resource: Resource) -> Iterator[Node]:
    if resource.kind is POLICY_ATTACHMENT:
        yield resource.properties["policyArn"]
    elif resource.kind is EXCLUSIVE_ATTACHMENT:
        yield from resource.properties["policyArns"].items()
    elif resource.kind is ROLE:
        yield from resource.properties["managedPolicyArns"].items()


RULES = (
    ResourceRule(
        id="iam-no-admin",
        title="No role or policy gives the permissions of an administrator.",
        why="A build runs code that anyone with access to the repository wrote, with whatever its role may do.",
        fix="name the actions and the resources that the work needs, and nothing else.",
        severity=Severity.CRITICAL,
        levels=Levels(Level.MANDATORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(ROLE, INLINE_POLICY, MANAGED_POLICY, POLICY_ATTACHMENT, EXCLUSIVE_ATTACHMENT),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-1",
        parameters=(
            Parameter(
                name="deniedManaged",
                schema=NAMES,
                default=["AdministratorAccess*", "PowerUserAccess", "*FullAccess"],
                description="Names of AWS's own policies that must not be attached, `*` for any text.",
            ),
        ),
        frameworks=(owasp(5), security_hub("IAM.1")),
        check=no_admin,
    ),
)
