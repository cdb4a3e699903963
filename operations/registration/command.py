"""`operations register-script`."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path

from operations.account import Client, aws_client, caller_in
from operations.command import Example, Exit, UnusableError
from operations.engine import PROJECT
from operations.registration.activation import activate
from operations.registration.folder import write_activation, write_scripts
from operations.registration.target import target_of
from operations.stack import stack_file
from operations.terminal import Terminal
from settings.deployments import System


@dataclass(frozen=True, kw_only=True)
class RegisterScript:
    """Writes the scripts that register a machine on premises.

    Args:
        client: makes the clients of AWS.
        project: where the stack files are.
    """

    client: Client = aws_client
    project: Path = PROJECT

    name = "register-script"
    purpose = "write the scripts that register a machine on premises"
    about = (
        "Writes a folder that the machine's administrator reads and runs: scripts to\n"
        "register and to deregister it, and their settings from the stack file.\n\n"
        "With --activate it also asks Systems Manager for an activation, and writes it\n"
        "into activation.env. That file is a secret until it is void: who has it can\n"
        "register a machine that gets the application's bundles."
    )
    examples = (
        Example(line="register-script --stack prod --os debian", purpose="scripts to read, without a secret"),
        Example(line="register-script --stack prod --os windows --activate", purpose="and an activation"),
    )

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stack", required=True, help="whose machine it will be")
        parser.add_argument("--application", help="what will be deployed to it; may be left out where there is one")
        parser.add_argument("--os", required=True, choices=[one.value for one in System], help="what it runs")
        parser.add_argument(
            "--into", type=Path, help="the folder, made where it isn't there; by default <application>-<stack>"
        )
        parser.add_argument("--activate", action="store_true", help="ask for an activation, too")

    def run(self, given: Namespace, terminal: Terminal) -> Exit:
        file = stack_file(given.stack, project=self.project)
        target = target_of(file, application=given.application, system=System(given.os))
        if given.activate:
            caller_in(target.plan.place.account, region=target.plan.place.region, client=self.client)
        activation = None
        folder: Path = given.into or Path(target.plan.name)
        try:
            files = write_scripts(folder, target)
            if given.activate:
                # Last, so that none is made that nobody can write down.
                activation = activate(target, client=self.client)
                files.append(write_activation(folder, activation))
        except OSError as error:
            raise UnusableError(f"{folder} can't be written: {error.strerror}") from error
        terminal.hand_over(
            {
                "folder": str(folder),
                "files": [one.name for one in files],
                "machines": target.machines if activation else None,
                "until": activation.until.isoformat() if activation else None,
            }
        )
        terminal.say(f"{folder}: {', '.join(one.name for one in files)}")
        if activation:
            count = f"{target.machines} machine{'' if target.machines == 1 else 's'}"
            terminal.say(f"activation.env is a secret: for {count}, until {activation.until:%F %R} UTC")
        script = "powershell -File register.ps1" if target.system is System.WINDOWS else "sh register.sh"
        terminal.say(f"As administrator, on the machine: {script}")
        return Exit.DONE
