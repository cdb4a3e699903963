"""What the deploying function is told: by the pipeline at each visit, and once by its own environment."""

from dataclasses import dataclass

from deployments.sight import GroupName
from pipeline_job.values import text_of, told_values

KEYS = frozenset(
    {"execution", "application", "deploymentGroup", "cluster", "service", "container", "repository", "settings"}
)


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """One service that a pipeline delivers to.

    Args:
        execution: id of the pipeline execution; a retried stage has the same one, a rolled-back stage a new one.
        group: the deployment group in CodeDeploy.
        cluster: of the service.
        service: its name, and that of its family of task definitions.
        container: the one that the load balancer asks.
        repository: where its images lie, as their names begin.
        settings: ARN of the task definition that has the stack's settings.
    """

    execution: str
    group: GroupName
    cluster: str
    service: str
    container: str
    repository: str
    settings: str

    @classmethod
    def parse(cls, text: str, *, fixed: str = "") -> "Parameters":
        """Read the action's `UserParameters` and the function's variable.

        Raises:
            RefusedError: something is missing, unknown or of the wrong kind.
        """
        values = told_values(text, fixed=fixed, needed=KEYS)
        group = GroupName(
            application=text_of(values, "application"), deployment_group=text_of(values, "deploymentGroup")
        )
        names = ("execution", "cluster", "service", "container", "repository", "settings")
        return cls(group=group, **{name: text_of(values, name) for name in names})
