"""Who assumes the roles of a delivery, how many duties each has, and who has keys that never end."""

import re
from collections.abc import Iterator
from functools import partial

from rulebook.kit.facts import (
    ACCESS_KEY,
    BUILD_PROJECT,
    DEPLOYMENT_GROUP,
    INSTANCE_PROFILE,
    PIPELINE,
    ROLE,
    USER,
    Kind,
    name_of,
)
from rulebook.kit.iam import StatementReader, statements
from rulebook.kit.links import may_mean, names, token_of
from rulebook.kit.rule import (
    Level,
    Levels,
    Outcome,
    Parameter,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Violation,
    each,
    guarded,
)
from rulebook.kit.telling import about_each
from rulebook.kit.values import Node, UnreadableError, all_of, at_least, some
from rulebook.rules.frameworks import owasp
from rulebook.rules.iam_accounts import pinned_accounts
from rulebook.rules.iam_conditions import is_narrowed
from rulebook.rules.names import NAMES, is_named

_GITHUB = "token.actions.githubusercontent.com"
_ACCOUNT = re.compile(r"^(?:arn:[^:]+:(?:iam|sts)::)?(\d{12})(?::|$)")
_REGIONAL = re.compile(r"\.[a-z]{2}(-[a-z]+)+-\d+\.")
_SENDERS = frozenset({"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"})
# An owner without wildcards; customized subjects of GitHub begin with another word.
_OF_ONE_OWNER = re.compile(r"^[a-z_]+:[^*?/:]+[/:]")

_DUTIES: tuple[tuple[str, Kind, str, str], ...] = (
    ("a pipeline", PIPELINE, "roleArn", "codepipeline"),
    ("a build", BUILD_PROJECT, "serviceRole", "codebuild"),
    ("a deployment", DEPLOYMENT_GROUP, "serviceRoleArn", "codedeploy"),
    ("an instance", INSTANCE_PROFILE, "role", "ec2"),
)


def service_trust_scoped(resource: Resource) -> Iterator[Outcome]:
    """A role is assumed by known services for known accounts, and by nobody else."""

    def stated(statement: StatementReader) -> Iterator[Outcome]:
        node = statement.node
        # Only what allows matters; an effect that isn't known yet ends the statement undecided.
        if not statement.allows:
            return
        principal = node["Principal"]
        if node["NotPrincipal"].present or (principal.known and principal.value == "*"):
            yield Violation(message=f"{resource} may be assumed by everyone, by `{node.path}`.", finding=node.path)
            return
        for kind in principal.entries():
            listed = principal[kind]
            values = [listed] if isinstance(listed.value, str) else listed.items()
            yield from each(values, partial(_trusted, resource, statement, kind))

    yield from guarded(lambda: each(statements(resource.properties["assumeRolePolicy"]), stated))


def _trusted(resource: Resource, statement: StatementReader, kind: str, one: Node) -> Iterator[Outcome]:
    """One principal of a statement that allows."""
    text = one.text()
    if kind == "Service":
        # A region may be part of the name, and China has its own ending.
        service = _REGIONAL.sub(".", text).removesuffix(".cn")
        if not _is_listed(resource, service):
            yield Violation(
                message=f"{resource} trusts a service that is not listed, at `{one.path}`.", finding=one.path
            )
        elif not is_named(service, resource.parameters["withoutSource"]) and not is_narrowed(
            statement, key=_SENDERS.__contains__
        ):
            yield Violation(
                message=f"{resource} trusts a service on behalf of any account, at `{one.path}`.", finding=one.path
            )
    elif kind == "Federated" and text.endswith(f"/{_GITHUB}"):
        if not is_narrowed(
            statement,
            key=lambda name: name == f"{_GITHUB}:sub",
            value=lambda subject: _OF_ONE_OWNER.match(subject) is not None,
        ):
            yield Violation(message=f"{resource} trusts every repository of GitHub, at `{one.path}`.", finding=one.path)
    elif text == "*":
        yield Violation(message=f"{resource} may be assumed by everyone, by `{one.path}`.", finding=one.path)
    elif not _is_listed(resource, text) and not _is_own(resource, text):
        yield Violation(message=f"{resource} trusts a principal that is not listed, at `{one.path}`.", finding=one.path)


def _is_listed(resource: Resource, principal: str) -> bool:
    return is_named(principal, resource.parameters["allowedPrincipals"])


def _is_own(resource: Resource, principal: str) -> bool:
    account = _ACCOUNT.match(principal)
    return account is not None and account.group(1) in pinned_accounts(resource.provider)


def one_role_per_duty(stack: Stack) -> Iterator[Outcome]:
    """Pipeline, builds, deployments and instances have a role each, so that none has the rights of another."""

    def judge(role: Resource) -> Iterator[Outcome]:
        if at_least(2, _DUTIES, lambda duty: _holds(stack, role, duty)):
            yield Violation(message=f"{role} has the duties of {_said(stack, role)}.", urn=role.urn)

    def trusts(role: Resource) -> Iterator[Outcome]:
        if at_least(2, _DUTIES, lambda duty: _trusts(role, duty[3])):
            message = f"{role} may be assumed by services of two duties."
            yield Violation(message=message, finding="assumeRolePolicy", urn=role.urn)

    yield from about_each(stack.of(ROLE), judge)
    yield from about_each(stack.of(ROLE), trusts)
    yield from _roles_of_others(stack)


