"""Every command, in the order of the help."""

from operations.bundle.command import ValidateBundle
from operations.command import Command

COMMANDS: tuple[Command, ...] = (ValidateBundle(),)
