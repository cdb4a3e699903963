"""What the roles of a stack may do, wherever it is written down: in the role, in policies, or in what is attached.

A policy that denies isn't taken into account: what one document allows another may take away again, but whoever reads
the first should not have to know that.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from rulebook.kit.facts import EXCLUSIVE_ATTACHMENT, INLINE_POLICY, MANAGED_POLICY, POLICY_ATTACHMENT, ROLE
from rulebook.kit.iam import StatementReader, permission_documents, statements
from rulebook.kit.links import may_be_meant, may_mean, names
from rulebook.kit.rule import Resource, Stack
from rulebook.kit.values import Node, all_of, some

KINDS = (ROLE, INLINE_POLICY, MANAGED_POLICY, POLICY_ATTACHMENT, EXCLUSIVE_ATTACHMENT)
_HOLDING = ("role", "roleName", "roles")
_ATTACHED = ("policyArn", "policyArns")
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
        return names(role, "managedPolicyArns", holder) or some(
            _attachments(holder, stack),
            lambda one: all_of(
                lambda: holds(role, one, stack),
                lambda: some(_ATTACHED, lambda key: names(one, key, holder)),
            ),
        )
    return some(_HOLDING, lambda key: names(holder, key, role))


def may_hold(holder: Resource, stack: Stack) -> list[Resource]:
    """The roles for which `holds` doesn't say no for certain: hundreds of roles needn't be asked one by one."""
    if holder.kind is ROLE:
        return [holder]
    if holder.kind is not MANAGED_POLICY:
        return may_be_meant(holder, stack, ROLE, keys=_HOLDING)
    roles = may_mean(holder, stack, ROLE, keys=("managedPolicyArns",))
    roles += [role for one in _attachments(holder, stack) for role in may_hold(one, stack)]
    return list({role.urn: role for role in roles}.values())


def _attachments(policy: Resource, stack: Stack) -> list[Resource]:
    return may_mean(policy, stack, POLICY_ATTACHMENT, EXCLUSIVE_ATTACHMENT, keys=_ATTACHED)


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
