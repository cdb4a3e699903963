"""`operations recover`."""

import json
import os
import re
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from operations.account import Client, aws_client, nothing_begun
from operations.command import Example, Exit, UnusableError, agrees
from operations.engine import PACKS, READING, Engine
from operations.recovery.locks import Lock, locks_of
from operations.recovery.state import Pending, State, incomplete, pending, settled, to_be_told, to_refresh
from operations.terminal import Terminal

BACKUPS = Path.home() / ".pulumi" / "recovery"


@dataclass(frozen=True, kw_only=True)
class Recover:
    """Takes what was under way out of a state, once a person has said how it ended.

    Args:
        engine: the Pulumi CLI.
        client: makes clients of AWS, for locks in a bucket.
        backups: where the state is kept as it was.
    """

    engine: Engine = field(default_factory=Engine)
    client: Client = aws_client
    backups: Path = BACKUPS

    name = "recover"
    purpose = "bring a stack to order after an up that was cut off"
    about = (
        "Reads the state and says who holds its lock, what was under way when the run\n"
        "ended, what of it may exist in AWS and what to look at. With your answers it\n"
        "takes the lock away, takes what was under way out of the state or what was\n"
        "made into it, and reads that anew from AWS. The state is kept as it was\n"
        "before. Nothing changes without a yes."
    )
    examples = (
        Example(line="recover --stack prod", purpose="look, answer, recover"),
        Example(line="recover --stack prod --json", purpose="only look, for a machine"),
        Example(
            line="recover --stack prod --yes --unlock --gone mail",
            purpose="ask nothing: the lock is stale, and mail was never made",
        ),
    )

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stack", required=True, help="the stack whose up was cut off")
        parser.add_argument(
            "--exists",
            action="append",
            default=[],
            metavar="NAME=ID",
            help="what was being made does exist, under this id; may be said often",
        )
        parser.add_argument(
            "--gone", action="append", default=[], metavar="NAME", help="what was being made doesn't exist"
        )
        parser.add_argument("--unlock", action="store_true", help="the run that holds the lock is over for certain")
        parser.add_argument(
            "--backup", type=Path, help="the folder for the state as it was; by default ~/.pulumi/recovery"
        )
        parser.add_argument("--yes", action="store_true", help="ask nothing, change the state")

    def run(self, given: Namespace, terminal: Terminal) -> Exit:
        stack: str = given.stack
        locks = self._locks(stack)
        state = self._export(stack)
        if terminal.as_json and not given.yes:
            return _look(terminal, stack, locks=locks, state=state)
        said = _said(given, pending(state))
        if locks:
            if not _may_unlock(given, terminal, locks):
                terminal.trouble("The lock stays, and nothing was changed.")
                return _look(terminal, stack, locks=locks, state=state)
            # Whoever is refused below has lost no lock.
            if given.yes:
                _found(said, given, terminal, pending(state))
            elif not terminal.can_ask:
                raise UnusableError("nobody can be asked here; say --yes")
            self.engine.ask("cancel", "--yes", "--stack", stack)
            state = self._export(stack)
        operations = pending(state)
        if not operations:
            terminal.hand_over({"stack": stack, "pending": [], "changed": bool(locks)})
            _in_order(terminal, stack, state)
            return Exit.DONE
        _show(terminal, operations)
        found = _found(said, given, terminal, operations)
        backup = (given.backup or self.backups) / f"{stack}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
        if not agrees(f"Keep the state as it is in {backup}, and change it?", given, terminal):
            terminal.trouble("Nothing was changed but the lock." if locks else "Nothing was changed.")
            return Exit.REFUSED
        _keep(state, backup)
        self._change(stack, state, found, backup=backup, terminal=terminal)
        terminal.hand_over(
            {"stack": stack, "pending": [_told(one) for one in operations], "changed": True, "backup": str(backup)}
        )
        terminal.say(f"Nothing is under way in {stack} any more; the state as it was is in {backup}.")
        _next(terminal, stack)
        return Exit.DONE

    def _locks(self, stack: str) -> list[Lock]:
        told = self.engine.document("whoami", "--verbose", "--output", "json")
        file = self.engine.project / "Pulumi.yaml"
        named = re.search(r"^name:\s*[\"']?([\w.-]+)", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        if named is None:
            raise UnusableError(f"{file.name} names no project")
        try:
            with nothing_begun():
                return locks_of(stack, project=named.group(1), backend=str(told.get("url", "")), client=self.client)
        except OSError as error:
            raise UnusableError(f"the locks of {stack} can't be read: {error}") from error

    def _export(self, stack: str) -> State:
        state: State = self.engine.document("stack", "export", "--stack", stack)
        return state

    def _change(self, stack: str, state: State, found: Mapping[str, str], *, backup: Path, terminal: Terminal) -> None:
        """Put the settled state in place, and read from AWS what is uncertain in it."""
        after = settled(state, found)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "state.json"
            file.write_text(json.dumps(after), encoding="utf-8")
            try:
                self.engine.ask("stack", "import", "--stack", stack, "--file", str(file))
            except KeyboardInterrupt:
                terminal.trouble(f"It isn't certain that the state was changed; as it was it is in {backup}.")
                terminal.trouble(f"Recover again. Before the next up: pulumi refresh --stack {stack}")
                raise
        uncertain = to_refresh(state, found)
        if not uncertain:
            return
        targets = [word for urn in uncertain for word in ("--target", urn)]
        terminal.trouble(f"reading {len(uncertain)} from AWS …")
        try:
            self.engine.ask("refresh", "--yes", "--skip-preview", "--stack", stack, *targets, seconds=READING)
        except (UnusableError, KeyboardInterrupt):
            terminal.trouble(f"Nothing is under way any more, but not all was read; the state before is in {backup}.")
            terminal.trouble(f"Before the next up: pulumi refresh --stack {stack}")
            raise


def _look(terminal: Terminal, stack: str, *, locks: Sequence[Lock], state: State) -> Exit:
    """Say what there is, to a machine; 1 where there is something to recover."""
    operations = pending(state)
    terminal.hand_over(
        {
            "stack": stack,
            "locks": [asdict(one) for one in locks],
            "pending": [_told(one) for one in operations],
            "incomplete": [{"urn": urn, "reason": reason} for urn, reason in incomplete(state)],
            "changed": False,
        }
    )
    return Exit.REFUSED if locks or operations else Exit.DONE


def _may_unlock(given: Namespace, terminal: Terminal, locks: Sequence[Lock]) -> bool:
    for lock in locks:
        terminal.trouble(f"Locked by {lock}.")
    if given.unlock:
        return True
    if given.yes or not terminal.can_ask:
        terminal.trouble("If that run is over for certain, say --unlock.")
        return False
    terminal.trouble("While that run goes on it is no accident: wait for its end.")
    return terminal.agrees("Is it over for certain, and may its lock go?")


def _show(terminal: Terminal, operations: Sequence[Pending]) -> None:
    count = len(operations)
    terminal.say(f"{count} operation{'s were' if count > 1 else ' was'} under way when the run ended:")
    for one in operations:
        called = f" ({one.physical})" if one.physical else ""
        terminal.say("")
        terminal.say(f"{one.operation} {one.type} {one.name}{called}")
        terminal.say(f"  {one.check}")
    terminal.say("")


def _said(given: Namespace, operations: Sequence[Pending]) -> dict[str, str]:
    """What the command line says of what was being made: its id by the word for it, empty where it doesn't exist.

    Raises:
        UnusableError: it is said of something else, or without an id.
    """
    said: dict[str, str] = dict.fromkeys(given.gone, "")
    for word in given.exists:
        name, equals, identity = word.partition("=")
        if not equals or not identity:
            raise UnusableError(f"--exists {word}: say NAME=ID, with the id that `pulumi import` would take")
        said[name] = identity
    creating = to_be_told(operations)
    if operations and (unknown := sorted(set(said) - set(creating))):
        raise UnusableError(f"{', '.join(unknown)}: not among what was being made: {', '.join(creating) or 'nothing'}")
    return said


def _found(
    said: Mapping[str, str], given: Namespace, terminal: Terminal, operations: Sequence[Pending]
) -> dict[str, str]:
    """By URN the ids of what was being made and exists.

    Raises:
        UnusableError: nobody says it of one.
    """
    found = {}
    for name, one in to_be_told(operations).items():
        identity = said.get(name)
        if identity is None and (given.yes or not terminal.can_ask):
            raise UnusableError(f"does {name} exist? Say --exists {name}=ID or --gone {name}")
        if identity is None:
            identity = terminal.ask(f"id of {name} in AWS, or Enter where it doesn't exist:")
        if identity:
            found[one.urn] = identity
    return found


def _keep(state: State, backup: Path) -> None:
    """Write the state for its owner alone: it has names and addresses, and what Pulumi has encrypted."""
    try:
        backup.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(backup, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(state, file, indent=2)
    except OSError as error:
        raise UnusableError(f"{backup} can't be written, so nothing was changed: {error.strerror}") from error


def _in_order(terminal: Terminal, stack: str, state: State) -> None:
    terminal.say(f"Nothing is under way in {stack}: its state is what AWS has told.")
    for urn, reason in incomplete(state):
        terminal.say(f"  {urn.rsplit('::', 1)[-1]} {reason}; the next up does it.")
    _next(terminal, stack)


def _next(terminal: Terminal, stack: str) -> None:
    terminal.say("Next:")
    for command in (f"pulumi preview --stack {stack} {PACKS}", f"pulumi up --stack {stack} {PACKS}"):
        terminal.say(f"  {command}")


def _told(one: Pending) -> dict[str, str]:
    return {"operation": one.operation, "urn": one.urn, "name": one.name, "physical": one.physical, "check": one.check}
