"""What the deploying function is told: by the pipeline at each visit, and once by its own environment."""

from dataclasses import dataclass

from deployments.sight import GroupName
from pipeline_job.values import flag_of, text_of, told_values

KEYS = frozenset({"execution", "application", "deploymentGroup", "function", "alias"})
HOOKS = {"beforeAllowTraffic": "BeforeAllowTraffic", "afterAllowTraffic": "AfterAllowTraffic"}
"""The functions that CodeDeploy asks, by the event it asks them at
(https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html#appspec-hooks-lambda)."""


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """One function that a pipeline delivers.

    Args:
        execution: id of the pipeline execution; a retried stage has the same one, a rolled-back stage a new one.
        group: the deployment group in CodeDeploy.
        function: the function's name.
        alias: through which it is invoked.
        hooks: event to function, of the functions that lie in the same bundle and are asked around the shift.
        way_back: whether somebody goes back by hand to what served before.
    """

    execution: str
    group: GroupName
    function: str
    alias: str
    hooks: dict[str, str]
    way_back: bool = False

    @property
    def functions(self) -> tuple[str, ...]:
        """Every function whose code is the bundle."""
        return (self.function, *self.hooks.values())

    @classmethod
    def parse(cls, text: str, *, fixed: str = "") -> "Parameters":
        """Read the action's `UserParameters` and the function's variable.

        Raises:
            RefusedError: something is missing, unknown or of the wrong kind.
        """
        values = told_values(text, fixed=fixed, needed=KEYS, optional={*HOOKS, "wayBack"})
        group = GroupName(
            application=text_of(values, "application"), deployment_group=text_of(values, "deploymentGroup")
        )
        return cls(
            execution=text_of(values, "execution"),
            group=group,
            function=text_of(values, "function"),
            alias=text_of(values, "alias"),
            hooks={event: text_of(values, key) for key, event in HOOKS.items() if key in values},
            way_back="wayBack" in values and flag_of(values, "wayBack"),
        )
