"""What the deploying function may do, as plain values."""

from dataclasses import dataclass

from deployments import commands
from deployments.commands import Deploy
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


Command = Upload | Publish | Point | Deploy
Decision = commands.Decision[Command]
