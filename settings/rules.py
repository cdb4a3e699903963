"""What the parts of a stack file have to agree on, with each other and with the neighbouring stack files.

The rules read plain values, not models, so that they also say what they can about a file that has other problems.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from settings.problems import Path, Problem, given, shown
from settings.siblings import Siblings, Unreadable, at, site_of
from settings.sources import BUILDING

LONGEST_NAME = 32
"""Of a load balancer and of a target group.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
"""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One stack's values, as far as each of them is good by itself.

    Args:
        name: the stack's name.
        values: a mapping with the keys of `Settings`, in the file's spelling.
        siblings: the neighbouring stack files.
    """

    name: str
    values: Mapping[str, Any]
    siblings: Siblings

    @property
    def region(self) -> str | None:
        """The stack's region."""
        return at(self.values, "region") or None

    def applications(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Name and values of each application."""
        applications = at(self.values, "applications")
        for name, application in (applications if isinstance(applications, Mapping) else {}).items():
            if isinstance(application, Mapping):
                yield name, application


def broken(stack: Stack) -> Iterator[Problem]:
    """The problems that all rules find."""
    for rule in (
        _names_fit,
        _zones_in_region,
        _subnets_differ,
        _certificates_fit,
        _one_owner,
        _built_once,
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
        if name.startswith("internal-"):
            message = "given a name with internal-; allowed: one that doesn't begin with it (AWS keeps it for itself)"
            yield Problem(path=path, message=message)


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
    for name, application in stack.applications():
        arn = at(application, "deploy", "fleet", "certificateArn")
        if not isinstance(arn, str):
            continue
        _, _, _, region, owner, _ = arn.split(":", 5)
        path = ("applications", name, "deploy", "fleet", "certificateArn")
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
        provider = at(application, "source", "provider")
        if "build" in application and isinstance(provider, str) and provider not in BUILDING:
            message = (
                f"unknown key; with source.provider {provider} another stack has built it, and it isn't built twice"
            )
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
