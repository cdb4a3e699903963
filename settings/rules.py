"""What the parts of a stack file have to agree on, with each other and with the neighbouring stack files.

The rules read plain values, not models, so that they also say what they can about a file that has other problems.
"""

from collections.abc import Iterator, Mapping

from settings.approval_rules import APPROVAL_RULES
from settings.build_rules import BUILD_RULES
from settings.derived_names import LONGEST_BUCKET, LONGEST_ROLE, too_long
from settings.drift_rules import DRIFT_RULES
from settings.fields import GRAVITON
from settings.free_stage_rules import FREE_STAGE_RULES
from settings.freeze_rules import FREEZE_RULES
from settings.front_rules import fronts_fit
from settings.jenkins_rules import JENKINS_RULES
from settings.ledger import LEDGER_RULES
from settings.notification_rules import NOTIFICATION_RULES
from settings.problems import Path, Problem, given, shown
from settings.publishing_rules import PUBLISHING_RULES
from settings.service_rules import SERVICE_RULES
from settings.siblings import Unreadable, at, site_of
from settings.source_rules import SOURCE_RULES
from settings.sources import is_built
from settings.stack import Stack
from settings.suite_rules import SUITE_RULES
from settings.watch_rules import WATCH_RULES
from settings.worker_rules import WORKER_RULES

LONGEST_NAME = 32
"""Of a load balancer and of a target group.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
"""

MOST_SUITES = 20
"""The pipeline's role names each suite, and a role's policy ends at 10,240 characters."""

SHARED = "delivery"
"""What the names of everything begin with that belongs to no application."""

ROLES_OF_THE_PROGRAM = frozenset(
    {
        "admit-release",
        "announce-hotfix",
        "bake",
        "build",
        "canary",
        "check",
        "check-calendar",
        "check-approvers",
        "check-pull-request",
        "codedeploy",
        "deploy-function",
        "deploy-in-place",
        "deploy-service",
        "execution",
        "front",
        "gather-evidence",
        "hooks",
        "instance",
        "instances",
        "machine",
        "merge-back",
        "pipeline",
        "promote-release",
        "provide-buildspec",
        "reject-stale-approvals",
        "retire-fleet",
        "schedule",
        "shift-traffic",
        "start",
        "start-changed",
        "tag-release",
        "task",
        "tasks",
        "traffic",
        "update-service",
        "verify-release",
        "watch-machines",
    }
)
"""What follows `<application>-<stack>-` in the names of other roles, projects and security groups; a suite would meet
one of them."""


def broken(stack: Stack) -> Iterator[Problem]:
    """The problems that all rules find."""
    for rule in (
        _names_fit,
        _buckets_fit,
        _suites_fit,
        *SUITE_RULES,
        *BUILD_RULES,
        _images_fit,
        _zones_in_region,
        _subnets_differ,
        _certificates_fit,
        _one_owner,
        _built_once,
        *SOURCE_RULES,
        *PUBLISHING_RULES,
        *JENKINS_RULES,
        *FREE_STAGE_RULES,
        *FREEZE_RULES,
        *DRIFT_RULES,
        *NOTIFICATION_RULES,
        *APPROVAL_RULES,
        *SERVICE_RULES,
        *WATCH_RULES,
        *LEDGER_RULES,
        *WORKER_RULES,
        fronts_fit,
        _promoted_by_the_other,
        _taken_by_the_other,
    ):
        yield from rule(stack)


def _names_fit(stack: Stack) -> Iterator[Problem]:
    for name, _ in stack.applications():
        path: Path = ("applications", name)
        derived = f"{name}-{stack.name}"
        if (excess := len(derived) - LONGEST_NAME) > 0:
            limit = f"at most {LONGEST_NAME} characters for the load balancer <application>-<stack>"
            message = f"the name {derived} has {excess} character{'s' if excess > 1 else ''} too many; allowed: {limit}"
            yield Problem(path=path, message=message)
        if name == SHARED:
            message = f"given {shown(name)}; allowed: another name; what the whole stack shares is called {derived}"
            yield Problem(path=path, message=message)
        for prefix in ("internal-", "sg-"):
            if name.startswith(prefix):
                message = (
                    f"given a name with {prefix}; allowed: one that doesn't begin with it (AWS keeps it for itself)"
                )
                yield Problem(path=path, message=message)


def _buckets_fit(stack: Stack) -> Iterator[Problem]:
    account = at(stack.values, "environment", "account")
    if not isinstance(account, str) or stack.region is None:
        return
    longest = f"delivery-{stack.name}-access-logs-{account}-{stack.region}"
    if message := too_long("bucket", longest, LONGEST_BUCKET):
        yield Problem(path=("stack",), message=f"given the name {shown(stack.name)}, {message}")


def _suites_fit(stack: Stack) -> Iterator[Problem]:
    for name, application in stack.applications():
        suites = at(application, "suites")
        if not isinstance(suites, Mapping):
            continue
        path: Path = ("applications", name, "suites")
        if len(suites) > MOST_SUITES:
            yield Problem(path=path, message=f"given {len(suites)} suites; allowed: at most {MOST_SUITES}")
        seen: dict[str, str] = {}
        for suite in suites:
            if not isinstance(suite, str):
                continue
            if suite.lower() in ROLES_OF_THE_PROGRAM:
                message = given(suite, "a name that isn't one of " + ", ".join(sorted(ROLES_OF_THE_PROGRAM)))
                yield Problem(path=(*path, suite), message=message)
            elif suite.lower() in seen:
                message = given(suite, f"names that differ by more than case; {seen[suite.lower()]} is there as well")
                yield Problem(path=(*path, suite), message=message)
            elif too_many := too_long("role", f"{name}-{stack.name}-{suite}", LONGEST_ROLE):
                yield Problem(path=(*path, suite), message=too_many)
            seen.setdefault(suite.lower(), suite)


