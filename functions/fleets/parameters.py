"""What a function is told: by the pipeline at each visit, and once by its own environment."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline_job.failures import RefusedError

KEYS = frozenset(
    {"execution", "application", "deploymentGroup", "fleets", "size", "targetGroupArn", "alarms", "bakeMinutes"}
)


VARIABLE = "PARAMETERS"
"""The environment variable of the function that holds what is fixed for it."""

BAKE_LIMIT = 23 * 60
"""In minutes. CodePipeline ends a Lambda action after 24 hours, and the fleet must be stopped before
(https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html)."""


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """Size of an Auto Scaling group, in instances, 0 <= min <= desired <= max."""

    min: int
    desired: int
    max: int


ZERO = Capacity(min=0, desired=0, max=0)


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """One delivery by two fleets.

    Args:
        execution: id of the pipeline execution; a retried stage has the same one, a rolled-back stage a new one.
        application, deployment_group: names in CodeDeploy.
        fleets: names of the two Auto Scaling groups that the program declares.
        size: the serving fleet's size.
        target_group_arn: through which the serving fleet gets its traffic.
        alarms: names of the CloudWatch alarms that stop a release.
        bake_minutes: how long the old fleet stays after the traffic moved, at most `BAKE_LIMIT`.
    """

    execution: str
    application: str
    deployment_group: str
    fleets: tuple[str, str]
    size: Capacity
    target_group_arn: str
    alarms: tuple[str, ...]
    bake_minutes: int

    @classmethod
    def parse(cls, text: str, *, fixed: str = "") -> "Parameters":
        """Read the action's `UserParameters`, together with what is fixed for the function.

        Args:
            text: the action's `UserParameters`; only the execution has to come from here.
            fixed: the function's variable `PARAMETERS`, which holds the rest, so that changing it leaves the
                pipeline's structure alone. Empty where `text` says everything.

        Raises:
            RefusedError: not JSON, a key missing, unknown or said twice, or a value that makes no sense; the message
                names the key.
        """
        asked, given = _object(text, "UserParameters"), _object(fixed or "{}", VARIABLE)
        if twice := sorted(set(asked) & set(given)):
            raise RefusedError(f"UserParameters and {VARIABLE} both have the keys {twice}; one of them must not.")
        values = {**given, **asked}
        if wrong := sorted(KEYS.symmetric_difference(values)):
            expected = f"UserParameters and {VARIABLE} must together have exactly the keys {sorted(KEYS)}"
            raise RefusedError(f"{expected}; missing or unknown: {wrong}.")
        if _count(values, "bakeMinutes") > BAKE_LIMIT:
            raise RefusedError(f"Parameter `bakeMinutes` can be {BAKE_LIMIT} at most, an action lives 24 hours.")
        fleets = _names(values, "fleets")
        if len(fleets) != 2 or fleets[0] == fleets[1]:
            raise RefusedError("Parameter `fleets` must name two different Auto Scaling groups.")
        return cls(
            execution=_name(values, "execution"),
            application=_name(values, "application"),
            deployment_group=_name(values, "deploymentGroup"),
            fleets=(fleets[0], fleets[1]),
            size=_capacity(values["size"]),
            target_group_arn=_name(values, "targetGroupArn"),
            alarms=_names(values, "alarms"),
            bake_minutes=_count(values, "bakeMinutes"),
        )

    def other_fleet(self, fleet: str) -> str:
        """The fleet that is not this one."""
        return self.fleets[1] if fleet == self.fleets[0] else self.fleets[0]


def _object(text: str, name: str) -> dict[str, object]:
    try:
        values = json.loads(text)
    except ValueError as error:
        raise RefusedError(f"{name} is not JSON.") from error
    if not isinstance(values, dict):
        raise RefusedError(f"{name} must be a JSON object.")
    return values


def _capacity(value: object) -> Capacity:
    if not isinstance(value, Mapping) or set(value) != {"min", "desired", "max"}:
        raise RefusedError("Parameter `size` must have exactly the keys min, desired and max.")
    size = Capacity(min=_count(value, "min"), desired=_count(value, "desired"), max=_count(value, "max"))
    if not 1 <= size.min <= size.desired <= size.max:
        raise RefusedError("Parameter `size` must be 1 <= min <= desired <= max: a fleet of none serves nobody.")
    return size


def _name(values: Mapping[str, object], key: str) -> str:
    value = values[key]
    if not isinstance(value, str) or not value:
        raise RefusedError(f"Parameter `{key}` must be a text.")
    return value


def _names(values: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = values[key]
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        raise RefusedError(f"Parameter `{key}` must be a list of names.")
    return tuple(value)


def _count(values: Mapping[str, object], key: str) -> int:
    value = values[key]
    if type(value) is not int or value < 0:
        raise RefusedError(f"Parameter `{key}` must be a whole number, 0 or more.")
    return value
