"""A task definition of the bundle's template and the stack's settings: who may say what, and the result.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline_job.failures import RefusedError
from services.sight import LABEL

IMAGE = "<IMAGE1_NAME>"
"""What the template says where the image goes, as CodePipeline's own action for ECS has it
(https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECSbluegreen.html)."""

DEFINITION = "<TASK_DEFINITION>"
"""The same of the task definition, in the application specification."""

STACKS = (
    "family",
    "executionRoleArn",
    "taskRoleArn",
    "networkMode",
    "requiresCompatibilities",
    "cpu",
    "memory",
    "runtimePlatform",
)
"""What the stack says of a task; a template may repeat it and not change it."""

TEMPLATES = ("containerDefinitions", "ephemeralStorage", "volumes")
"""What the bundle says of it."""

LISTS = ("portMappings", "environment", "secrets")
"""What the stack adds to, of a container."""

_PINNED = re.compile(r"\S+@sha256:[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A task definition as ECS registers it, and the digest of all that a deployment of it depends on."""

    request: Mapping[str, Any]
    digest: str


def rendered(
    template: str,
    *,
    settings: Mapping[str, Any],
    image: str,
    container: str,
    specification: str = "",
    labels: Mapping[str, str] | None = None,
) -> Definition:
    """The task definition that is deployed.

    Args:
        template: the text of `taskdef.json`.
        settings: the task definition with the stack's settings, as ECS describes it.
        image: by digest.
        container: the one that gets it.
        specification: the text of `appspec.yaml`, which belongs to what is deployed.
        labels: what that container is labelled with besides; no part of the digest.

    Raises:
        RefusedError: the template is no template, or says what is the stack's to say; all of that at once.
    """
    given = _template(template)
    ours = next(one for one in settings["containerDefinitions"] if one["name"] == container)
    problems = [*_foreign(given, settings)]
    containers = given["containerDefinitions"]
    if [one.get("name") for one in containers].count(container) != 1:
        problems.append(f"one container has to be called {container}, for the load balancer asks it")
    made = [_container(one, ours, image, problems, served=one.get("name") == container) for one in containers]
    if problems:
        raise RefusedError(f"taskdef.json: {'; '.join(problems)}.")
    own = {key: given[key] for key in TEMPLATES if key in given}
    request = {**own, **{key: settings[key] for key in STACKS if key in settings}, "containerDefinitions": made}
    digest = hashlib.sha256(json.dumps([request, specification], sort_keys=True).encode()).hexdigest()
    labelled = [
        {**one, "dockerLabels": {**one.get("dockerLabels", {}), **(labels or {}), LABEL: digest}}
        if one["name"] == container
        else one
        for one in made
    ]
    return Definition(request={**request, "containerDefinitions": labelled}, digest=digest)


def specified(specification: str, *, definition: str) -> str:
    """The application specification of one deployment.

    Raises:
        RefusedError: it doesn't leave the task definition open.
    """
    if specification.count(DEFINITION) != 1:
        raise RefusedError(f"appspec.yaml has to say {DEFINITION} once, where its TaskDefinition is.")
    return specification.replace(DEFINITION, definition)


def _template(text: str) -> dict[str, Any]:
    try:
        given = json.loads(text)
    except ValueError as error:
        raise RefusedError(f"taskdef.json is no JSON: {error}.") from error
    containers = given.get("containerDefinitions") if isinstance(given, dict) else None
    if not isinstance(containers, list) or not all(isinstance(one, dict) and one.get("name") for one in containers):
        raise RefusedError("taskdef.json has to be an object with containerDefinitions, each of which has a name.")
    if wrong := [f"{one['name']}: {key}" for one in containers for key in LISTS if not _is_list(one.get(key))]:
        raise RefusedError(f"taskdef.json: {', '.join(wrong)} has to be a list of objects.")
    if wrong := [one["name"] for one in containers if not isinstance(one.get("dockerLabels"), dict | None)]:
        raise RefusedError(f"taskdef.json: {wrong[0]}: dockerLabels has to be an object.")
    # What a template says nothing of it may also say with null.
    filled = [{key: value for key, value in one.items() if value is not None} for one in containers]
    return {**given, "containerDefinitions": filled}


def _is_list(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(one, dict) for one in value))


def _foreign(given: Mapping[str, Any], settings: Mapping[str, Any]) -> list[str]:
    """What the template says and may not."""
    found = [f"{key} is not for it to say" for key in given if key not in (*STACKS, *TEMPLATES)]
    for key in STACKS:
        if key in given and _text(given[key]) != _text(settings.get(key)):
            found.append(f"{key} is {_text(given[key])}, and the stack's is {_text(settings.get(key))}; leave it out")
    return found


def _container(
    given: Mapping[str, Any], ours: Mapping[str, Any], image: str, problems: list[str], *, served: bool
) -> dict[str, Any]:
    name = given["name"]
    if "logConfiguration" in given:
        problems.append(f"{name}: every container writes the stack's log; leave logConfiguration out")
    options = {**ours["logConfiguration"]["options"], "awslogs-stream-prefix": name}
    logged = {**given, "logConfiguration": {"logDriver": ours["logConfiguration"]["logDriver"], "options": options}}
    if not served:
        if not _PINNED.fullmatch(str(given.get("image", ""))):
            problems.append(f"{name}: its image has to be pinned by a digest, …@sha256:…, for a tag moves")
        return logged
    if given.get("image") != IMAGE:
        problems.append(f"{name}: its image has to be {IMAGE}, for the pipeline says which")
    ports = [one.get("containerPort") for one in given.get("portMappings", ())]
    expected = [one["containerPort"] for one in ours["portMappings"]]
    if ports not in ([], expected):
        problems.append(f"{name}: its ports are {ports}, and the stack's {expected}")
    return {
        **logged,
        "image": image,
        "essential": True,
        "portMappings": ours["portMappings"],
        "environment": _joined(given, ours, "environment", problems),
        "secrets": _joined(given, ours, "secrets", problems),
    }


def _joined(given: Mapping[str, Any], ours: Mapping[str, Any], key: str, problems: list[str]) -> Sequence[Any]:
    """The variables of both, none of them twice."""
    own, stacks = list(given.get(key, ())), list(ours.get(key, ()))
    taken = {one["name"] for kind in ("environment", "secrets") for one in ours.get(kind, ())}
    if twice := sorted({str(one.get("name")) for one in own} & taken):
        problems.append(f"{given['name']}: the stack sets {', '.join(twice)}")
    return [*own, *stacks]


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
