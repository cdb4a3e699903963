"""One application's road to its environment: first as data, then as resources."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.approval import Approval, ApprovalArgs, ApprovalGate
from components.build import BuildProject, BuildProjectArgs, Job
from components.deployment import ServerDeployment, ServerDeploymentArgs, ServerDeploymentPlan
from components.diagram import mermaid, svg
from components.fleet import Fleet, FleetArgs
from components.monitoring import AlarmThresholds, Monitoring, MonitoringArgs
from components.notifications import notification_topic
from components.pipeline import Pipeline, PipelineArgs, pipeline_arn
from components.place import Place
from components.platform import Platform
from components.sources import CodeCommitRepository, CodeCommitRepositoryArgs, SourcePlan, promote_action
from components.sources.plan import SOURCE
from components.stage_rules import check
from components.stages import Artifact, Category, Road, Stage

BUNDLE = Artifact("Bundle")
"""What the build makes, the suites test, and the deployment ships."""

APPROVAL_STAGE = "Approval"


@dataclass(frozen=True, kw_only=True)
class DeliveryPlan:
    """One application's delivery, as data.

    Args:
        application: its name.
        place: where it is delivered to.
        source: where changes come from.
        repository: the repository that this stack makes, if it owns it.
        build: build and unit tests; None where the source was built already.
        suites: test suites, run side by side on the built artifact.
        approvals: gates after every test and before the deployment; none is continuous deployment.
        deployment: how it gets onto the machines.
        thresholds: when its alarms ring.
        promote_to: the environment that receives what was tested here.
    """

    application: str
    place: Place
    source: SourcePlan
    repository: str | None
    build: Job | None
    suites: Sequence[Job]
    approvals: Sequence[ApprovalGate]
    deployment: ServerDeploymentPlan
    thresholds: AlarmThresholds
    promote_to: Place | None

    @property
    def name(self) -> str:
        """The pipeline's name, and the first part of most others: `<application>-<environment>`."""
        return f"{self.application}-{self.place.environment}"

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Every CodeBuild project."""
        return (*([self.build] if self.build else []), *self.suites)

    def road(self) -> Road:
        """The pipeline: source, build, tests, approvals, deployment, promotion.

        Raises:
            RoadError: AWS would refuse it; names stage, action and artifact.
        """
        stages = [Stage(name="Source", actions=(self.source.action,))]
        artifact = SOURCE
        if self.build:
            artifact = BUNDLE
            build = self.build.action(
                name="Build", category=Category.BUILD, source=SOURCE, output=BUNDLE, namespace="Build"
            )
            stages.append(Stage(name="Build", actions=(build,)))
        if self.suites:
            suites = (suite.action(name=suite.role, category=Category.TEST, source=artifact) for suite in self.suites)
            stages.append(Stage(name="Test", actions=tuple(suites)))
        if self.approvals:
            stages.append(Stage(name=APPROVAL_STAGE, actions=tuple(gate.action for gate in self.approvals)))
        stages.extend(self.deployment.stages(artifact))
        if self.promote_to:
            promote = promote_action(application=self.application, artifact=artifact, destination=self.promote_to)
            stages.append(Stage(name="Promote", actions=(promote,)))
        road = Road(
            name=self.name, stages=tuple(stages), triggers=self.source.triggers, variables=self.source.variables
        )
        check(road)
        return road


@dataclass(frozen=True, kw_only=True)
class DeliveryArgs:
    """Inputs of a `Delivery`.

    Args:
        plan: the delivery as data.
        road: its pipeline, checked.
        platform: what it shares with the other applications of the stack.
    """

    plan: DeliveryPlan
    road: Road
    platform: Platform


class Delivery(pulumi.ComponentResource):
    """Everything that brings one application to one environment, and the picture of it."""

    outputs: dict[str, pulumi.Input[object]]
    diagram: str
    picture: str

    def __init__(self, name: str, args: DeliveryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Delivery", name, None, opts)
        plan = args.plan
        self.diagram = mermaid(args.road)
        self.picture = svg(args.road)
        self.outputs = {"continuous": "delivery" if plan.approvals else "deployment"}
        # AWS starts a pipeline the moment it exists: everything its actions name has to be there before.
        parts = [*self._build(name, args), *self._deploy(name, args), *self._approve(name, args)]
        pipeline = Pipeline(
            f"{name}-pipeline",
            PipelineArgs(
                road=args.road,
                application=plan.application,
                place=plan.place,
                artifact_bucket=args.platform.store.bucket_name,
                key_arn=args.platform.store.key_arn,
                topic_arn=args.platform.notifications.topic_arn,
                protect=args.platform.retention.protect,
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=parts),
        )
        self.outputs["pipeline"] = pipeline.name
        self.register_outputs(self.outputs)

    def _build(self, name: str, args: DeliveryArgs) -> list[pulumi.Resource]:
        plan, platform = args.plan, args.platform
        parts: list[pulumi.Resource] = []
        if plan.repository:
            repository = CodeCommitRepository(
                f"{name}-repository",
                CodeCommitRepositoryArgs(
                    repository=plan.repository,
                    description=f"Source of {plan.application}",
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
            self.outputs["cloneUrl"] = repository.clone_url
            parts.append(repository)
        for job in plan.jobs:
            project = BuildProject(
                f"{name}-{job.role}",
                BuildProjectArgs(
                    job=job, key_arn=platform.store.key_arn, log_retention_days=platform.retention.log_days
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
            parts.append(project)
        return parts

    def _deploy(self, name: str, args: DeliveryArgs) -> list[pulumi.Resource]:
        plan, platform = args.plan, args.platform
        child = pulumi.ResourceOptions(parent=self)
        fleet = Fleet(
            f"{name}-fleet",
            FleetArgs(
                plan=plan.deployment.fleet,
                network=platform.network,
                key_arn=platform.store.key_arn,
                access_log_bucket=platform.access_logs.name,
            ),
            opts=child,
        )
        monitoring = Monitoring(
            f"{name}-alarms",
            MonitoringArgs(
                application=plan.application,
                place=plan.place,
                thresholds=plan.thresholds,
                load_balancer_suffix=fleet.load_balancer_suffix,
                target_group_suffix=fleet.target_group_suffix,
                topic_arn=platform.notifications.topic_arn,
            ),
            opts=child,
        )
        deployment = ServerDeployment(
            f"{name}-deployment",
            ServerDeploymentArgs(
                plan=plan.deployment,
                group_names=fleet.group_names,
                target_group_name=fleet.target_group_name,
                target_group_arn=fleet.target_group_arn,
                alarm_names=monitoring.alarm_names,
                topic_arn=notification_topic(plan.place),
                key_arn=platform.store.key_arn,
                log_retention_days=platform.retention.log_days,
                protect=platform.retention.protect,
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[platform.notifications]),
        )
        self.outputs["url"] = fleet.url
        return [deployment]

    def _approve(self, name: str, args: DeliveryArgs) -> list[pulumi.Resource]:
        approvals: dict[str, Approval] = {}
        for gate in args.plan.approvals:
            approvals[gate.name] = Approval(
                f"{name}-approval-{gate.name}",
                ApprovalArgs(
                    gate=gate,
                    pipeline_arn=pipeline_arn(args.plan.place, args.road.name),
                    stage=APPROVAL_STAGE,
                    key_arn=args.platform.store.key_arn,
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
        if approvals:
            self.outputs["approverPolicies"] = {gate: one.policy_arn for gate, one in approvals.items()}
        return list(approvals.values())
