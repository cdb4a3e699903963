"""What the suites of an application have to agree on, with each other, with its build and with its fleet."""

from collections.abc import Iterator, Mapping
from typing import Any

from settings.derived_names import LONGEST_ROLE, too_long
from settings.problems import Path, Problem, given
from settings.siblings import at
from settings.stack import Stack

_WITHOUT_AN_ADDRESS = {
    "lambda": "deploy with deploy.url, for a function has no address of its own; or deploy.hooks, which test it",
    "on-premises": "deploy with deploy.url, for the program doesn't know what stands before the machines",
}


def _suites(stack: Stack) -> Iterator[tuple[Path, str, Mapping[str, Any], Mapping[str, Any]]]:
    """Place, name and values of each suite, and its application."""
    for name, application in stack.applications():
        suites = at(application, "suites")
        for suite, values in suites.items() if isinstance(suites, Mapping) else ():
            if isinstance(suite, str) and isinstance(values, Mapping):
                yield ("applications", name, "suites", suite), suite, values, application


def _reports_differ(stack: Stack) -> Iterator[Problem]:
    for path, suite, _, _ in _suites(stack):
        if suite.lower() == "coverage":
            allowed = "another name: reports of that name hold code coverage, not the results of tests"
            yield Problem(path=path, message=given(suite, allowed))


def _batches_have_a_role(stack: Stack) -> Iterator[Problem]:
    """A batch has a role beside that of its project, called `<project>-batch`."""
    for path, suite, values, application in _suites(stack):
        _, name, *_ = path
        message = too_long("role", f"{name}-{stack.name}-{suite}-batch", LONGEST_ROLE)
        if message and values.get("batch") is not None:
            yield Problem(path=path, message=message)
        others = {"build": at(application, "build"), **at(application, "suites")}
        for other, its in others.items():
            if at(its, "batch") is not None and suite.lower() == f"{other}-batch".lower():
                yield Problem(path=path, message=given(suite, f"another name: the batch of {other} has a role of it"))


def _targets_are_reached(stack: Stack) -> Iterator[Problem]:
    """No certificate of ACM is for the name that AWS gives a load balancer."""
    for path, _, values, application in _suites(stack):
        for kind in ("fleet", "service"):
            front = at(application, "deploy", kind)
            if values.get("after") == "deploy" and at(front, "certificateArn") and not at(front, "url"):
                allowed = f"deploy with deploy.{kind}.url, the address that the certificate names"
                yield Problem(path=(*path, "after"), message=given("deploy", allowed))
        deploy = at(application, "deploy")
        missing = _WITHOUT_AN_ADDRESS.get(str(at(deploy, "platform")))
        if values.get("after") == "deploy" and missing and not at(deploy, "url"):
            yield Problem(path=(*path, "after"), message=given("deploy", missing))


SUITE_RULES = (_reports_differ, _batches_have_a_role, _targets_are_reached)
