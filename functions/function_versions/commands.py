"""What the deploying function may do, as plain values."""

from dataclasses import dataclass

from deployments.sight import GroupName
from pipeline_job.answer import Answer
from pipeline_job.job import S3Object


@dataclass(frozen=True, kw_only=True)
class Upload:
    """Make the bundle the unpublished code of a function."""

    function: str
    bundle: S3Object


@dataclass(frozen=True, kw_only=True)
class Publish:
    """Publish the code as a version, if it still is the one with this digest."""

    function: str
    digest: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Point:
    """Send everything to a version at once."""

    function: str
    alias: str
    version: str
    revision: str


@dataclass(frozen=True, kw_only=True)
class Deploy:
    """Let CodeDeploy shift the alias from one version to another. Its description is what finds it again."""

    group: GroupName
    specification: str
    description: str


Command = Upload | Publish | Point | Deploy


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to do now, in this order, and what to tell CodePipeline after."""

    answer: Answer
    commands: tuple[Command, ...] = ()
