"""Who approves isn't who is approved, and no second road leads around the approval."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

from rulebook.kit.environment import clues_of_resource, find
from rulebook.kit.facts import BUILD_PROJECT, DEPLOYMENT_GROUP, FUNCTION, PIPELINE, ROLE, Kind, name_of
from rulebook.kit.iam import is_aws_managed
from rulebook.kit.links import is_meant, names, own_name
from rulebook.kit.telling import about, told_of
from rulebook.kit.pipeline import Action, actions
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
    each,
)
from rulebook.kit.values import Node, UndecidableError, UnreadableError, all_of, some
from rulebook.rules.flow import identities
from rulebook.rules.frameworks import owasp
from rulebook.rules.names import NAMES, REGEX
from rulebook.tiers import Tier

APPROVING = ("codepipeline:PutApprovalResult", "codepipeline:UpdatePipeline", "codepipeline:OverrideStageCondition")
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


@dataclass(frozen=True)
class Route:
    """One action of one pipeline, which may reach a deployment group."""

    pipeline: Resource
    action: Action
    order: tuple[Action, ...]

    def is_gated(self) -> bool:
        """Whether a person decides before it."""
        return some(
            self.order,
            lambda step: all_of(lambda: step.precedes(self.action), lambda: step.is_manual_approval),
        )


def single_path_to_prod(stack: Stack) -> Iterator[Outcome]:
    """Each group of production is deployed by a pipeline that asks a person, and by none that doesn't."""
    routes = [route for pipeline in stack.of(PIPELINE) for route in _routes(pipeline)]
    for group in stack.of(DEPLOYMENT_GROUP):
        clues = clues_of_resource(properties=group.properties, provider=group.provider)
        if find((*stack.environment.clues, *clues)).tier is Tier.PRODUCTION:
            yield from about(group, partial(_paths_to, stack, group, routes))


def _routes(pipeline: Resource) -> Iterator[Route]:
    try:
        order = actions(pipeline.properties)
    except UnreadableError:
        # One action that isn't known stands for all of them.
        stages = pipeline.properties["stages"]
        order = [Action(stage=stages, stage_number=0, node=stages)]
    yield from (Route(pipeline, action, tuple(order)) for action in order)


def _paths_to(stack: Stack, group: Resource, routes: list[Route]) -> Iterator[Outcome]:
    def has_none(_: str) -> Iterator[Outcome]:
        if all_of(
            lambda: not some(routes, lambda route: _reaches(route, group, stack)),
            lambda: not some(routes, lambda route: _is_out_of_sight(route, stack)),
        ):
            yield Violation(
                message=f"{group} is production's, and no pipeline of this stack deploys to it.", finding="pipeline"
            )

    def judge(route: Route) -> Iterator[Outcome]:
        if all_of(lambda: not route.is_gated(), lambda: _reaches(route, group, stack)):
            yield Violation(
                message=f"{group} is production's, and {_lower(route.pipeline)} reaches it at `{route.action.path}` "
                "without a manual approval before.",
                finding=f"{name_of(route.pipeline.urn)}:{route.action.path}",
            )

    yield from each(("",), has_none)
    yield from each(routes, judge)


def _lower(resource: Resource) -> str:
    text = str(resource)
    return text[0].lower() + text[1:]


@dataclass(frozen=True)
class Worker:
    """What an action sets to work, where the action names it, and where it names its role."""

    kind: Kind
    key: str
    role_key: str


WORKERS = {
    "Lambda": Worker(FUNCTION, "FunctionName", "role"),
    "CodeBuild": Worker(BUILD_PROJECT, "ProjectName", "serviceRole"),
}


def _reaches(route: Route, group: Resource, stack: Stack) -> bool:
    """Whether an action deploys to a group: by its configuration, or by what its function or its build may do."""
    return told_of(route.pipeline, lambda: _deploys_to(route, group, stack))


