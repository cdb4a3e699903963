"""What watching an application has to agree on with the rest of it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from settings.problems import Problem, given
from settings.siblings import at
from settings.stack import Stack

_FRONTS = {"server": "fleet", "ecs": "service"}
"""By platform, the part of a deployment that says what is before it."""

OWN_ALARMS = ("missing", "canary", "unwell")
"""What the program calls its alarms of machines on premises, after application and stack."""


def opens(deploy: Mapping[str, Any]) -> bool:
    """Whether a browser can open an application: it has an address, or a load balancer without a certificate, whose own
    name no browser would trust."""
    part = _FRONTS.get(str(at(deploy, "platform")))
    if part is None:
        return bool(at(deploy, "url"))
    return bool(at(deploy, part, "url")) or not at(deploy, part, "certificateArn")


def _canary_has_an_address(stack: Stack) -> Iterator[Problem]:
    for name, application in stack.applications():
        deploy = at(application, "deploy")
        if at(application, "watch", "canary", "enabled") is True and isinstance(deploy, Mapping) and not opens(deploy):
            part = _FRONTS.get(str(deploy.get("platform")))
            where = f"deploy.{part}.url" if part else "deploy.url"
            message = given(True, f"an application with an address that a browser opens ({where})")
            yield Problem(path=("applications", name, "watch", "canary", "enabled"), message=message)


def _existing_alarms_are_of_others(stack: Stack) -> Iterator[Problem]:
    for name, application in stack.applications():
        own = [f"{name}-{stack.name}-{label}" for label in OWN_ALARMS]
        for index, alarm in enumerate(at(application, "deploy", "alarms", "existing") or ()):
            if alarm in own:
                message = given(alarm, "alarms that others have made; this one is the program's, and counts already")
                yield Problem(path=("applications", name, "deploy", "alarms", "existing", index), message=message)


WATCH_RULES: tuple[Callable[[Stack], Iterator[Problem]], ...] = (
    _canary_has_an_address,
    _existing_alarms_are_of_others,
)
