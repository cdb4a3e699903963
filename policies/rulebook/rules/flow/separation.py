"""Who approves isn't who is approved."""

import re
from collections.abc import Callable, Iterator
from functools import cache, partial

from rulebook.kit.facts import ROLE, name_of
from rulebook.kit.iam import is_aws_managed
from rulebook.kit.links import own_name
from rulebook.kit.rule import (
    Level,
    Levels,
    Outcome,
    Parameter,
    Resource,
    Severity,
    Stack,
    StackRule,
    Violation,
)
from rulebook.kit.telling import about
from rulebook.kit.values import Node, all_of
from rulebook.rules.flow import identities
from rulebook.rules.frameworks import owasp
from rulebook.rules.names import NAMES, REGEX

APPROVING = tuple(
    f"codepipeline:{action}"
    for action in (
        "PutApprovalResult",
        "UpdatePipeline",
        "OverrideStageCondition",
        "DisableStageTransition",
        "EnableStageTransition",
        "RollbackStage",
    )
)
# https://docs.aws.amazon.com/codepipeline/latest/userguide/managed-policies.html, and the two that allow everything.
APPROVING_POLICIES = ["AWSCodePipelineApproverAccess", "AWSCodePipeline_FullAccess", "AdministratorAccess*"]
APPROVING_POLICIES += ["PowerUserAccess"]


def approver_separation(stack: Stack) -> Iterator[Outcome]:
    """No role that the delivery itself takes can approve, or change the pipeline that asks for approval."""
    approver, denied = stack.parameters["approverRolePattern"], stack.parameters["deniedActions"]

    def approves(node: Node) -> bool:
        return identities.permits(node, denied, resource="codepipeline:*")

    def approves_by_aws(node: Node) -> bool:
        return is_aws_managed(node.text(), APPROVING_POLICIES)

    def is_meant_to(role: Resource) -> bool:
        return bool(approver and re.search(approver, own_name(role) or name_of(role.urn)))

    roles = [role for role in stack.of(ROLE) if not is_meant_to(role)]
    if not roles:
        return
    # Asked of one document for every role, so it is answered once.
    documents = [(holder, node, cache(partial(approves, node))) for holder, node in identities.documents(stack)]
    arns = [(holder, node, cache(partial(approves_by_aws, node))) for holder, node in identities.attached_arns(stack)]
    # Every role with every document would be far too many questions; most pairs have nothing to do with each other.
    of_role: dict[str, list[tuple[Resource, Node, Callable[[], bool]]]] = {}
    for document in (*documents, *arns):
        for role in identities.may_hold(document[0], stack):
            of_role.setdefault(role.urn, []).append(document)
    for role in roles:
        # Asked of one role for every document, so it is answered once.
        trusted = cache(partial(identities.is_trusted_to, role, stack.parameters["services"]))
        for holder, node, question in of_role.get(role.urn, ()):
            yield from about(holder, partial(_judge_document, stack, role, holder, node, trusted, question))


def _judge_document(
    stack: Stack,
    role: Resource,
    holder: Resource,
    node: Node,
    trusted: Callable[[], bool],
    approves: Callable[[], bool],
) -> Iterator[Outcome]:
    # Few documents approve anything; whose each is takes the longest to find out.
    if all_of(trusted, approves, lambda: identities.holds(role, holder, stack)):
        yield Violation(
            message=f"{role}, which the delivery itself takes, may approve or change a pipeline by `{node.path}` of "
            f"'{name_of(holder.urn)}'.",
            finding=node.path,
        )


RULES = (
    StackRule(
        id="flow-approver-separation",
        title="What the delivery runs as can't approve a deployment, nor change the pipeline that asks for approval.",
        why="Whoever may push code runs it as the build's or the pipeline's role; if that role may approve, nobody "
        "else needs to. Functions count too, for a pipeline may call them; a chat bot that passes on a person's answer "
        "is named by approverRolePattern. A policy that denies is not taken into account.",
        fix="take codepipeline:PutApprovalResult, UpdatePipeline, OverrideStageCondition, DisableStageTransition, "
        "EnableStageTransition and RollbackStage from the role.",
        severity=Severity.CRITICAL,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.MANDATORY),
        kinds=identities.KINDS,
        reference="https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-iam-permissions.html",
        parameters=(
            Parameter(
                name="deniedActions",
                schema=NAMES,
                default=list(APPROVING),
                description="Actions that such a role must not have; a wildcard that covers one counts.",
            ),
            Parameter(
                name="approverRolePattern",
                schema=REGEX,
                default="",
                description="Names of roles that approve for a person, as a regular expression; empty: there are none.",
            ),
            Parameter(
                name="services",
                schema=NAMES,
                default=["codepipeline", "codebuild", "codedeploy", "ec2", "lambda"],
                description="Services that run a delivery or what it delivers, as in <service>.amazonaws.com.",
            ),
        ),
        frameworks=(owasp(1), owasp(5)),
        check=approver_separation,
    ),
)
