"""What the deploying function may do, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass

from deployments import commands
from deployments.commands import Deploy


@dataclass(frozen=True, kw_only=True)
class Register:
    """Make a revision of the service's family of task definitions."""

    definition: Mapping[str, object]


Command = Register | Deploy
Decision = commands.Decision[Command]
