"""Functions and builds that a pipeline sets to work, and whether their roles let them deploy."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from rulebook.kit.facts import BUILD_PROJECT, FUNCTION, ROLE, Kind, name_of
from rulebook.kit.links import may_be_meant, names, own_name
from rulebook.kit.rule import Resource, Stack
from rulebook.kit.telling import told_of
from rulebook.kit.values import Node, UndecidableError, UnreadableError, all_of, some
from rulebook.rules.flow import identities


@dataclass(frozen=True)
class Worker:
    """What an action sets to work, where the action names it, and where it names its role."""

    kind: Kind
    key: str
    role_key: str


_DEPLOYS = ["codedeploy:CreateDeployment"]
WORKERS = {
    "Lambda": Worker(FUNCTION, "FunctionName", "role"),
    "CodeBuild": Worker(BUILD_PROJECT, "ProjectName", "serviceRole"),
}


def may_be(question: Callable[[], bool]) -> bool:
    """Whether something is so, or can't be told: not for certain that it isn't."""
    try:
        return question()
    except UnreadableError:
        return True


@dataclass(frozen=True)
class Permission:
    """A document that allows deployments, and why it can't be told that a function or a build has it, if it can't."""

    holder: Resource
    node: Node
    doubt: UnreadableError | None

    def is_held(self) -> bool:
        """Whether it is that of the function or build, which is certain or can't be told."""
        if self.doubt is not None:
            # Raised again and again, it would otherwise remember each time.
            raise self.doubt.with_traceback(None)
        return True


def may_deploy(one: Resource, worker: Worker, group: Resource, stack: Stack) -> bool:
    """Whether the roles of a function or a build allow it to create deployments in a group."""
    application, name = own_name(group, "appName"), own_name(group, "deploymentGroupName")
    exact = application is not None and name is not None
    target = f"codedeploy:deploymentgroup:{application}/{name}" if exact else "codedeploy:*"

    def allows(permission: Permission) -> bool:
        return identities.permits(permission.node, _DEPLOYS, resource=target)

    may = some(
        permissions_of(one, worker, stack),
        lambda permission: all_of(permission.is_held, lambda: told_of(permission.holder, lambda: allows(permission))),
    )
    if may and not exact:
        raise UndecidableError(f"deploymentGroupName of {name_of(group.urn)}")
    return may


def permissions_of(one: Resource, worker: Worker, stack: Stack) -> list[Permission]:
    """The documents that allow deployments to a function or a build, or may, by whichever role."""

    def belongs(role: Resource, holder: Resource) -> UnreadableError | bool:
        try:
            return all_of(lambda: names(one, worker.role_key, role), lambda: identities.holds(role, holder, stack))
        except UnreadableError as error:
            return error

    def permissions() -> list[Permission]:
        held = stack.once("held", partial(_held, stack))
        # One document is asked once, however many roles may have it.
        found: dict[tuple[str, str, bool], Permission] = {}
        for role in may_be_meant(one, stack, ROLE, keys=(worker.role_key,)):
            for holder, node in held.get(role.urn, ()):
                if answer := belongs(role, holder):
                    doubt = None if answer is True else answer
                    found.setdefault((holder.urn, node.path, doubt is None), Permission(holder, node, doubt))
        return list(found.values())

    return stack.once(("permissions", one.urn), permissions)


def _held(stack: Stack) -> dict[str, list[identities.Document]]:
    """The documents that allow deployments, or may, by the URN of each role that may hold them."""
    found: dict[str, list[identities.Document]] = {}
    for holder, node in identities.documents(stack):
        if may_be(partial(identities.permits, node, _DEPLOYS, resource="codedeploy:*")):
            for role in identities.may_hold(holder, stack):
                found.setdefault(role.urn, []).append((holder, node))
    return found
