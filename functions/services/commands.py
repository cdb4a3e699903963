"""What the deploying functions may do, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass

from deployments import commands
from deployments.commands import Deploy


@dataclass(frozen=True, kw_only=True)
class Register:
    """Make a revision of the service's family of task definitions."""

    definition: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Update:
    """Let ECS bring the traffic of a service to a task definition. What it has already changes nothing."""

    cluster: str
    service: str
    definition: str


@dataclass(frozen=True, kw_only=True)
class RollBack:
    """Let ECS end a deployment of its own and bring the traffic back."""

    deployment: str


Command = Register | Deploy | Update | RollBack
Decision = commands.Decision[Command]
