"""What a function is told: by the pipeline at each visit, and once by its own environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from deployments.sight import GroupName
from pipeline_job.branches import matches_any
from pipeline_job.failures import RefusedError
from pipeline_job.values import count_of, patterns_of, text_of, texts_of, told_values, way_back_of

KEYS = frozenset(
    {
        "execution",
        "pipeline",
        "application",
        "deploymentGroup",
        "fleets",
        "size",
        "targetGroupArn",
        "alarms",
        "watchMinutes",
        "bakeMinutes",
    }
)
OPTIONAL_KEYS = frozenset({"branch", "scaledBy", "skipBakeFor", "wayBack"})

ALARMS, SCHEDULES = "AlarmNotification", "ScheduledActions"
"""The processes of Auto Scaling by which policies and schedules move a group
(https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html)."""

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
        pipeline: its name.
        application, deployment_group: names in CodeDeploy.
        fleets: names of the two Auto Scaling groups that the program declares.
        size: the serving fleet's size.
        target_group_arn: through which the serving fleet gets its traffic.
        alarms: names of the CloudWatch alarms that stop a release.
        watch_minutes: for how long after the shift a release is watched before it counts as verified.
        bake_minutes: how long the old fleet stays after the traffic moved, at most `BAKE_LIMIT`.
        skip_bake_for: patterns of the branches whose releases need not bake.
        branch: the branch that is released, empty where the pipeline doesn't say.
        scaled_by: the processes of Auto Scaling that move the serving fleet; of `ALARMS` and `SCHEDULES`.
        way_back: whether it brings back what served before, as whoever deploys by hand says; None where a pipeline
            deploys, which knows by itself.
    """

    execution: str
    pipeline: str
    application: str
    deployment_group: str
    fleets: tuple[str, str]
    size: Capacity
    target_group_arn: str
    alarms: tuple[str, ...]
    watch_minutes: int
    bake_minutes: int
    skip_bake_for: tuple[str, ...] = ()
    branch: str = ""
    scaled_by: tuple[str, ...] = ()
    way_back: bool | None = None

    @property
    def group(self) -> GroupName:
        """The deployment group in CodeDeploy."""
        return GroupName(application=self.application, deployment_group=self.deployment_group)

    @classmethod
    def parse(cls, text: str, *, fixed: str = "") -> "Parameters":
        """Read the action's `UserParameters`, together with what is fixed for the function.

        Args:
            text: the action's `UserParameters`; only the execution, and the branch, have to come from here.
            fixed: the function's variable `PARAMETERS`, which holds the rest, so that changing it leaves the
                pipeline's structure alone. Empty where `text` says everything.

        Raises:
            RefusedError: not JSON, a key missing, unknown or said twice, or a value that makes no sense; the message
                names the key.
        """
        values = told_values(text, fixed=fixed, needed=KEYS, optional=OPTIONAL_KEYS)
        for key in ("bakeMinutes", "watchMinutes"):
            if count_of(values, key) > BAKE_LIMIT:
                raise RefusedError(f"Parameter `{key}` can be {BAKE_LIMIT} at most, an action lives 24 hours.")
        fleets = texts_of(values, "fleets")
        if len(fleets) != 2 or fleets[0] == fleets[1]:
            raise RefusedError("Parameter `fleets` must name two different Auto Scaling groups.")
        scaled_by = texts_of(values, "scaledBy") if "scaledBy" in values else ()
        if not {ALARMS, SCHEDULES}.issuperset(scaled_by):
            raise RefusedError(f"Parameter `scaledBy` can name {ALARMS} and {SCHEDULES}; not {list(scaled_by)}.")
        return cls(
            execution=text_of(values, "execution"),
            pipeline=text_of(values, "pipeline"),
            application=text_of(values, "application"),
            deployment_group=text_of(values, "deploymentGroup"),
            fleets=(fleets[0], fleets[1]),
            size=_capacity(values["size"]),
            target_group_arn=text_of(values, "targetGroupArn"),
            alarms=texts_of(values, "alarms"),
            watch_minutes=count_of(values, "watchMinutes"),
            bake_minutes=count_of(values, "bakeMinutes"),
            skip_bake_for=patterns_of(values, "skipBakeFor") if "skipBakeFor" in values else (),
            branch=text_of(values, "branch") if "branch" in values else "",
            scaled_by=scaled_by,
            way_back=way_back_of(values),
        )

    def other_fleet(self, fleet: str) -> str:
        """The fleet that is not this one."""
        return self.fleets[1] if fleet == self.fleets[0] else self.fleets[0]

    @property
    def skips_bake(self) -> bool:
        """Whether this release need not bake, because it comes from the hotfix lane."""
        return self.bake_minutes > 0 and matches_any(self.branch, self.skip_bake_for)


def _capacity(value: object) -> Capacity:
    if not isinstance(value, Mapping) or set(value) != {"min", "desired", "max"}:
        raise RefusedError("Parameter `size` must have exactly the keys min, desired and max.")
    size = Capacity(min=count_of(value, "min"), desired=count_of(value, "desired"), max=count_of(value, "max"))
    if not 1 <= size.min <= size.desired <= size.max:
        raise RefusedError("Parameter `size` must be 1 <= min <= desired <= max: a fleet of none serves nobody.")
    return size
