"""A deployment to ECS on Fargate, as data."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pulumi

from components.access_logs import logged_in
from components.conditions import ROLL_BACK
from components.deployment.plan import ByHand, Deployed, DeploymentSurroundings
from components.deployment.services import permissions
from components.deployment.services.alarms import ServiceWatch, service_measures
from components.deployment.services.delivered import DeliveredService, DeliveredServiceArgs
from components.deployment.services.front import ServiceFront, ServiceFrontArgs
from components.deployment.services.group import ServiceGroup, ServiceGroupArgs
from components.deployment.services.placement import CONTAINER, ServicePlacement
from components.deployment.services.rollout import Hook, ServiceRollout, ServiceRolloutArgs
from components.deployment.shift import TrafficShift
from components.function import DeliveryFunction, DeliveryFunctionArgs, PipelineFunction
from components.monitoring import AlarmThresholds
from components.notifications import notification_topic
from components.place import Place
from components.stages import Artifact, Stage
from components.suites import FLEET_URL
from components.watching import (
    ApplicationAlarms,
    ApplicationAlarmsArgs,
    Canary,
    ErrorLines,
    ErrorLinesMetric,
    error_lines,
    measured,
)

DEPLOY = "DeployService"

PATIENCE, LONGEST = 60, 23 * 60 + 30
"""In minutes: how long a deployment may take besides shift and bake, and how long at most, so that its way back ends
within the 24 hours of an invocation by CodePipeline."""


@dataclass(frozen=True, kw_only=True)
class ServiceDeploymentPlan:
    """A deployment to ECS on Fargate, as data.

    Args:
        service: what it becomes.
        shift: how the traffic moves to the new tasks; None is all of it at once.
        shift_minutes: how long that takes.
        bake_minutes: how long the old ones stay after that, 0 to 1380 together with the shift.
        thresholds: above which an alarm stops it.
        lines: which lines of its log are errors.
        by_ecs: whether ECS moves the traffic itself, and not CodeDeploy.
        hooks: whom ECS asks then.
        canary: what opens its page, if anything does.
        target_url: where suites after the deployment reach it; None is the load balancer's own address.
    """

    service: ServicePlacement
    shift: TrafficShift | None
    shift_minutes: int
    bake_minutes: int
    thresholds: AlarmThresholds
    lines: ErrorLines
    by_ecs: bool = False
    hooks: Sequence[Hook] = field(default_factory=tuple)
    canary: Canary | None = None
    target_url: str | None = None

    @property
    def place(self) -> Place:
        """Where it deploys."""
        return self.service.place

    @property
    def name(self) -> str:
        """The service, and most of what belongs to it."""
        return self.service.name

    @property
    def target(self) -> str:
        """The service in a line."""
        tasks = f"{self.service.count} task{'' if self.service.count == 1 else 's'}"
        return f"{tasks} of {self.service.cpu / 1024:g} vCPU and {self.service.memory_mb} MB"

    @property
    def deployer(self) -> PipelineFunction:
        """The function that the pipeline invokes to deploy."""
        service = self.service
        return PipelineFunction(
            package="update_service" if self.by_ecs else "deploy_service",
            application=service.application,
            place=self.place,
            statements=permissions.update(service) if self.by_ecs else permissions.deploy(service, self.shift),
            libraries=("deployments", "services"),
        )

    def stages(self, artifact: Artifact, *, proof: Sequence[Stage] = ()) -> tuple[Stage, ...]:
        """One stage that deploys, and what proves it.

        CodeDeploy or ECS brings the traffic back where it fails, and the action fails after that. The roll-back of the
        stage then finds what it wants in place, and deploys nothing.
        """
        shift = str(self.shift) if self.shift else "all at once"
        action = self.deployer.action(name=DEPLOY, inputs=(artifact,), target=f"{self.name}: {shift}")
        return (Stage(name="Deploy", actions=(action,), on_failure=ROLL_BACK), *proof)

    def make(self, name: str, *, surroundings: DeploymentSurroundings, opts: pulumi.ResourceOptions) -> Deployed:
        """Load balancer, service and roles, and what moves the traffic."""
        front = ServiceFront(
            f"{name}-front",
            ServiceFrontArgs(
                placement=self.service,
                network=surroundings.network,
                access_log_bucket=logged_in(surroundings.access_log_bucket),
                ruled=self.by_ecs,
            ),
            opts=opts,
        )
        told = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[surroundings.notifications]))
        alarms = self._alarms(f"{name}-alarms", front, runbooks=surroundings.runbooks, opts=told)
        watch = ServiceWatch(placement=self.service, front=front, alarms=alarms.stopping)
        rollout = self._rollout(f"{name}-deployment", watch, protect=surroundings.protect, opts=told)
        delivered = DeliveredService(
            f"{name}-service",
            DeliveredServiceArgs(
                placement=self.service,
                front=front,
                rollout=rollout,
                network=surroundings.network,
                key_arn=surroundings.key_arn,
                log_retention_days=surroundings.log_retention_days,
            ),
            opts=opts,
        )
        ErrorLinesMetric(
            f"{name}-errors",
            owner=self.name,
            log_group_name=self.service.log_group,
            lines=self.lines,
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[delivered])),
        )
        mover: pulumi.Resource = rollout or ServiceGroup(
            f"{name}-deployment",
            ServiceGroupArgs(
                watch=watch,
                delivered=delivered,
                shift=self.shift,
                bake_minutes=self.bake_minutes,
                protect=surroundings.protect,
            ),
            opts=told,
        )
        parameters = self.parameters(delivered.task_definition_arn)
        deployer = DeliveryFunction(
            f"{name}-{self.deployer.package.replace('_', '-')}",
            DeliveryFunctionArgs(
                function=self.deployer,
                parameters=parameters,
                key_arn=surroundings.key_arn,
                log_retention_days=surroundings.log_retention_days,
            ),
            opts=opts,
        )
        return Deployed(
            parts=(front, delivered, delivered.tasks, mover, deployer),
            alarms=alarms,
            log_group=self.service.log_group,
            by_hand=ByHand(
                platform="ecs", strategy=self.shift.strategy if self.shift else "blue-green", parameters=parameters
            ),
            values={FLEET_URL.name: front.url},
            outputs={"url": front.url},
        )

    def _alarms(
        self, name: str, front: ServiceFront, *, runbooks: str, opts: pulumi.ResourceOptions
    ) -> ApplicationAlarms:
        front_and_tasks = service_measures(
            self.service,
            self.thresholds,
            balancer=front.balancer_suffix,
            target_groups=[one.arn_suffix for one in front.groups],
        )
        return ApplicationAlarms(
            name,
            ApplicationAlarmsArgs(
                application=self.service.application,
                place=self.place,
                measures=[*front_and_tasks, error_lines(self.name, self.lines), *measured(self.canary)],
                topic_arn=notification_topic(self.place),
                runbooks=runbooks,
            ),
            opts=opts,
        )

    def _rollout(
        self, name: str, watch: ServiceWatch, *, protect: bool, opts: pulumi.ResourceOptions
    ) -> ServiceRollout | None:
        if not self.by_ecs:
            return None
        args = ServiceRolloutArgs(
            watch=watch, shift=self.shift, bake_minutes=self.bake_minutes, hooks=self.hooks, protect=protect
        )
        return ServiceRollout(name, args, opts=opts)

    def parameters(self, task_definition_arn: pulumi.Input[str]) -> dict[str, object]:
        """What the deployer works on."""
        whole = self.shift_minutes + self.bake_minutes
        mover: dict[str, object] = (
            {"deadlineMinutes": min(whole + PATIENCE, LONGEST)}
            if self.by_ecs
            else {"application": self.name, "deploymentGroup": self.name}
        )
        return {
            **mover,
            "pipeline": self.name,
            "cluster": self.name,
            "service": self.name,
            "container": CONTAINER,
            "repository": str(self.service.repository),
            "settings": task_definition_arn,
        }
