"""What a function sees of CodeDeploy's deployments and of the alarms that watch them, as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pipeline_job.failures import RefusedError
from pipeline_job.job import S3Object
from pipeline_job.memory import Memory

RUNNING = frozenset({"Created", "Queued", "InProgress", "Baking", "Ready"})
"""https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html, `status`; the rest is an end."""


@dataclass(frozen=True, kw_only=True)
class GroupName:
    """A deployment group by its names in CodeDeploy."""

    application: str
    deployment_group: str


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One CodeDeploy deployment.

    Args:
        targets: the Auto Scaling groups it was told to deploy to.
        error: CodeDeploy's code and message, empty while there is none.
        rollback: id of the deployment that rolls it back, empty where there is none (yet).
        rolls_back: whether CodeDeploy was told to start one.
        percent: share of its instances that are done.
        revision: what it deployed, None where that doesn't lie in S3.
        created: when it was made.
        automatic: whether Auto Scaling or CodeDeploy started it for an instance that came later. It brings the last
            good revision, so it is no release.
    """

    id: str
    status: str
    description: str = ""
    targets: tuple[str, ...] = ()
    error: str = ""
    completed: datetime | None = None
    rollback: str = ""
    rolls_back: bool = False
    percent: int | None = None
    revision: S3Object | None = None
    created: datetime | None = None
    automatic: bool = False

    def is_of(self, execution: str) -> bool:
        """Whether an execution of the pipeline has started it, as its description says."""
        return f"execution={execution}" in self.description.split()

    @property
    def running(self) -> bool:
        """Whether it has not come to an end."""
        return self.status in RUNNING

    @property
    def succeeded(self) -> bool:
        """Whether it has come to a good end."""
        return self.status == "Succeeded"

    @property
    def failed(self) -> bool:
        """Whether it has come to another end; a person may have stopped it."""
        return not self.running and not self.succeeded


@dataclass(frozen=True, kw_only=True)
class Course:
    """What goes on in a group, and what has become of an execution's deployment there.

    Args:
        running: ids of the group's releases that have not come to an end.
        deployment: the one of this execution, None while there is none.
        rollback: the deployment that rolls ours back, None while there is none.
        failures: what its targets say; read only when ours has failed.
    """

    running: tuple[str, ...] = ()
    deployment: Deployment | None = None
    rollback: Deployment | None = None
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How far the deployments of a group have come to the instances that were asked about.

    Args:
        instances: ids of those that have what serves.
        under_way: whether an instance that came later is being deployed to just now.
    """

    instances: frozenset[str] = frozenset()
    under_way: bool = False


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A CloudWatch alarm; `state` is OK, ALARM or INSUFFICIENT_DATA."""

    name: str
    state: str
    reason: str = ""


def description(*, execution: str, attempt: str) -> str:
    """What a deployment of ours is found by; 92 characters with the ids that CodePipeline gives.

    AWS refuses a description that is too long (DescriptionTooLongException) and does not say what that is.
    """
    return f"execution={execution} attempt={attempt}"


def same_bundle(served: S3Object | None, wanted: S3Object) -> bool:
    """Whether what serves is what is wanted. A key without a version is one of an execution, which is written once."""
    if served is None or (served.bucket, served.key) != (wanted.bucket, wanted.key):
        return False
    return not wanted.version or served.version == wanted.version


def own_deployment(deployments: Iterable[Deployment], *, execution: str, memory: Memory) -> Deployment | None:
    """The deployment that this visit goes on with.

    One of this execution that runs or has succeeded, whichever attempt began it. One that failed counts only when
    this very attempt began it: a person who retries a failed stage wants a new deployment.
    """
    ours = [item for item in deployments if item.is_of(execution)]
    attempt = [item for item in ours if f"attempt={memory.attempt}" in item.description.split()]
    running = [item for item in ours if item.running]
    succeeded = [item for item in ours if item.succeeded]
    return next(iter((*running, *attempt, *succeeded)), None)


def ringing(alarms: tuple[Alarm, ...], *, watched: tuple[str, ...]) -> str:
    """What the alarms say against the release: name and reason of each in ALARM, empty when none is.

    Raises:
        RefusedError: an alarm that should watch doesn't exist.
    """
    if missing := sorted(set(watched) - {alarm.name for alarm in alarms}):
        raise RefusedError(f"CloudWatch has no alarm named {', '.join(missing)}, so nobody watches this release.")
    return "; ".join(f"{alarm.name}: {alarm.reason or 'no reason given'}" for alarm in alarms if alarm.state == "ALARM")
