"""What the build of an application has to agree on with its pipeline, and with the check of pull requests."""

from collections.abc import Callable, Iterator, Mapping

from settings.builds import LAMBDA, LAMBDA_MINUTES
from settings.problems import Path, Problem, given
from settings.siblings import at
from settings.stack import Stack

VARIABLES_OF_THE_PROGRAM = frozenset({"GIT_BRANCH", "IMAGE_DIGEST", "OBJECT_VERSION", "RELEASE", "TARGET_URL"})
"""Pipeline variables with which the program tells what started an execution, and what it delivers to."""


def _parameters_are_free(stack: Stack) -> Iterator[Problem]:
    for name, application in stack.applications():
        parameters = at(application, "build", "parameters")
        for parameter in parameters if isinstance(parameters, Mapping) else ():
            if parameter in VARIABLES_OF_THE_PROGRAM:
                path: Path = ("applications", name, "build", "parameters", parameter)
                allowed = f"a name that isn't one of {', '.join(sorted(VARIABLES_OF_THE_PROGRAM))}"
                yield Problem(path=path, message=given(parameter, allowed))


def _checks_on_lambda(stack: Stack) -> Iterator[Problem]:
    """A check runs on the build's machine
    (https://docs.aws.amazon.com/codebuild/latest/userguide/lambda.html#lambda.limitations)."""
    for name, application in stack.applications():
        size, checks = at(application, "build", "computeType"), at(application, "source", "checks")
        if not isinstance(size, str) or not size.startswith(LAMBDA):
            continue
        path: Path = ("applications", name, "source", "checks")
        if at(checks, "badge") is True:
            allowed = f"false with build.computeType {size}: AWS has no badge for a build on Lambda"
            yield Problem(path=(*path, "badge"), message=given(True, allowed))
        if (minutes := at(checks, "timeoutMinutes")) is not None:
            allowed = f"nothing with build.computeType {size}: AWS fixes {LAMBDA_MINUTES} minutes"
            yield Problem(path=(*path, "timeoutMinutes"), message=given(minutes, allowed))


BUILD_RULES: tuple[Callable[[Stack], Iterator[Problem]], ...] = (_parameters_are_free, _checks_on_lambda)
