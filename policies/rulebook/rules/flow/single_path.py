"""No second road to production leads around the approval.

A stack may have hundreds of groups, actions, functions and roles. So what an action can reach at all is found once, and
a group is asked only about the actions that may reach it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from rulebook.kit.environment import clues_of_resource, find
from rulebook.kit.facts import BUILD_PROJECT, DEPLOYMENT_GROUP, FUNCTION, PIPELINE, ROLE, Kind, name_of
from rulebook.kit.links import is_meant, last_part, may_be_meant, names, own_name
from rulebook.kit.pipeline import Action, actions
from rulebook.kit.rule import Level, Levels, Outcome, Resource, Severity, Stack, StackRule, Violation, each
from rulebook.kit.telling import about, told_of
from rulebook.kit.values import UnreadableError, all_of, some
from rulebook.rules.flow import identities
from rulebook.rules.flow.workers import WORKERS, Worker, may_be, may_deploy, permissions_of
from rulebook.rules.frameworks import owasp
from rulebook.tiers import Tier

_DEPLOYING = frozenset({"CodeDeploy", "CodeDeployToECS"})


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
            lambda step: all_of(lambda: step.is_manual_approval, lambda: step.always_precedes(self.action)),
        )


def single_path_to_prod(stack: Stack) -> Iterator[Outcome]:
    """Each group of production is deployed by a pipeline that asks a person, and by none that doesn't."""
    routes = [route for pipeline in stack.of(PIPELINE) for route in _routes(pipeline)]
    ways = Ways(routes, stack)
    for group in stack.of(DEPLOYMENT_GROUP):
        clues = clues_of_resource(properties=group.properties, provider=group.provider)
        if find((*stack.environment.clues, *clues)).tier is Tier.PRODUCTION:
            yield from about(group, partial(_paths_to, stack, group, ways))


def _routes(pipeline: Resource) -> Iterator[Route]:
    try:
        order = actions(pipeline.properties)
    except UnreadableError:
        # One action that isn't known stands for all of them.
        stages = pipeline.properties["stages"]
        order = [Action(stage=stages, stage_number=0, node=stages)]
    yield from (Route(pipeline, action, tuple(order)) for action in order)


class Ways:
    """Which actions may reach which group; of all others it is certain that they don't."""

    def __init__(self, routes: list[Route], stack: Stack) -> None:
        self.all = routes
        self._stack = stack
        self._to_any: list[int] = []
        self._to_named: dict[str, list[int]] = {}
        for number, route in enumerate(routes):
            try:
                name = _named_group(route) if _is_deployment(route) else None
            except UnreadableError:
                name = None
            if name is not None:
                self._to_named.setdefault(name, []).append(number)
            elif not _reaches_nothing(route, stack):
                self._to_any.append(number)

    def to(self, group: Resource) -> list[Route]:
        """The actions that may reach a group."""
        try:
            named = self._to_named.get(own_name(group, "deploymentGroupName") or "", [])
        except UnreadableError:
            named = [number for numbers in self._to_named.values() for number in numbers]
        return [self.all[number] for number in sorted((*self._to_any, *named))]

    def lead_out_of_sight(self) -> bool:
        """Whether one of the actions sets to work what can't be seen here."""
        return self._stack.once(
            "out of sight", lambda: some(self.all, lambda route: _is_out_of_sight(route, self._stack))
        )


def _is_deployment(route: Route) -> bool:
    return route.action.provider in _DEPLOYING


def _named_group(route: Route) -> str | None:
    """The name of the only group that an action of CodeDeploy can mean; none where it can't be told."""
    configuration = route.action.node["configuration"]
    application, group = configuration["ApplicationName"], configuration["DeploymentGroupName"]
    if application.known:
        application.text()
    return last_part(group.text()) if group.known else None


def _reaches_nothing(route: Route, stack: Stack) -> bool:
    """Whether an action certainly deploys to no group, whichever it is."""
    try:
        provider = route.action.provider
    except UnreadableError:
        return False
    worker = WORKERS.get(provider)
    if worker is None:
        return provider not in _DEPLOYING
    return not any(permissions_of(one, worker, stack) for one in _workers(route, worker, stack))


def _paths_to(stack: Stack, group: Resource, ways: Ways) -> Iterator[Outcome]:
    routes = ways.to(group)

    def has_none(_: str) -> Iterator[Outcome]:
        if all_of(
            lambda: not some(routes, lambda route: _reaches(route, group, stack)),
            lambda: not ways.lead_out_of_sight(),
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


def _reaches(route: Route, group: Resource, stack: Stack) -> bool:
    """Whether an action deploys to a group: by its configuration, or by what its function or its build may do."""
    return told_of(route.pipeline, lambda: _deploys_to(route, group, stack))


def _deploys_to(route: Route, group: Resource, stack: Stack) -> bool:
    provider = route.action.provider
    if provider in _DEPLOYING:
        return _names_group(route, group, stack)
    worker = WORKERS.get(provider)
    return worker is not None and some(
        _workers(route, worker, stack),
        lambda one: all_of(
            lambda: _sets_to_work(route, worker, one, stack), lambda: may_deploy(one, worker, group, stack)
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


def _workers(route: Route, worker: Worker, stack: Stack) -> list[Resource]:
    """What an action sets to work, or may."""

    def found() -> list[Resource]:
        node = route.action.node["configuration"][worker.key]
        named = isinstance(node.value, str)
        ones = _called(last_part(node.text()), worker.kind, stack) if named else stack.of(worker.kind)
        return [one for one in ones if may_be(partial(_sets_to_work, route, worker, one, stack))]

    return stack.once(("workers", route.pipeline.urn, route.action.path), found)


def _called(name: str, kind: Kind, stack: Stack) -> list[Resource]:
    """The resources of a kind that are called so, and those of which it can't be told."""

    def register() -> dict[str | None, list[Resource]]:
        by_name: dict[str | None, list[Resource]] = {}
        for one in stack.of(kind):
            value = one.properties["name"].value
            by_name.setdefault(value if isinstance(value, str) else None, []).append(one)
        return by_name

    by_name = stack.once(("called", kind), register)
    return [*by_name.get(name, []), *by_name.get(None, [])]


def _is_out_of_sight(route: Route, stack: Stack) -> bool:
    """Whether what an action sets to work, or its role, is not of this stack: then nobody here can say what it may."""
    worker = WORKERS.get(route.action.provider)
    return worker is not None and not some(
        _workers(route, worker, stack),
        lambda one: all_of(
            lambda: _sets_to_work(route, worker, one, stack),
            lambda: some(
                may_be_meant(one, stack, ROLE, keys=(worker.role_key,)), lambda role: names(one, worker.role_key, role)
            ),
        ),
    )


RULES = (
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
