"""How the traffic moves to a new version in steps: of a function's alias and of a service alike."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Model
from settings.fields import within

LONGEST_SHIFT = 23 * 60
"""In minutes. The pipeline waits for the shift, and CodePipeline ends an invocation after 24 hours."""


class Shift(Model):
    """How much of the traffic moves, and how often."""

    percent: Annotated[int, within(1, 99, "percent")] = Field(description="How much moves at a time, 1 to 99.")
    minutes: Annotated[int, within(1, 1380, "minutes")] = Field(description="How long the shift waits then, 1 to 1380.")


class Canary(Model):
    """A part of the traffic first, all of it when nothing has gone wrong for a while."""

    strategy: Literal["canary"] = Field(description="How a new version gets there.")
    canary: Shift = Field(default=Shift(percent=10, minutes=5), description="The first part, and how long it is alone.")

    @property
    def shift_minutes(self) -> int:
        """How long the first part is alone."""
        return self.canary.minutes


class Linear(Model):
    """Part after part of the traffic, each as large as the first."""

    strategy: Literal["linear"] = Field(description="How a new version gets there.")
    linear: Shift = Field(default=Shift(percent=10, minutes=1), description="Each part, and how long it waits.")

    @property
    def parts(self) -> int:
        """How many there are; the last one may be smaller."""
        return -(-100 // self.linear.percent)

    @property
    def shift_minutes(self) -> int:
        """As long as all parts wait."""
        return self.parts * self.linear.minutes
