"""What the deploying functions are told: by the pipeline at each visit, and once by their own environment."""

from dataclasses import dataclass

from deployments.sight import GroupName
from pipeline_job.values import count_of, text_of, told_values, way_back_of

_TEXTS = ("execution", "pipeline", "cluster", "service", "container", "repository", "settings")
_OPTIONAL = frozenset({"wayBack"})


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service that a pipeline delivers to.

    Args:
        execution: id of the pipeline execution; a retried stage has the same one, a rolled-back stage a new one.
        pipeline: whose execution may be a way back.
        cluster: of the service.
        service: its name, and that of its family of task definitions.
        container: the one that the load balancer asks.
        repository: where its images lie, as their names begin.
        settings: ARN of the task definition that has the stack's settings.
        way_back: whether it brings back what served before, as whoever deploys by hand says; None where a pipeline
            deploys, and knows.
    """

    execution: str
    pipeline: str
    cluster: str
    service: str
    container: str
    repository: str
    settings: str
    way_back: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Parameters(Service):
    """A service whose traffic CodeDeploy moves.

    Args:
        group: the deployment group in CodeDeploy.
    """

    group: GroupName

    @classmethod
    def parse(cls, text: str, *, fixed: str = "") -> "Parameters":
        """Read the action's `UserParameters` and the function's variable.

        Raises:
            RefusedError: something is missing, unknown or of the wrong kind.
        """
        needed = {*_TEXTS, "application", "deploymentGroup"}
        values = told_values(text, fixed=fixed, needed=needed, optional=_OPTIONAL)
        group = GroupName(
            application=text_of(values, "application"), deployment_group=text_of(values, "deploymentGroup")
        )
        texts = {name: text_of(values, name) for name in _TEXTS}
        return cls(group=group, way_back=way_back_of(values), **texts)


@dataclass(frozen=True, kw_only=True)
class RolloutParameters(Service):
    """A service whose traffic ECS moves itself.

    Args:
        deadline_minutes: after which a deployment that hasn't come to its end is rolled back.
    """

    deadline_minutes: int

    @classmethod
    def parse(cls, text: str, *, fixed: str = "") -> "RolloutParameters":
        """Read the action's `UserParameters` and the function's variable.

        Raises:
            RefusedError: something is missing, unknown or of the wrong kind.
        """
        values = told_values(text, fixed=fixed, needed={*_TEXTS, "deadlineMinutes"}, optional=_OPTIONAL)
        texts = {name: text_of(values, name) for name in _TEXTS}
        return cls(deadline_minutes=count_of(values, "deadlineMinutes"), way_back=way_back_of(values), **texts)
