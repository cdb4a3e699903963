"""The specifications of Lambda and ECS: what CodeDeploy shifts traffic to, and the functions that it asks.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from operations.bundle.contents import Bundle
from operations.bundle.finding import Finding, Weight
from operations.bundle.specification import Specification
from operations.bundle.task import TEMPLATE, check_task, read_task
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
DEFINITION: Final = "<TASK_DEFINITION>"
SPECIFICATION: Final = "appspec.yaml"
_HOOK_PREFIX: Final = "CodeDeployHook_"


def check_traffic(specification: Specification, values: Mapping[str, Any], bundle: Bundle) -> None:
    """Note what CodeDeploy would refuse of a specification of Lambda or ECS."""
    if "Resources" not in values:
        return
    resources = specification.entries(values["Resources"], ("Resources",), of="one resource")
    if isinstance(values["Resources"], list) and len(resources) != 1:
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
    if kind == ECS:
        _pipeline(specification, bundle)


def _pipeline(specification: Specification, bundle: Bundle) -> None:
    """What CodeDeploy would take, and a pipeline that makes the task definition of a template doesn't."""
    if specification.file != SPECIFICATION:
        message = f"a pipeline that deploys to ECS looks for {SPECIFICATION}, not for {specification.file}"
        specification.note((), message, weight=Weight.WARNING)
    if TEMPLATE in bundle.files:
        template = read_task(bundle)
        if isinstance(template, Finding):
            specification.findings.append(template)
        else:
            specification.findings += [replace(one, weight=Weight.WARNING) for one in check_task(template)]


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
        if key in one and not (isinstance(version, int | str) and re.fullmatch("[1-9][0-9]*", str(version))):
            specification.wrong((*path, key), version, "a version's number; an alias can't shift to $LATEST")
    if one.get("CurrentVersion") is not None and str(one.get("CurrentVersion")) == str(one.get("TargetVersion")):
        specification.note(path, "CurrentVersion and TargetVersion are the same: nothing would be deployed")


def _service(specification: Specification, properties: Any, path: Path, bundle: Bundle) -> None:
    one = specification.mapping(properties, path, needed=_ECS_NEEDED, optional=_ECS_OPTIONAL)
    definition = specification.text(one, "TaskDefinition", path)
    if definition and definition != DEFINITION:
        message = f"a pipeline puts the task definition where {DEFINITION} stands, and refuses a bundle without that"
        specification.note((*path, "TaskDefinition"), message, weight=Weight.WARNING)
    specification.text(one, "PlatformVersion", path)
    if "NetworkConfiguration" in one:
        _network(specification, one["NetworkConfiguration"], (*path, "NetworkConfiguration"))
    if "CapacityProviderStrategy" in one:
        _capacity(specification, one["CapacityProviderStrategy"], (*path, "CapacityProviderStrategy"))
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
    elif container and TEMPLATE in bundle.files:
        _task(specification, place, container, port, read_task(bundle))


def _network(specification: Specification, value: Any, path: Path) -> None:
    """All of it or none: CodeDeploy fills in nothing beside what is said."""
    inner = specification.mapping(value, path, needed=("AwsvpcConfiguration",))
    if "AwsvpcConfiguration" not in inner:
        return
    place = (*path, "AwsvpcConfiguration")
    lists = ("Subnets", "SecurityGroups")
    one = specification.mapping(inner["AwsvpcConfiguration"], place, needed=(*lists, "AssignPublicIp"))
    for key in lists:
        for at, text in specification.entries(one.get(key, []), (*place, key), of="ids"):
            if not isinstance(text, str) or not text.strip():
                specification.wrong(at, text, "an id")
    specification.choice(one, "AssignPublicIp", place, among=("ENABLED", "DISABLED"))


def _capacity(specification: Specification, value: Any, path: Path) -> None:
    for at, entry in specification.entries(value, path, of="mappings with a CapacityProvider"):
        one = specification.mapping(entry, at, needed=("CapacityProvider",), optional=("Base", "Weight"))
        specification.text(one, "CapacityProvider", at)
        for key, most in (("Base", 100_000), ("Weight", 1000)):
            number = one.get(key, 0)
            if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= most:
                specification.wrong((*at, key), number, f"0 to {most}")


def _task(
    specification: Specification, path: Path, container: str, port: object, template: Specification | Finding
) -> None:
    """The specification and the template beside it speak of the same container; its ports it may leave to the stack."""
    if isinstance(template, Finding):
        return
    ports = {
        str(one.get("name")): [each.get("containerPort") for each in _mappings(one, "portMappings")]
        for one in _mappings(template.document.value, "containerDefinitions")
    }
    if container not in ports:
        names = ", ".join(ports) or "it has none"
        specification.wrong((*path, "ContainerName"), container, f"a container of {TEMPLATE}: {names}")
    elif ports[container] and port not in ports[container]:
        specification.wrong((*path, "ContainerPort"), port, f"a port of {container} in {TEMPLATE}: {ports[container]}")


def _mappings(holder: Any, key: str) -> list[Mapping[str, Any]]:
    """Those in a list of a task definition; what else is there ECS refuses, and not CodeDeploy."""
    entries = holder.get(key) if isinstance(holder, Mapping) else None
    return [one for one in entries if isinstance(one, Mapping)] if isinstance(entries, list) else []


def _hooks(specification: Specification, value: Any, kind: str | None) -> None:
    known = EVENTS[kind] if kind else tuple(dict.fromkeys(event for events in EVENTS.values() for event in events))
    asked: dict[str, Path] = {}
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
        elif (twin := asked.setdefault(event, path)) != path:
            specification.note(place, f"is there already, as Hooks[{twin[-1]}]; an event asks one function")
        elif kind == LAMBDA and not re.search(rf"(^|:){_HOOK_PREFIX}", function):
            specification.note(
                place,
                f"AWS's own policy for the role lets it invoke only functions named {_HOOK_PREFIX}…",
                weight=Weight.WARNING,
            )
