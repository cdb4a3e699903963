"""What the deploying function is told: by the pipeline at each visit, and once by its own environment."""

from dataclasses import dataclass

from deployments.sight import GroupName
from pipeline_job.values import count_of, text_of, texts_of, told_values, way_back_of

KEYS = frozenset({"execution", "pipeline", "application", "deploymentGroup", "function", "alias"})
OPTIONAL_KEYS = frozenset({"alarms", "watchMinutes", "wayBack"})
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
        pipeline: whose execution may be a way back.
        alarms: their names; one that rings within the watch speaks against the release.
        watch_minutes: how long that is, after all invocations have moved.
        way_back: whether it brings back what served before, as whoever deploys by hand says; None where a pipeline
            deploys, and knows.
    """

    execution: str
    group: GroupName
    function: str
    alias: str
    hooks: dict[str, str]
    pipeline: str
    alarms: tuple[str, ...] = ()
    watch_minutes: int = 0
    way_back: bool | None = None

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
        values = told_values(text, fixed=fixed, needed=KEYS, optional={*HOOKS, *OPTIONAL_KEYS})
        group = GroupName(
            application=text_of(values, "application"), deployment_group=text_of(values, "deploymentGroup")
        )
        return cls(
            execution=text_of(values, "execution"),
            group=group,
            function=text_of(values, "function"),
            alias=text_of(values, "alias"),
            hooks={event: text_of(values, key) for key, event in HOOKS.items() if key in values},
            pipeline=text_of(values, "pipeline"),
            alarms=texts_of(values, "alarms") if "alarms" in values else (),
            watch_minutes=count_of(values, "watchMinutes") if "watchMinutes" in values else 0,
            way_back=way_back_of(values),
        )
