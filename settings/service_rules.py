"""What a service of ECS has to agree on with the rest of its application."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from settings.derived_names import too_long
from settings.problems import Path, Problem, given
from settings.siblings import at
from settings.stack import Stack

LONGEST_NAME = 26
"""A target group's name has 32 characters, and ours end in `-green`."""


def _names_fit(stack: Stack) -> Iterator[Problem]:
    for path, name, _ in _services(stack):
        if message := too_long("name", f"{name}-{stack.name}", LONGEST_NAME):
            yield Problem(path=path, message=f"{message} for the target group <application>-<stack>-green")


def _images_come_from_somewhere(stack: Stack) -> Iterator[Problem]:
    for path, _, application in _services(stack):
        service = at(application, "deploy", "service")
        images = [one for one in at(application, "publish") or () if at(one, "to") == "ecr"]
        source = at(application, "source", "provider") == "ecr"
        ways = [*(["publish"] if images else []), *(["source"] if source else [])]
        said = at(service, "repository")
        if not ways and not said:
            allowed = "publish: [{to: ecr}], a source of ecr, or deploy.service.repository"
            yield Problem(path=path, message=f"nothing brings its image; allowed: {allowed}")
        elif said and ways:
            message = given(said, f"nothing: {' and '.join(ways)} of the application says where its image lies")
            yield Problem(path=(*path, "service", "repository"), message=message)
        elif len(ways) > 1 or len(images) > 1:
            yield Problem(
                path=path, message="more than one image could be deployed; allowed: one, of publish or source"
            )
        if images and at(service, "processor") == "arm64":
            message = given("arm64", "x86_64 with publish, whose machine builds images for it")
            yield Problem(path=(*path, "service", "processor"), message=message)


def _services(stack: Stack) -> Iterator[tuple[Path, str, Mapping[str, Any]]]:
    for name, application in stack.applications():
        if at(application, "deploy", "platform") == "ecs":
            yield ("applications", name, "deploy"), name, application


SERVICE_RULES: tuple[Callable[[Stack], Iterator[Problem]], ...] = (_names_fit, _images_come_from_somewhere)
