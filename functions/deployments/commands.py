"""What a function may do that deploys, and what it has decided: plain values."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from deployments.sight import GroupName
from pipeline_job.answer import Answer
from pipeline_job.job import S3Object

CommandT = TypeVar("CommandT")


@dataclass(frozen=True, kw_only=True)
class Deploy:
    """Let CodeDeploy start a deployment. Its description is what finds it again.

    Args:
        revision: the bundle for machines; for functions and services the specification, which names the new version.
        watched: whether an alarm stops it; not where somebody goes back, which an alarm may have asked for.
        fleet: the Auto Scaling group that it goes to, where that isn't what the group has; empty where it is.
    """

    group: GroupName
    revision: S3Object | str
    description: str
    watched: bool = True
    fleet: str = ""


@dataclass(frozen=True, kw_only=True)
class Made:
    """What the next visit has to know of a command: the version it has made, or the deployment it has started."""

    version: str = ""
    deployment: str = ""


@dataclass(frozen=True, kw_only=True)
class Decision(Generic[CommandT]):
    """What to do now, in this order, and what to tell CodePipeline after."""

    answer: Answer
    commands: tuple[CommandT, ...] = ()