def _images_fit(stack: Stack) -> Iterator[Problem]:
    """Graviton instances start no image for x86_64, and the other way round."""
    for path, machine in stack.machines():
        kind, parameter = at(machine, "instanceType"), at(machine, "amiParameter")
        if not isinstance(kind, str) or not isinstance(parameter, str):
            continue
        graviton = GRAVITON.fullmatch(kind) is not None
        wrong = "x86_64" if graviton else "arm64"
        if parameter.endswith(wrong):
            allowed = f"an image for {'arm64' if graviton else 'x86_64'}, as {kind} needs"
            yield Problem(path=(*path, "amiParameter"), message=given(parameter, allowed))


def _zones_in_region(stack: Stack) -> Iterator[Problem]:
    zones = at(stack.values, "network", "availabilityZones")
    if stack.region is None or not isinstance(zones, list):
        return
    for index, zone in enumerate(zones):
        if zone[:-1] != stack.region:
            path = ("network", "availabilityZones", index)
            yield Problem(path=path, message=given(zone, f"zones of {stack.region} (aws:region)"))


def _subnets_differ(stack: Stack) -> Iterator[Problem]:
    public = at(stack.values, "network", "publicSubnetIds") or []
    for index, subnet in enumerate(at(stack.values, "network", "privateSubnetIds") or []):
        if subnet in public:
            path = ("network", "privateSubnetIds", index)
            yield Problem(path=path, message=given(subnet, "a subnet that isn't in publicSubnetIds as well"))


def _certificates_fit(stack: Stack) -> Iterator[Problem]:
    account = at(stack.values, "environment", "account")
    for path, machine in stack.machines():
        arn = at(machine, "certificateArn")
        if not isinstance(arn, str):
            continue
        _, _, _, region, owner, _ = arn.split(":", 5)
        path = (*path, "certificateArn")
        if stack.region not in (None, region):
            yield Problem(path=path, message=given(arn, f"a certificate of {stack.region}, as its load balancer"))
        elif account not in (None, owner):
            yield Problem(path=path, message=given(arn, f"a certificate of the stack's account {account}"))


def _one_owner(stack: Stack) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for name, application in stack.applications():
        repository = at(application, "source", "repository")
        if at(application, "source", "owned") is not True or not isinstance(repository, str):
            continue
        if repository in owners:
            message = f"given true; allowed: one owner; applications.{owners[repository]} owns {shown(repository)} too"
            yield Problem(path=("applications", name, "source", "owned"), message=message)
        owners.setdefault(repository, name)


def _built_once(stack: Stack) -> Iterator[Problem]:
    for name, application in stack.applications():
        source = at(application, "source")
        if "build" in application and is_built(source):
            provider = at(source, "provider")
            said, who = (
                ("source.built", "somebody else")
                if provider == "s3"
                else (f"source.provider {provider}", "another stack")
            )
            message = f"unknown key; with {said} {who} has built it, and it isn't built twice"
            yield Problem(path=("applications", name, "build"), message=message)


def _promoted_by_the_other(stack: Stack) -> Iterator[Problem]:
    for name, application in stack.applications():
        other = at(application, "source", "from")
        if not isinstance(other, str):
            continue
        path: Path = ("applications", name, "source", "from")
        if fault := _fault_of_the_other(stack, name, other):
            yield Problem(path=path, message=fault)
        elif (goal := at(stack.siblings[other], "delivery:applications", name, "promote", "to")) != stack.name:
            does = f"promotes it to {shown(goal)}" if goal else "doesn't promote it"
            need = f"promote: {{to: {stack.name}}}"
            message = given(other, f"a stack that promotes {name} here; Pulumi.{other}.yaml {does}, it needs {need}")
            yield Problem(path=path, message=message)


def _taken_by_the_other(stack: Stack) -> Iterator[Problem]:
    for name, application in stack.applications():
        other = at(application, "promote", "to")
        if not isinstance(other, str):
            continue
        path: Path = ("applications", name, "promote", "to")
        if other == at(application, "source", "from"):
            yield Problem(path=path, message=given(other, "not the stack it comes from: that would be a circle"))
        elif fault := _fault_of_the_other(stack, name, other):
            yield Problem(path=path, message=fault)
        elif at(stack.siblings[other], "delivery:applications", name, "source", "from") != stack.name:
            need = f"source: {{provider: promotion, from: {stack.name}}}"
            message = given(other, f"a stack that takes {name} from here; Pulumi.{other}.yaml needs {need}")
            yield Problem(path=path, message=message)


def _fault_of_the_other(stack: Stack, application: str, other: str) -> str:
    """Why there can be no promotion between this stack and the other, or an empty text."""
    file = f"Pulumi.{other}.yaml"
    if other == stack.name:
        return given(other, "another stack than this one")
    if other not in stack.siblings:
        return given(other, f"a stack of this project; there is no {file}")
    sibling = stack.siblings[other]
    if isinstance(sibling, Unreadable):
        return given(other, f"a stack whose file can be read; {file}: {sibling.reason}")
    if not isinstance(at(sibling, "delivery:applications", application), Mapping):
        return given(other, f"a stack that has the application {application}; {file} doesn't")
    site = site_of(other, sibling)
    if site is None:
        return given(other, f"a stack with an account (12 digits, quoted) and a region; {file} lacks one")
    if stack.region not in (None, site.region):
        reason = "CodePipeline reads a source from a bucket of its own region"
        return given(other, f"a stack in {stack.region}; {file} is in {shown(site.region)}, and {reason}")
    return ""