def _deploys_to(route: Route, group: Resource, stack: Stack) -> bool:
    provider = route.action.provider
    if provider in {"CodeDeploy", "CodeDeployToECS"}:
        return _names_group(route, group, stack)
    worker = WORKERS.get(provider)
    return worker is not None and some(
        stack.of(worker.kind),
        lambda one: all_of(
            lambda: _sets_to_work(route, worker, one, stack), lambda: _may_deploy(one, worker, group, stack)
        ),
    )


def _names_group(route: Route, group: Resource, stack: Stack) -> bool:
    configuration = route.action.node["configuration"]
    application = configuration["ApplicationName"]
    if application.known and own_name(group, "appName") not in {None, application.text()}:
        return False
    return is_meant(
        configuration["DeploymentGroupName"],
        group,
        name="deploymentGroupName",
        holder=route.pipeline,
        key="stages",
        peers=stack.of(DEPLOYMENT_GROUP),
    )


def _sets_to_work(route: Route, worker: Worker, one: Resource, stack: Stack) -> bool:
    node = route.action.node["configuration"][worker.key]
    return is_meant(node, one, holder=route.pipeline, key="stages", peers=stack.of(worker.kind))


def _is_out_of_sight(route: Route, stack: Stack) -> bool:
    """Whether what an action sets to work, or its role, is not of this stack: then nobody here can say what it may."""
    worker = WORKERS.get(route.action.provider)
    return worker is not None and not some(
        stack.of(worker.kind),
        lambda one: all_of(
            lambda: _sets_to_work(route, worker, one, stack),
            lambda: some(stack.of(ROLE), lambda role: names(one, worker.role_key, role)),
        ),
    )


def _may_deploy(one: Resource, worker: Worker, group: Resource, stack: Stack) -> bool:
    application, name = own_name(group, "appName"), own_name(group, "deploymentGroupName")
    exact = application is not None and name is not None

    def permits(role: Resource, holder: Resource, node: Node) -> bool:
        target = f"codedeploy:deploymentgroup:{application}/{name}" if exact else "codedeploy:*"
        return all_of(
            lambda: names(one, worker.role_key, role),
            lambda: identities.holds(role, holder, stack),
            lambda: told_of(holder, lambda: identities.permits(node, ["codedeploy:CreateDeployment"], resource=target)),
        )

    pairs = [(role, *document) for role in stack.of(ROLE) for document in identities.documents(stack)]
    may = some(pairs, lambda pair: permits(*pair))
    if may and not exact:
        raise UndecidableError(f"deploymentGroupName of {name_of(group.urn)}")
    return may


RULES = (
    StackRule(
        id="flow-approver-separation",
        title="What the delivery runs as can't approve a deployment, nor change the pipeline that asks for approval.",
        why="Whoever may push code runs it as the build's or the pipeline's role; if that role may approve, nobody "
        "else needs to. Functions count too, for a pipeline may call them; a chat bot that passes on a person's answer "
        "is named by approverRolePattern. A policy that denies is not taken into account.",
        fix="take codepipeline:PutApprovalResult, UpdatePipeline and OverrideStageCondition from the role.",
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
    StackRule(
        id="flow-single-path-to-prod",
        title="One road leads to each deployment group of production, and a person guards it.",
        why="An approval is worth nothing where a second pipeline, or the tests of the first, may deploy as well. "
        "A function or build reaches a group if its role may create deployments there. People and other accounts who "
        "may do so can't be seen in a stack.",
        fix="deploy the group by one pipeline with a manual approval, and take the permission from everything else.",
        severity=Severity.HIGH,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.MANDATORY),
        kinds=(PIPELINE, DEPLOYMENT_GROUP, FUNCTION, BUILD_PROJECT, *identities.KINDS),
        reference="https://docs.aws.amazon.com/codedeploy/latest/userguide/auth-and-access-control-permissions-reference.html",
        frameworks=(owasp(1),),
        check=single_path_to_prod,
    ),
)
