"""What is wrong with a bundle, and where."""

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """What a finding means for the deployment."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that CodeDeploy would stumble over, or that surprises on the machine.

    Args:
        file: of the bundle.
        line: in that file, from 1.
        message: what was found and what is allowed, with the path of the value in front.
        weight: whether the deployment fails by it.
    """

    file: str
    line: int
    message: str
    weight: Weight = Weight.ERROR

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.weight}: {self.message}"
