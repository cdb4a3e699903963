"""What the deploying function may do, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass

from deployments.sight import GroupName
from pipeline_job.answer import Answer


@dataclass(frozen=True, kw_only=True)
class Register:
    """Make a revision of the service's family of task definitions."""

    definition: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Deploy:
    """Let CodeDeploy bring the traffic to tasks of a revision. Its description is what finds it again."""

    group: GroupName
    specification: str
    description: str


Command = Register | Deploy


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to do now, in this order, and what to tell CodePipeline after."""

    answer: Answer
    commands: tuple[Command, ...] = ()
