"""`operations drift`."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from operations.command import Example, Exit, UnusableError
from operations.drift.differences import Change, Drifted, drifted, place_of
from operations.engine import READING, Engine
from operations.terminal import Terminal
from settings.problems import shown


@dataclass(frozen=True, kw_only=True)
class Drift:
    """Says what somebody changed in AWS behind Pulumi's back.

    Args:
        engine: the Pulumi CLI.
    """

    engine: Engine = field(default_factory=Engine)

    name = "drift"
    purpose = "say what was changed in AWS behind Pulumi's back"
    about = (
        "Reads every resource of a stack from AWS and compares it with the state. What\n"
        "the program lets others move, such as the fleets of a blue/green deployment,\n"
        "is left out. Nothing is changed: neither AWS, nor the state, nor its lock.\n\n"
        "It ends with 1 where there is drift."
    )
    examples = (
        Example(line="drift --stack prod", purpose="a table"),
        Example(line="drift --stack prod --json", purpose="for a job that runs every night"),
    )

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stack", required=True, help="the stack to look at")

    def run(self, given: Namespace, terminal: Terminal) -> Exit:
        terminal.trouble(f"reading every resource of {given.stack} …")
        told = self.engine.ask("refresh", "--preview-only", "--json", "--stack", given.stack, seconds=READING)
        try:
            found = drifted(json.loads(told))
        except (ValueError, KeyError) as error:
            raise UnusableError(f"what pulumi has found can't be read: {error}") from error
        drift = [one for one in found if one.drift]
        known = [one for one in found if one.known]
        terminal.hand_over(
            {
                "stack": given.stack,
                "drift": [_told(one) for one in drift],
                "known": [{"urn": one.urn, "places": list(one.known)} for one in known],
            }
        )
        _say(terminal, given.stack, drift, known)
        return Exit.REFUSED if drift else Exit.DONE


def _say(terminal: Terminal, stack: str, drift: Sequence[Drifted], known: Sequence[Drifted]) -> None:
    places = sum(len(one.known) for one in known)
    aside = f"; {places} known movement{'s' if places > 1 else ''} left out" if places else ""
    if not drift:
        terminal.say(f"{stack}: no drift{aside}")
        return
    count = len(drift)
    terminal.say(f"{stack}: {count} resource{'s' if count > 1 else ''} drifted{aside}")
    terminal.say("")
    terminal.table(
        ("resource", "difference"), [(one.name, difference) for one in drift for difference in _differences(one)]
    )
    terminal.say("")
    terminal.say("To put AWS right:  pulumi up --refresh with both policy packs")
    terminal.say("To keep what is:   say it in the stack file or the program, then the same")


def _differences(one: Drifted) -> list[str]:
    if one.gone:
        return [f"the {one.type} is gone"]
    return [
        f"{change.place}: {_value(change, change.was)} is now {_value(change, change.now)}" for change in one.changes
    ]


def _value(change: Change, value: Any) -> str:
    return "nothing" if value is None else shown(value, place_of(change.place))


def _told(one: Drifted) -> dict[str, Any]:
    changes = [
        {"place": change.place, "was": _value(change, change.was), "now": _value(change, change.now)}
        for change in one.changes
    ]
    return {"urn": one.urn, "name": one.name, "type": one.type, "gone": one.gone, "changes": changes}
