"""The specifications of Lambda and ECS: what CodeDeploy shifts traffic to, and the functions that it asks.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from operations.bundle.contents import Bundle
from operations.bundle.finding import Weight
from operations.bundle.located import UnreadableError, read
from operations.bundle.specification import Specification
from settings.problems import Path, nearest

LAMBDA: Final = "AWS::Lambda::Function"
ECS: Final = "AWS::ECS::Service"
EVENTS: Final = {
    LAMBDA: ("BeforeAllowTraffic", "AfterAllowTraffic"),
    ECS: ("BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"),
}
_LAMBDA_KEYS: Final = ("Name", "Alias", "CurrentVersion", "TargetVersion")
_ECS_NEEDED: Final = ("TaskDefinition", "LoadBalancerInfo")
_ECS_OPTIONAL: Final = ("PlatformVersion", "NetworkConfiguration", "CapacityProviderStrategy")
_TASK_DEFINITION: Final = "taskdef.json"
_HOOK_PREFIX: Final = "CodeDeployHook_"


def check_traffic(specification: Specification, values: Mapping[str, Any], bundle: Bundle) -> None:
    """Note what CodeDeploy would refuse of a specification of Lambda or ECS."""
    resources = specification.entries(values.get("Resources"), ("Resources",), of="one resource")
    if isinstance(values.get("Resources"), list) and len(resources) != 1:
        specification.note(("Resources",), f"has {len(resources)} resources; CodeDeploy deploys one at a time")
    kind = None
    for path, entry in resources[:1]:
        if not isinstance(entry, Mapping) or len(entry) != 1:
            specification.wrong(path, entry, "a mapping of one name, of your choice, to Type and Properties")
            continue
        ((name, resource),) = entry.items()
        kind = _resource(specification, (*path, str(name)), resource, bundle)
    if "Hooks" in values:
        _hooks(specification, values["Hooks"], kind)


def _resource(specification: Specification, path: Path, resource: Any, bundle: Bundle) -> str | None:
    one = specification.mapping(resource, path, needed=("Type", "Properties"))
    kind = specification.choice(one, "Type", path, among=tuple(EVENTS))
    place = (*path, "Properties")
    if kind == LAMBDA and "Properties" in one:
        _function(specification, one["Properties"], place)
    elif kind == ECS and "Properties" in one:
        _service(specification, one["Properties"], place, bundle)
    return kind


def _function(specification: Specification, properties: Any, path: Path) -> None:
    one = specification.mapping(properties, path, needed=_LAMBDA_KEYS)
    for key in ("Name", "Alias"):
        specification.text(one, key, path)
    for key in ("CurrentVersion", "TargetVersion"):
        version = one.get(key)
        if key in one and (isinstance(version, bool) or not isinstance(version, int | str) or not str(version)):
            specification.wrong((*path, key), version, "a version's number; an alias can't point to $LATEST")
        elif version == "$LATEST":
            specification.wrong((*path, key), version, "a version's number; an alias can't shift to $LATEST")
    if one.get("CurrentVersion") is not None and str(one.get("CurrentVersion")) == str(one.get("TargetVersion")):
        specification.note(path, "CurrentVersion and TargetVersion are the same: nothing would be deployed")


def _service(specification: Specification, properties: Any, path: Path, bundle: Bundle) -> None:
    one = specification.mapping(properties, path, needed=_ECS_NEEDED, optional=_ECS_OPTIONAL)
    specification.text(one, "TaskDefinition", path)
    if "LoadBalancerInfo" not in one:
        return
    place = (*path, "LoadBalancerInfo")
    front = specification.mapping(one["LoadBalancerInfo"], place, needed=("ContainerName", "ContainerPort"))
    container = specification.text(front, "ContainerName", place)
    port = front.get("ContainerPort")
    if isinstance(port, str) and port.isdecimal():
        port = int(port)
    if "ContainerPort" in front and (isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535):
        specification.wrong((*place, "ContainerPort"), front["ContainerPort"], "1 to 65535 (a TCP port)")
    elif container and _TASK_DEFINITION in bundle.files:
        _task(specification, place, container, port, bundle.files[_TASK_DEFINITION].content)


def _task(specification: Specification, path: Path, container: str, port: object, content: bytes) -> None:
    """The specification and the task definition beside it speak of the same container."""
    try:
        task = read(content.decode("utf-8")).value
        json.loads(content)
    except (UnreadableError, ValueError) as error:
        specification.note(path, f"{_TASK_DEFINITION} beside it is no JSON: {error}")
        return
    containers = task.get("containerDefinitions", []) if isinstance(task, Mapping) else []
    ports = {
        str(one.get("name")): [each.get("containerPort") for each in one.get("portMappings", [])]
        for one in containers
        if isinstance(one, Mapping)
    }
    if container not in ports:
        names = ", ".join(ports) or "it has none"
        specification.wrong((*path, "ContainerName"), container, f"a container of {_TASK_DEFINITION}: {names}")
    elif port not in ports[container]:
        specification.wrong(
            (*path, "ContainerPort"), port, f"a port of {container} in {_TASK_DEFINITION}: {ports[container] or 'none'}"
        )


def _hooks(specification: Specification, value: Any, kind: str | None) -> None:
    known = EVENTS[kind] if kind else tuple(dict.fromkeys(event for events in EVENTS.values() for event in events))
    for path, entry in specification.entries(value, ("Hooks",), of="mappings of one event to one function"):
        if not isinstance(entry, Mapping) or len(entry) != 1:
            specification.wrong(path, entry, f"a mapping of one event to one function; events: {', '.join(known)}")
            continue
        ((event, function),) = entry.items()
        place = (*path, str(event))
        if event not in known:
            meant = nearest(event, known)
            specification.note(place, f"no event of it; {f'did you mean {meant}?' if meant else ', '.join(known)}")
        elif not isinstance(function, str) or not function:
            specification.wrong(place, function, "the name or the ARN of a function")
        elif kind == LAMBDA and not function.rsplit(":", 1)[-1].startswith(_HOOK_PREFIX):
            specification.note(
                place,
                f"AWS's own policy for the role lets it invoke only functions named {_HOOK_PREFIX}…",
                weight=Weight.WARNING,
            )
