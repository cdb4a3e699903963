"""What of a stack file belongs to its environment alone."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from settings.problems import Path, spelled


class Stays(Enum):
    """When the value of the other environment may stay."""

    ASKED = auto()
    """It may, and a person should have looked at it."""
    NEVER = auto()
    """Two environments can't both have it."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A key whose value is about one environment.

    Args:
        key: as in docs/configuration.md.
        why: what its value is, for who has to say another one.
        stays: when it may stay.
    """

    key: str
    why: str
    stays: Stays = Stays.ASKED

    def holds(self, path: Path) -> bool:
        """Whether a path is of this key."""
        pattern = re.escape(self.key).replace("<name>", r"[^.\[]+").replace(r"\[\]", r"\[\d+\]")
        return re.fullmatch(pattern, spelled(path)) is not None


_APPLICATION = "delivery:applications.<name>"
_BALANCER = f"{_APPLICATION}.deploy.fleet.balancer"
_ACTION = f"{_APPLICATION}.stages[].actions[]"
_RULES = f"{_APPLICATION}.conditions.<name>"

WHERE = (
    Place(key="delivery:environment.account", why="the AWS account, 12 digits"),
    Place(key="aws:region", why="the AWS region"),
    Place(key="delivery:environment.tier", why="development, staging or production: its defaults and policies"),
)
"""What decides what else can stay."""

PLACES = (
    *(
        Place(key=key, why="who gets these mails")
        for key in (
            "delivery:notifications.emails",
            "delivery:notifications.audiences.<name>.emails",
            f"{_APPLICATION}.approvals[].emails",
            f"{_ACTION}.emails",
            "delivery:jenkins.adminEmail",
        )
    ),
    Place(key="delivery:notifications.audiences.<name>.slack.channel", why="the channel that is told"),
    Place(key="delivery:notifications.audiences.<name>.teams.channel", why="the channel that is told"),
    Place(key="delivery:notifications.audiences.<name>.webhook", why="the address that is told"),
    Place(key=f"{_APPLICATION}.approvals[].reviewUrl", why="where an approver tries the release"),
    Place(key=f"{_ACTION}.reviewUrl", why="where an approver looks"),
    Place(key=f"{_APPLICATION}.source.from", why="the stack that promotes to this one", stays=Stays.NEVER),
    Place(key=f"{_APPLICATION}.promote.to", why="the stack that takes the release next", stays=Stays.NEVER),
    *(
        Place(key=f"{_APPLICATION}.source.{key}", why=why)
        for key, why in (
            ("flow", "the flow, whose branches the tier decides"),
            ("branch", "the branch that feeds it"),
            ("branches", "the branches that feed it"),
            ("tags", "the tags that feed it"),
            ("connection", "the connection to the provider"),
        )
    ),
    *(
        Place(key=f"{_APPLICATION}.{key}", why="the secret or parameter of this environment")
        for key in (
            "build.secrets.<name>",
            "build.parameterStore.<name>",
            "suites.<name>.secrets.<name>",
            "suites.<name>.parameterStore.<name>",
            "publish[].credentials",
            "deploy.service.secrets.<name>",
        )
    ),
    *(
        Place(key=f"{_APPLICATION}.{key}.<name>", why="a variable, whose value may be of this environment")
        for key in (
            "build.environment",
            "suites.<name>.environment",
            "deploy.function.environment",
            "deploy.service.environment",
            "stages[].actions[].environment",
        )
    ),
    *(
        Place(key=f"{_APPLICATION}.deploy.{key}", why="the address under which people find it", stays=Stays.NEVER)
        for key in ("fleet.url", "service.url", "url", "fleet.balancer.hosts")
    ),
    Place(key=f"{_BALANCER}.listenerArn", why="the listener that users reach"),
    Place(key=f"{_BALANCER}.securityGroupId", why="the security group of its load balancer"),
    Place(key=f"{_BALANCER}.priority", why="its rule's; no other of the listener has it", stays=Stays.NEVER),
    Place(key=f"{_BALANCER}.paths", why="the paths that are the application's"),
    *(
        Place(key=f"{_APPLICATION}.deploy.{key}", why="the certificate of its address")
        for key in ("fleet.certificateArn", "service.certificateArn")
    ),
    Place(key=f"{_APPLICATION}.deploy.service.repository", why="the repository of its image"),
    *(
        Place(key=f"{_ACTION}.{key}", why="what the action acts on")
        for key in (
            "project",
            "function",
            "stateMachine",
            "stack",
            "bucket",
            "cluster",
            "service",
            "application",
            "deploymentGroup",
            "repository",
            "value",
        )
    ),
    *(
        Place(key=f"{_APPLICATION}.stages[].{key}", why="the role by which it is done")
        for key in ("actions[].roleArn", "wave.accounts[].roleArn")
    ),
    *(
        Place(key=f"{_APPLICATION}.deploy.{key}", why="the function that is called")
        for key in (
            "hookFunctions",
            "lifecycleHooks[].function",
        )
    ),
    Place(key=f"{_APPLICATION}.deploy.alarms.existing", why="the alarms that are there"),
    *(
        Place(key=f"{_RULES}.{when}.rules[].name", why="the alarm or function that is asked")
        for when in ("beforeEntry", "onSuccess")
    ),
    Place(key="delivery:drift.state", why="where its state is"),
    Place(key="delivery:jenkins.hostname", why="the name of its Jenkins server", stays=Stays.NEVER),
    Place(key="delivery:jenkins.certificateArn", why="the certificate of its Jenkins server", stays=Stays.NEVER),
)


def values_in(config: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Every value of a configuration with its place, in the order of the file; a list of plain values is one."""
    yield from _values(config, ())


def place_of(path: Path, places: tuple[Place, ...] = PLACES) -> Place | None:
    """The place that a path is of, or None where its value says nothing about one environment."""
    return next((place for place in places if place.holds(path)), None)


def _values(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _values(one, (*path, str(key)))
    elif isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        for index, one in enumerate(value):
            yield from _values(one, (*path, index))
    else:
        yield path, value