def _holds(stack: Stack, role: Resource, duty: tuple[str, Kind, str, str]) -> bool:
    _, kind, key, _ = duty
    return some(may_mean(role, stack, kind, keys=(key,)), lambda one: names(one, key, role))


def _said(stack: Stack, role: Resource) -> str:
    held = []
    for duty in _DUTIES:
        try:
            held += [duty[0]] if _holds(stack, role, duty) else []
        except UnreadableError:
            continue
    return " and ".join(held)


def _roles_of_others(stack: Stack) -> Iterator[Outcome]:
    """Roles that another stack declares are known by their ARNs alone: the same text is the same role."""
    holders: dict[str, dict[str, Resource]] = {}
    names_here = (role.properties["name"].value for role in stack.of(ROLE))
    here = {name for name in names_here if isinstance(name, str)}
    for duty, kind, key, _ in _DUTIES:
        for one in stack.of(kind):
            value = one.properties[key].value
            linked = any(token_of(urn) in ROLE.tokens for urn in one.dependencies.get(key, ()))
            if isinstance(value, str) and not linked and value.rpartition("/")[2] not in here:
                holders.setdefault(value, {}).setdefault(duty, one)
    for duties in holders.values():
        if len(duties) > 1:
            last = list(duties.values())[-1]
            yield Violation(message=f"{last} has the role of {next(iter(duties))}.", urn=last.urn)


def _trusts(role: Resource, service: str) -> bool:
    def names_it(statement: StatementReader) -> bool:
        listed = statement.node["Principal"]
        if not isinstance(listed.value, dict):
            return False
        values = listed["Service"]
        return all_of(
            lambda: statement.allows,
            lambda: some(
                [values] if isinstance(values.value, str) else values.items(),
                lambda one: one.text().startswith(f"{service}."),
            ),
        )

    return some(statements(role.properties["assumeRolePolicy"]), names_it)


def no_static_keys(resource: Resource) -> Iterator[Outcome]:
    """A delivery works with roles, whose credentials end by themselves."""
    given = resource.properties["user" if resource.kind is ACCESS_KEY else "name"]
    allowed = resource.parameters["allowUsers"]
    if not (allowed and some((Node(name_of(resource.urn)), given), lambda name: is_named(name.text(), allowed))):
        yield Violation(message=f"{resource} has credentials that never end.")


RULES = (
    ResourceRule(
        id="iam-service-trust-scoped",
        title="Roles are assumed by known services, on behalf of known accounts.",
        why="A service works for every account of AWS; without `aws:SourceAccount` or `aws:SourceArn` somebody else's "
        "pipeline can bring it to use this role. EC2 sends neither, and ECS takes a role only from who may pass it. "
        "Principals of the account that the provider is pinned to (`allowedAccountIds`) are known; others have to be "
        "listed.",
        fix="name the service, add a condition on `aws:SourceAccount`, and pin `sub` to one owner for GitHub.",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(ROLE,),
        reference="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        parameters=(
            Parameter(
                name="allowedPrincipals",
                schema=NAMES,
                default=[
                    f"{service}.amazonaws.com"
                    for service in (
                        *("chatbot", "cloudformation", "codebuild", "codedeploy", "codepipeline", "ec2", "ecs"),
                        *("ecs-tasks", "events", "lambda", "pipes", "scheduler", "ssm", "states", "vpc-flow-logs"),
                    )
                ],
                description="Services, ARNs and accounts that may assume roles, `*` for any text; regions in the names "
                "of services are left out.",
            ),
            Parameter(
                name="withoutSource",
                schema=NAMES,
                default=["ec2.amazonaws.com", "ecs.amazonaws.com"],
                description="Services that don't tell on whose behalf they work.",
            ),
        ),
        frameworks=(owasp(5),),
        check=service_trust_scoped,
    ),
    StackRule(
        id="iam-one-role-per-duty",
        title="Pipelines, builds, deployments and instances have a role each.",
        why="A build runs what anyone wrote who may push; with the role of the pipeline it also approves and deploys.",
        fix="give each duty a role of its own, that trusts one service.",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(PIPELINE, BUILD_PROJECT, DEPLOYMENT_GROUP, INSTANCE_PROFILE, ROLE),
        reference="https://docs.aws.amazon.com/codepipeline/latest/userguide/security-iam.html",
        frameworks=(owasp(5),),
        check=one_role_per_duty,
    ),
    ResourceRule(
        id="iam-no-static-keys",
        title="There are no users and no access keys.",
        why="A key works for whoever finds it, from anywhere and until somebody remembers it; this one also lies in "
        "the state file. Machines on premises can register with CodeDeploy by a role.",
        fix="use a role, or an OIDC provider for what runs outside AWS.",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(USER, ACCESS_KEY),
        reference="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-workloads-use-roles",
        parameters=(
            Parameter(
                name="allowUsers",
                schema=NAMES,
                default=[],
                description="Users that may exist and have keys, by their name in the program or in AWS, `*` for any "
                "text.",
            ),
        ),
        frameworks=(owasp(6), owasp(2)),
        check=no_static_keys,
    ),
)
