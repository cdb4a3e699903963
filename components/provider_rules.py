"""Refuses a rule that doesn't say what its provider asks for
(https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference.html)."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from components.conditions import Rule
from components.stage_limits import LIMITS


class Keys(NamedTuple):
    """The keys of a provider's configuration."""

    needed: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()


PROVIDERS: Final = {
    "CloudWatchAlarm": Keys(needed=("AlarmName",), possible=("AlarmStates", "WaitTime")),
    "Commands": Keys(),
    "DeploymentWindow": Keys(needed=("Cron",), possible=("TimeZone",)),
    "LambdaInvoke": Keys(needed=("FunctionName",), possible=("UserParameters",)),
    "VariableCheck": Keys(needed=("Variable", "Value", "Operator")),
}
OPERATORS: Final = ("EQ", "NE", "CONTAINS", "MATCHES")


def of_provider(rule: Rule, place: str) -> Iterator[str]:
    """One sentence for each thing that AWS would refuse of the rule, beginning with its place."""
    if rule.timeout_minutes is not None and not LIMITS.rule_minutes.hold(rule.timeout_minutes):
        yield f"{place}: timeout_minutes is {rule.timeout_minutes}; AWS takes {LIMITS.rule_minutes}"
    if rule.provider not in PROVIDERS:
        yield f"{place}: AWS knows no rule {rule.provider}; known are {', '.join(PROVIDERS)}"
        return
    yield from _configuration(rule, PROVIDERS[rule.provider], place)
    if rule.provider == "Commands":
        yield from _commands(rule, place)
    elif rule.commands:
        yield f"{place}: a rule of {rule.provider} runs no commands"


def _configuration(rule: Rule, keys: Keys, place: str) -> Iterator[str]:
    for key in keys.needed:
        if key not in rule.configuration:
            yield f"{place}: {rule.provider} needs {key}"
    known = keys.needed + keys.possible
    for key in rule.configuration:
        if key not in known:
            yield f"{place}: {rule.provider} takes no {key}; it takes {', '.join(known) or 'nothing'}"
    if rule.configuration.get("Operator", "EQ") not in OPERATORS:
        yield f"{place}: Operator is {rule.configuration['Operator']!r}; AWS takes {', '.join(OPERATORS)}"


def _commands(rule: Rule, place: str) -> Iterator[str]:
    if not LIMITS.commands.hold(len(rule.commands)):
        yield f"{place}: has {len(rule.commands)} commands; AWS takes {LIMITS.commands}"
    if not rule.inputs:
        yield f"{place}: Commands needs an input artifact"
    for command in rule.commands:
        if not LIMITS.command_characters.hold(len(command)):
            yield f"{place}: a command has {len(command)} characters; AWS takes {LIMITS.command_characters}"
        elif "\n" in command:
            yield f"{place}: a command has several lines; AWS takes one"
