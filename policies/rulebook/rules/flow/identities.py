"""What the roles of a stack may do, wherever it is written down: in the role, in policies, or in what is attached.

A policy that denies isn't taken into account: what one document allows another may take away again, but whoever reads
the first should not have to know that.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from rulebook.kit.facts import EXCLUSIVE_ATTACHMENT, INLINE_POLICY, MANAGED_POLICY, POLICY_ATTACHMENT, ROLE
from rulebook.kit.iam import StatementReader, permission_documents, statements
from rulebook.kit.rule import Resource, Stack
from rulebook.kit.values import Node, all_of, some
from rulebook.rules.flow.links import is_linked

KINDS = (ROLE, INLINE_POLICY, MANAGED_POLICY, POLICY_ATTACHMENT, EXCLUSIVE_ATTACHMENT)
Document = tuple[Resource, Node]
"""Where permissions are written, and what: a policy document, or the ARN of a policy that isn't of this stack."""


def documents(stack: Stack) -> list[Document]:
    """Every document of the stack that permits something."""
    holders = stack.of(ROLE, INLINE_POLICY, MANAGED_POLICY)
    return [(holder, node) for holder in holders for node in permission_documents(holder)]


def attached_arns(stack: Stack) -> Iterator[Document]:
    """The ARNs of attached policies that may be AWS's own, each with the resource that attaches it.

    What isn't known yet and depends on a resource is that resource's ARN: AWS's own are known beforehand.
    """
    for holder in stack.of(ROLE, POLICY_ATTACHMENT, EXCLUSIVE_ATTACHMENT):
        for key in ("policyArn", "policyArns", "managedPolicyArns"):
            node = holder.properties[key]
            arns = node.items() if isinstance(node.value, list) else [node] if node.present else []
            yield from ((holder, arn) for arn in arns if arn.known or not holder.dependencies.get(key))


def holds(role: Resource, holder: Resource, stack: Stack) -> bool:
    """Whether what `holder` permits, or attaches, is the role's."""
    if holder.kind is ROLE:
        return holder.urn == role.urn
    if holder.kind is MANAGED_POLICY:
        attachments = stack.of(POLICY_ATTACHMENT, EXCLUSIVE_ATTACHMENT)
        return is_linked(role, "managedPolicyArns", holder) or some(
            attachments,
            lambda one: all_of(
                lambda: holds(role, one, stack),
                lambda: some(("policyArn", "policyArns"), lambda key: is_linked(one, key, holder)),
            ),
        )
    return some(("role", "roleName", "roles"), lambda key: is_linked(holder, key, role))


def is_trusted_to(role: Resource, services: list[str]) -> bool:
    """Whether one of these services of AWS, for example `ec2`, may take the role."""

    def names_service(statement: StatementReader) -> bool:
        principal = statement.node["Principal"]
        if isinstance(principal.value, str):
            return principal.text() == "*"
        return some(principal["Service"].texts(), lambda service: service.split(".")[0] in services)

    return some(
        statements(role.properties["assumeRolePolicy"]),
        lambda statement: all_of(lambda: statement.allows, lambda: names_service(statement)),
    )


def permits(document: Node, actions: list[str], *, resource: str) -> bool:
    """Whether a document allows one of these actions on something that `resource` may be.

    Args:
        document: as text or as an object.
        actions: for example `codedeploy:CreateDeployment`.
        resource: the service and the resource of an ARN, for example `codedeploy:deploymentgroup:shop/fleet`; `*` for
            any of the service.
    """

    def allows(statement: StatementReader) -> bool:
        return all_of(
            lambda: statement.allows,
            lambda: _covers_action(statement, actions),
            lambda: statement.node["NotResource"].present or statement.resource_is(lambda arn: _covers(arn, resource)),
        )

    return some(statements(document), allows)


def _covers_action(statement: StatementReader, actions: list[str]) -> bool:
    wanted = [action.lower() for action in actions]
    excluded = statement.node["NotAction"]
    if excluded.present:
        patterns = [pattern.lower() for pattern in excluded.texts()]
        return any(not any(fnmatchcase(one, pattern) for pattern in patterns) for one in wanted)
    return statement.action_is(lambda pattern: any(fnmatchcase(one, pattern) for one in wanted))


def _covers(arn: str, resource: str) -> bool:
    service, _, rest = resource.partition(":")
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return "*" in arn
    return fnmatchcase(service, parts[2]) and (rest == "*" or fnmatchcase(rest, parts[5]))
