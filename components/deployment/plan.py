"""What every platform answers, so that a delivery doesn't know how a version gets onto it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pulumi

from components.dashboards import ApplicationView
from components.network import NetworkPlacement
from components.place import Place
from components.stages import Artifact, Stage
from components.watching import ApplicationAlarms, Canary


@dataclass(frozen=True, kw_only=True)
class DeploymentSurroundings:
    """What the stack lends to the resources of a deployment.

    Args:
        network: where machines are put.
        key_arn: encrypts artifacts and logs.
        access_log_bucket: where load balancers write who asked for what, in a stack that has one.
        notifications: who hears of alarms and of deployments that failed; there before anything that publishes.
        topic_arn: its topic.
        log_retention_days: how long logs are kept.
        protect: whether Pulumi refuses to delete what knows which version serves.
        runbooks: where the pages are that alarms name.
    """

    network: NetworkPlacement
    key_arn: pulumi.Input[str]
    access_log_bucket: pulumi.Output[str] | None
    notifications: pulumi.Resource
    topic_arn: pulumi.Input[str]
    log_retention_days: int
    protect: bool
    runbooks: str


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """What a command has to know to deploy without the pipeline, by the code that its functions run.

    Args:
        platform: `server`, `lambda`, `ecs` or `on-premises`.
        strategy: `in-place`, `blue-green`, `canary` or `linear`.
        parameters: what the functions of the deployment work on; where there are none, the application and the group
            of CodeDeploy.
        workers: what the function of each group besides works on, by the name of the workers.
    """

    platform: str
    strategy: str
    parameters: Mapping[str, object]
    workers: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    @property
    def output(self) -> dict[str, object]:
        """The same as the stack tells it."""
        return {
            "platform": self.platform,
            "strategy": self.strategy,
            "parameters": dict(self.parameters),
            **({"workers": {called: dict(one) for called, one in self.workers.items()}} if self.workers else {}),
        }


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """What has become of a deployment's plan.

    Args:
        parts: what there has to be before the pipeline is.
        by_hand: what commands know of it.
        values: what the plan calls `Later`.
        outputs: what the stack tells of it.
        alarms: what watches it.
        log_group: where the application writes its log, if that is in CloudWatch.
    """

    parts: Sequence[pulumi.Resource]
    by_hand: ByHand
    alarms: ApplicationAlarms
    log_group: str | None = None
    values: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    outputs: Mapping[str, pulumi.Input[object]] = field(default_factory=dict)

    def view(self, application: str, place: Place, runbooks: str) -> ApplicationView:
        """What the application's dashboard shows of it."""
        return ApplicationView(
            application=application,
            place=place,
            measures=self.alarms.measures,
            alarms=self.alarms.arns,
            runbooks=runbooks,
            log_group=self.log_group,
        )


class DeploymentPlan(Protocol):
    """How a version gets to where it runs, as data.

    Attributes:
        place: where it deploys.
        target: what runs it, in a line: `3 instances of t3.small`.
        canary: what opens its page, if anything does.
        target_url: where suites after the deployment reach the application; None is the address of its own front.
    """

    @property
    def place(self) -> Place: ...

    @property
    def target(self) -> str: ...

    @property
    def canary(self) -> Canary | None: ...

    @property
    def target_url(self) -> str | None: ...

    def stages(self, artifact: Artifact, *, proof: Sequence[Stage] = ()) -> tuple[Stage, ...]:
        """The stages that bring an artifact there, with those that prove it where it is."""
        ...

    def make(self, name: str, *, surroundings: DeploymentSurroundings, opts: pulumi.ResourceOptions) -> Deployed:
        """Make what it needs; the pipeline is made after what this returns."""
        ...
