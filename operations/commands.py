"""Every command, in the order of the help."""

from operations.bundle.command import ValidateBundle
from operations.command import Command
from operations.registration.command import RegisterScript

COMMANDS: tuple[Command, ...] = (ValidateBundle(), RegisterScript())
