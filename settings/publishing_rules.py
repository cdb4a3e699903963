"""What publishing has to agree on with the stack, and with the other names of an application."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from settings.derived_names import LONGEST_ROLE, too_long
from settings.problems import Path, Problem, given
from settings.siblings import at
from settings.stack import Stack

MOST_SUITES_AND_TARGETS = 30
"""The pipeline's role names the project of each, and a role's policy ends at 10,240 characters."""

LONGEST_DOMAIN = 50
"""https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_CreateDomain.html"""

RESERVED = ("CODEARTIFACT_DOMAIN", "CODEARTIFACT_DOMAIN_OWNER", "CODEARTIFACT_REPOSITORY")
"""The variables by which the builds of a stack with codeArtifact find their repository."""


def _packages_are_somewhere(stack: Stack) -> Iterator[Problem]:
    for name, index, target in _targets(stack):
        if at(target, "to") == "codeartifact" and not at(stack.values, "codeArtifact"):
            message = given("codeartifact", "with delivery:codeArtifact in the stack file, which says the domain")
            yield Problem(path=("applications", name, "publish", index, "to"), message=message)


def _names_of_targets_fit(stack: Stack) -> Iterator[Problem]:
    for name, index, target in _targets(stack):
        path: Path = ("applications", name, "publish", index)
        if message := too_long("role", f"{name}-{stack.name}-publish-{_name_of(target)}", LONGEST_ROLE):
            yield Problem(path=path, message=f"{message} (name)")
        suites = at(stack.values, "applications", name, "suites")
        for suite in suites if isinstance(suites, Mapping) else ():
            if isinstance(suite, str) and suite.lower() == f"publish-{_name_of(target)}":
                message = given(suite, f"another name: publish[{index}] has a project that is called so")
                yield Problem(path=("applications", name, "suites", suite), message=message)


def _pipelines_role_fits(stack: Stack) -> Iterator[Problem]:
    for name, application in stack.applications():
        suites, publish = at(application, "suites"), at(application, "publish")
        if not isinstance(suites, Mapping) or not isinstance(publish, list):
            continue
        if publish and len(suites) + len(publish) > MOST_SUITES_AND_TARGETS:
            message = (
                f"given {len(publish)} targets with {len(suites)} suites; "
                f"allowed: at most {MOST_SUITES_AND_TARGETS} of both together"
            )
            yield Problem(path=("applications", name, "publish"), message=message)


def _domain_fits(stack: Stack) -> Iterator[Problem]:
    message = too_long("domain", f"delivery-{stack.name}", LONGEST_DOMAIN)
    if at(stack.values, "codeArtifact", "formats") and message:
        yield Problem(path=("codeArtifact",), message=message)


def _variables_are_free(stack: Stack) -> Iterator[Problem]:
    if not at(stack.values, "codeArtifact"):
        return
    for name, application in stack.applications():
        suites = at(application, "suites")
        machines: list[tuple[Path, Any]] = [(("build",), at(application, "build"))]
        machines += [(("suites", suite), one) for suite, one in suites.items()] if isinstance(suites, Mapping) else []
        for path, machine in machines:
            for kind in ("environment", "parameterStore", "secrets", "parameters"):
                said = at(machine, kind)
                for variable in said if isinstance(said, Mapping) else ():
                    if variable in RESERVED:
                        message = given(variable, "another name: delivery:codeArtifact sets this one")
                        yield Problem(path=("applications", name, *path, kind, variable), message=message)


def _targets(stack: Stack) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    for name, application in stack.applications():
        publish = at(application, "publish")
        for index, target in enumerate(publish if isinstance(publish, list) else ()):
            if isinstance(target, Mapping):
                yield name, index, target


def _name_of(target: Mapping[str, Any]) -> str:
    """As `settings.publishing` derives it, of what may be incomplete."""
    if isinstance(name := at(target, "name"), str):
        return name
    to = at(target, "to")
    return "image" if to == "ecr" else "-".join(str(one) for one in (to, at(target, "format")) if one)


PUBLISHING_RULES: tuple[Callable[[Stack], Iterator[Problem]], ...] = (
    _packages_are_somewhere,
    _names_of_targets_fit,
    _pipelines_role_fits,
    _domain_fits,
    _variables_are_free,
)
