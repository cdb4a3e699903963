"""The template of a task definition in a bundle without a specification: for services whose traffic ECS moves itself.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from operations.bundle.contents import Bundle
from operations.bundle.finding import Finding
from operations.bundle.located import UnreadableError, read
from operations.bundle.specification import Specification
from settings.problems import Path

TEMPLATE: Final = "taskdef.json"
IMAGE: Final = "<IMAGE1_NAME>"
_CONTAINER: Final = "app"
_PINNED: Final = re.compile(r"\S+@sha256:[0-9a-f]{64}")


def read_task(bundle: Bundle) -> Specification | Finding:
    """The template of a bundle that has one, or why it can't be read."""
    content = bundle.files[TEMPLATE].content
    try:
        document = read(content.decode("utf-8"))
        json.loads(content)
    except UnicodeDecodeError:
        return Finding(file=TEMPLATE, line=1, message="isn't written in UTF-8")
    except UnreadableError as error:
        return Finding(file=TEMPLATE, line=error.line, message=f"is no JSON: {error}")
    except ValueError as error:
        return Finding(file=TEMPLATE, line=1, message=f"is no JSON: {error}")
    return Specification(TEMPLATE, document)


def check_task(template: Specification) -> list[Finding]:
    """What the deployer would refuse of the template, as far as the bundle alone can tell."""
    document = template.document
    if not isinstance(document.value, Mapping):
        template.wrong((), document.value, "an object with containerDefinitions")
        return template.findings
    path: Path = ("containerDefinitions",)
    containers = template.entries(document.value.get(path[0]), path, of="containers")
    if containers and [_name(one) for _, one in containers].count(_CONTAINER) != 1:
        template.note(path, f"one container has to be called {_CONTAINER}, for the load balancer asks it")
    for place, one in containers:
        _container(template, place, one)
    return template.findings


def _name(container: Any) -> object:
    return container.get("name") if isinstance(container, Mapping) else None


def _container(template: Specification, path: Path, container: Any) -> None:
    if not isinstance(container, Mapping):
        template.wrong(path, container, "a container with name and image")
        return
    image = container.get("image")
    if _name(container) == _CONTAINER and image != IMAGE:
        template.wrong((*path, "image"), image, f"{IMAGE}, for the pipeline says which")
    elif _name(container) != _CONTAINER and not _PINNED.fullmatch(str(image)):
        template.wrong((*path, "image"), image, "an image pinned by a digest, …@sha256:…, for a tag moves")
