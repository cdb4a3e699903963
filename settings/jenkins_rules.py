"""What the Jenkins server of a stack and the applications that it builds have to agree on."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from settings.derived_names import too_long
from settings.jenkins import LONGEST_JOB
from settings.problems import Path, Problem, given
from settings.siblings import at
from settings.stack import Stack

MOST_JOBS = 20
"""The server's configuration is part of its boot script, and AWS takes 16 KB of that.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
"""

LONGEST_NAME = 32
"""Of the server's load balancer; the provider of an action type may have 35."""


def _built_by_jenkins(stack: Stack) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, application in stack.applications():
        build = at(application, "build")
        if isinstance(build, Mapping) and "server" in build:
            yield name, application


def _server_and_builds(stack: Stack) -> Iterator[Problem]:
    """The server stands in one place of the file and its use in another; neither makes sense alone."""
    users = [name for name, _ in _built_by_jenkins(stack)]
    server = at(stack.values, "jenkins")
    if users and server is None:
        first = f"applications.{users[0]}.build.server"
        message = f"missing; needed: the server that {first} names, with hostname, certificateArn and adminEmail"
        yield Problem(path=("jenkins",), message=message)
    elif server is not None and not users:
        message = "unknown key; no application builds with it (applications.<name>.build.server: jenkins)"
        yield Problem(path=("jenkins",), message=message)


def _names_fit(stack: Stack) -> Iterator[Problem]:
    message = too_long("name", f"delivery-{stack.name}-jenkins", LONGEST_NAME)
    if at(stack.values, "jenkins") is not None and message:
        yield Problem(path=("jenkins",), message=f"{message} for the load balancer of Jenkins")


def _jobs_fit(stack: Stack) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for count, (name, application) in enumerate(_built_by_jenkins(stack), start=1):
        path: Path = ("applications", name, "build", "job")
        job = at(application, "build", "job")
        if count > MOST_JOBS:
            message = f"unknown key; one server has at most {MOST_JOBS} jobs, and {name} would be one more"
            yield Problem(path=("applications", name, "build", "server"), message=message)
            continue
        if job is None and len(name) > LONGEST_JOB:
            limit = f"a name of at most {LONGEST_JOB} characters, because {name} has {len(name)}"
            yield Problem(path=path, message=f"missing; needed: {limit}")
            continue
        called = str(job or name)
        if called.lower() in seen:
            message = given(called, f"another name: applications.{seen[called.lower()]} has a job of this name")
            yield Problem(path=path, message=message)
        seen.setdefault(called.lower(), name)


def _sources_have_files(stack: Stack) -> Iterator[Problem]:
    for name, application in _built_by_jenkins(stack):
        if at(application, "source", "provider") == "ecr":
            message = given("jenkins", "no server where source.provider is ecr: CodeBuild unpacks the image")
            yield Problem(path=("applications", name, "build", "server"), message=message)


JENKINS_RULES: tuple[Callable[[Stack], Iterator[Problem]], ...] = (
    _server_and_builds,
    _names_fit,
    _jobs_fit,
    _sources_have_files,
)
