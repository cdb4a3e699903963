"""One stack, as every command gets it: where it is, what it tells by its outputs, and clients of its account.

stack = self.open("prod")                       a field of the command; tests hand in a `Stack` of their own
stack.output("artifact_bucket")
stack.operations("storefront")["pipeline"]
stack.client("codepipeline")
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from operations.account import Client, aws_client, caller_in
from operations.command import UnusableError
from operations.engine import PROJECT, Engine


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where a stack is, as its file says: enough for commands that ask AWS and no state.

    Args:
        stack: its name.
        account: the 12 digits of its AWS account.
        region: its AWS region.
        tier: `development`, `staging` or `production`.
        make: makes the clients.
    """

    stack: str
    account: str
    region: str
    tier: str
    make: Client = field(default=aws_client, repr=False)
    _made: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def client(self, service: str) -> Any:
        """The client of the stack's region, by boto3's name of the service: made once, for that takes a moment."""
        if service not in self._made:
            self._made[service] = self.make(service, self.region)
        return self._made[service]

    @cached_property
    def caller(self) -> str:
        """The ARN of whoever calls.

        Raises:
            UnusableError: there are no credentials, or they are of another account.
        """
        return caller_in(self.account, region=self.region, client=self.make)

    @property
    def production(self) -> bool:
        """Whether its gates are those of production."""
        return self.tier == "production"


@dataclass(frozen=True, kw_only=True)
class Stack(Site):
    """The same with what the stack tells of itself.

    Args:
        outputs: of the last `up`.
    """

    outputs: Mapping[str, Any]

    def output(self, name: str) -> Any:
        """One output.

        Raises:
            UnusableError: the stack doesn't tell it.
        """
        if name not in self.outputs:
            raise UnusableError(f"stack {self.stack} doesn't tell {name}; run `pulumi up --stack {self.stack}`")
        return self.outputs[name]

    def application(self, name: str | None) -> str:
        """The name of an application of the stack; the only one where none is given.

        Raises:
            UnusableError: there is no such application, or none is given and there are several.
        """
        known = sorted(self.output("applications"))
        if name is None and len(known) == 1:
            return str(known[0])
        if name is None:
            raise UnusableError(f"say --application; stack {self.stack} has {', '.join(known) or 'none'}")
        if name not in known:
            raise UnusableError(f"stack {self.stack} has no application {name}; there are: {', '.join(known)}")
        return name

    def operations(self, application: str) -> Mapping[str, Any]:
        """What commands need to know of an application, as `components/operations.py` puts it together.

        Raises:
            UnusableError: the stack was made by an older program, which doesn't tell.
        """
        found = self.output("applications").get(application, {}).get("operations")
        if not isinstance(found, Mapping):
            raise UnusableError(
                f"stack {self.stack} doesn't tell how {application} is operated; run `pulumi up --stack {self.stack}`"
            )
        return found


OpenStack = Callable[[str], Stack]
"""What a command is given to come to a stack: `open_stack`, or a stand-in."""

FindSite = Callable[[str], Site]
"""The same for commands that need no outputs: `find_site`, or a stand-in."""


def find_site(name: str, *, project: Path = PROJECT, make: Client = aws_client) -> Site:
    """Where a stack is. It reads the stack file, and only that.

    Raises:
        UnusableError: there is no such file, or it doesn't say account, region and tier.
    """
    return Site(**_place(name, project), make=make)


def open_stack(name: str, *, engine: Engine | None = None, make: Client = aws_client) -> Stack:
    """A stack with its outputs.

    Raises:
        UnusableError: there is no such stack file, no `pulumi`, or nothing was brought up.
    """
    asked = engine or Engine()
    place = _place(name, asked.project)
    return Stack(**place, outputs=asked.outputs(name), make=make)


def stack_file(name: str, *, project: Path = PROJECT) -> Path:
    """The file of a stack.

    Raises:
        UnusableError: there is none; the message names those that are.
    """
    known = stacks(project)
    if name not in known:
        raise UnusableError(f"there is no Pulumi.{name}.yaml; stacks: {', '.join(sorted(known)) or 'none'}")
    return project / f"Pulumi.{name}.yaml"


def stacks(project: Path = PROJECT) -> set[str]:
    """The names of all stacks that have a file."""
    return {one.name.removeprefix("Pulumi.").removesuffix(".yaml") for one in project.glob("Pulumi.*.yaml")}


def _place(name: str, project: Path) -> dict[str, str]:
    file = stack_file(name, project=project)
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        # Only the line: the parser's own message quotes the file, and there may be a secret on that line.
        line = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise UnusableError(f"{file.name} can't be read: no YAML{line}") from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise UnusableError(f"{file.name} can't be read: {type(error).__name__}") from error
    config = document.get("config") if isinstance(document, Mapping) else None
    config = config if isinstance(config, Mapping) else {}
    environment = config.get("delivery:environment")
    environment = environment if isinstance(environment, Mapping) else {}
    found = {"account": environment.get("account"), "region": config.get("aws:region"), "tier": environment.get("tier")}
    expected = {"account": r"[0-9]{12}", "region": r"[a-z]+(-[a-z]+)+-[0-9]+", "tier": r"[a-z]+"}
    if wrong := [key for key, value in found.items() if not re.fullmatch(expected[key], str(value or ""))]:
        raise UnusableError(f"{file.name} doesn't say {' and '.join(wrong)} of the stack")
    return {"stack": name, **{key: str(value) for key, value in found.items()}}
