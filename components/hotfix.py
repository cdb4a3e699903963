"""The hotfix lane: what a hotfix branch may skip on its way, announced each time.

Approvals, alarms, promotion and the record of the pipeline are no part of it: no stage of theirs can be named.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.conditions import Rule, skip_unless, variable_check
from components.function import PipelineFunction
from components.notifications import notification_topic
from components.place import Place
from components.sources.plan import NAMESPACE
from components.stages import Stage
from components.topic import publish_to

ANNOUNCE = "AnnounceHotfix"
BAKE = "bake"
"""The word for the time in which the old fleet waits, among the names of suites."""


@dataclass(frozen=True, kw_only=True)
class HotfixBake:
    """Lets the retiring function skip the bake.

    Args:
        branch: a reference to the variable with the branch.
        branches: those for which it does.
    """

    branch: str
    branches: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HotfixLane:
    """The lane of one pipeline, as data.

    Args:
        application: its name.
        place: where it is delivered to.
        branches: names, or prefixes as `hotfix/*`.
        branch: a reference to the variable with the branch of an execution.
        skips: suites by name, and `bake`.
    """

    application: str
    place: Place
    branches: tuple[str, ...]
    branch: str
    skips: tuple[str, ...]

    @property
    def unless(self) -> Rule:
        """Lets every branch into a stage but these."""
        return variable_check(
            name="UnlessHotfix",
            variable=self.branch,
            expression=f"^(?!{self._expression}$).*$",
            description=f"skipped for {', '.join(self.branches)}",
        )

    @property
    def only(self) -> Rule:
        """Lets only these branches into a stage."""
        return variable_check(
            name="OnlyHotfix",
            variable=self.branch,
            expression=f"^{self._expression}$",
            description=f"only for {', '.join(self.branches)}",
        )

    @property
    def _expression(self) -> str:
        """The branches as a regular expression; what `re` escapes, Java reads the same."""
        names = (re.escape(one[:-1]) + ".*" if one.endswith("*") else re.escape(one) for one in self.branches)
        return f"({'|'.join(names)})"

    @property
    def bake(self) -> HotfixBake | None:
        """What the deployment is told, where the bake is skipped."""
        return HotfixBake(branch=self.branch, branches=self.branches) if BAKE in self.skips else None

    @property
    def _pipeline(self) -> str:
        return f"{self.application}-{self.place.environment}"

    def announcement(self) -> Stage:
        """The stage that tells, before anything is skipped. A road without its announcement ends there."""
        # Both kinds of Git sources call the commit so; the branch has another reference in each.
        parameters = {"branch": self.branch, "commit": f"#{{{NAMESPACE}.CommitId}}"}
        action = self.function("").action(name=ANNOUNCE, parameters=parameters)
        return Stage(name="Hotfix", actions=(action,), before_entry=skip_unless(self.only))

    def function(self, key_arn: pulumi.Input[str]) -> PipelineFunction:
        """The function that publishes to the stack's topic."""
        return PipelineFunction(
            package="announce_hotfix",
            application=self.application,
            place=self.place,
            statements=publish_to(notification_topic(self.place), key_arn, self.place),
        )

    @property
    def parameters(self) -> Mapping[str, object]:
        """What the function works on."""
        return {
            "pipeline": self._pipeline,
            "environment": self.place.environment,
            "skips": list(self.skips),
            "topic": notification_topic(self.place),
        }
