"""What the function is told: by the pipeline at each visit, and once by its own environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from deployments.sight import GroupName
from pipeline_job.failures import RefusedError
from pipeline_job.values import count_of, text_of, texts_of, told_values, way_back_of

KEYS = frozenset({"execution", "pipeline", "application", "deploymentGroup", "alarms", "watchMinutes"})
OPTIONAL_KEYS = frozenset({"wayBack"})


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """One group that a pipeline delivers to.

    Args:
        execution: id of the pipeline execution; a retried stage has the same one, a rolled-back stage a new one.
        pipeline: its name.
        group: the deployment group in CodeDeploy.
        alarms: names of those that speak against what was deployed to it.
        watch_minutes: how long they are watched after the deployment.
        way_back: whether it brings back what ran before, as whoever deploys by hand says; None where a pipeline
            deploys, and knows.
    """

    execution: str
    pipeline: str
    group: GroupName
    alarms: tuple[str, ...] = ()
    watch_minutes: int = 0
    way_back: bool | None = None

    @classmethod
    def parse(cls, text: str, *, fixed: str = "") -> "Parameters":
        """Read the action's `UserParameters`, which name the group, and the function's variable.

        Raises:
            RefusedError: something is missing, unknown or of the wrong kind.
        """
        values = told_values(text, fixed=fixed, needed=KEYS, optional=OPTIONAL_KEYS)
        group = GroupName(
            application=text_of(values, "application"), deployment_group=text_of(values, "deploymentGroup")
        )
        by_group = values["alarms"]
        if not isinstance(by_group, Mapping) or group.deployment_group not in by_group:
            raise RefusedError(f"Parameter `alarms` must have those of {group.deployment_group}, by its name.")
        return cls(
            execution=text_of(values, "execution"),
            pipeline=text_of(values, "pipeline"),
            group=group,
            alarms=texts_of(by_group, group.deployment_group),
            watch_minutes=count_of(values, "watchMinutes"),
            way_back=way_back_of(values),
        )
