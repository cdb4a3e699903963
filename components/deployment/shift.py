"""How the traffic of an alias or a service moves to a new version, in steps."""

from dataclasses import dataclass
from enum import StrEnum

from pulumi_aws import codedeploy


class ShiftKind(StrEnum):
    """How it moves, in CodeDeploy's words."""

    CANARY = "TimeBasedCanary"
    LINEAR = "TimeBasedLinear"


@dataclass(frozen=True, kw_only=True)
class TrafficShift:
    """How much of the traffic moves at a time, in percent, and how many minutes it waits then."""

    kind: ShiftKind
    percent: int
    minutes: int

    @property
    def strategy(self) -> str:
        """The same as a stack file calls it."""
        return "canary" if self.kind is ShiftKind.CANARY else "linear"

    def __str__(self) -> str:
        """As a picture says it."""
        if self.kind is ShiftKind.CANARY:
            return f"{self.percent} % first, all after {self.minutes} min"
        return f"{self.percent} % every {self.minutes} min"


def config_name(group: str, shift: TrafficShift | None) -> str:
    """The name of the configuration by which a group moves its traffic.

    It says what the configuration says. AWS can't change one, nor delete one that a group has; so another one has
    another name, is there before the group takes it, and the old one goes after.
    """
    return f"{group}-{f'{shift.strategy}-{shift.percent}-{shift.minutes}' if shift else 'all-at-once'}"


def routing(shift: TrafficShift | None) -> codedeploy.DeploymentConfigTrafficRoutingConfigArgsDict:
    """The same as CodeDeploy is told it; None is all at once."""
    if shift is None:
        return {"type": "AllAtOnce"}
    step: codedeploy.DeploymentConfigTrafficRoutingConfigTimeBasedCanaryArgsDict = {
        "interval": shift.minutes,
        "percentage": shift.percent,
    }
    if shift.kind is ShiftKind.CANARY:
        return {"type": shift.kind.value, "time_based_canary": step}
    return {"type": shift.kind.value, "time_based_linear": step}
