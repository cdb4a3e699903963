"""What a function may do, as plain values: a decision is a list of these and an answer."""

from dataclasses import dataclass

from deployments.commands import Deploy
from fleets.parameters import Capacity
from pipeline_job.answer import Answer


@dataclass(frozen=True, kw_only=True)
class Attach:
    """Let the fleet's instances, present and future, take traffic from the target group."""

    fleet: str
    target_group_arn: str


@dataclass(frozen=True, kw_only=True)
class Detach:
    """Take the fleet's instances, present and future, out of the target group."""

    fleet: str
    target_group_arn: str


@dataclass(frozen=True, kw_only=True)
class Resize:
    """Give the fleet this size."""

    fleet: str
    capacity: Capacity


@dataclass(frozen=True, kw_only=True)
class Suspend:
    """Keep these processes of Auto Scaling from the fleet."""

    fleet: str
    processes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Resume:
    """Let these processes of Auto Scaling move the fleet again."""

    fleet: str
    processes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Bind:
    """Bind the deployment group to the fleet that serves."""

    application: str
    deployment_group: str
    fleet: str


@dataclass(frozen=True, kw_only=True)
class Register:
    """Let these instances take traffic again that CodeDeploy took out; they are not stopped, and run what they ran."""

    target_group_arn: str
    instances: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Deregister:
    """Take these instances out of the traffic that CodeDeploy let in one by one."""

    target_group_arn: str
    instances: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Replace:
    """Let Auto Scaling start another instance in this one's place."""

    instance: str


Command = Attach | Detach | Resize | Suspend | Resume | Deploy | Bind | Register | Deregister | Replace


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to do now, in this order, and what to tell CodePipeline after.

    Args:
        otherwise: what to do when AWS refuses a command for good, before the action fails with AWS's error.
    """

    answer: Answer
    commands: tuple[Command, ...] = ()
    otherwise: tuple[Command, ...] = ()
