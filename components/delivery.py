"""One application's road to its environment: first as data, then as resources."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.approval import Approval, ApprovalArgs, ApprovalGate
from components.deployment import ServerDeployment, ServerDeploymentArgs, ServerDeploymentPlan
from components.diagram import mermaid, svg
from components.fleet import Fleet, FleetArgs
from components.function import DeliveryFunction, DeliveryFunctionArgs
from components.hotfix import HotfixLane
from components.monitoring import AlarmThresholds, Monitoring, MonitoringArgs
from components.notifications import notification_topic
from components.pipeline import Pipeline, PipelineArgs, pipeline_arn
from components.place import Place
from components.platform import Platform
from components.sources import SourcePlan, SourceSurroundings, promote_action
from components.sources.plan import SOURCE
from components.stage_rules import check
from components.stages import Artifact, Category, Road, Stage
from components.work import Work, WorkSurroundings

BUNDLE = Artifact("Bundle")
"""What the build makes, the suites test, and the deployment ships."""

APPROVAL_STAGE = "Approval"


@dataclass(frozen=True, kw_only=True)
class DeliveryPlan:
    """One application's delivery, as data.

    Args:
        application: its name.
        place: where it is delivered to.
        source: where changes come from, and what the stack makes for it.
        build: build and unit tests; None where the source was built already.
        suites: test suites, run side by side on the built artifact.
        approvals: gates after every test and before the deployment; none is continuous deployment.
        deployment: how it gets onto the machines.
        thresholds: when its alarms ring.
        promote_to: the environment that receives what was tested here.
        hotfix: which branches may skip what.
    """

    application: str
    place: Place
    source: SourcePlan
    build: Work | None
    suites: Sequence[Work]
    approvals: Sequence[ApprovalGate]
    deployment: ServerDeploymentPlan
    thresholds: AlarmThresholds
    promote_to: Place | None
    hotfix: HotfixLane | None = None

    @property
    def name(self) -> str:
        """The pipeline's name, and the first part of most others: `<application>-<environment>`."""
        return f"{self.application}-{self.place.environment}"

    @property
    def jobs(self) -> tuple[Work, ...]:
        """Build and suites."""
        return (*([self.build] if self.build else []), *self.suites)

    def road(self) -> Road:
        """The pipeline: source, build, tests, approvals, deployment, promotion.

        Raises:
            RoadError: AWS would refuse it; names stage, action and artifact.
        """
        lane = self.hotfix
        stages = [Stage(name="Source", actions=(self.source.action,))]
        artifact = SOURCE
        if lane:
            stages.append(lane.announcement(self.source.revision))
        if self.build:
            artifact = BUNDLE
            build = self.build.action(
                name="Build", category=Category.BUILD, source=SOURCE, output=BUNDLE, namespace="Build"
            )
            stages.append(Stage(name="Build", actions=(build,)))
        stages.extend(self._tests(artifact))
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

    def _tests(self, artifact: Artifact) -> Iterator[Stage]:
        """The suites side by side; what a hotfix may skip is a stage of its own, for AWS skips whole stages."""
        skipped = self.hotfix.skips if self.hotfix else ()
        always = [suite for suite in self.suites if suite.role not in skipped]
        unless_hotfix = [suite for suite in self.suites if suite.role in skipped]
        for name, suites, condition in (
            ("Test", always, None),
            ("TestUnlessHotfix", unless_hotfix, self.hotfix.unless if self.hotfix else None),
        ):
            if suites:
                actions = (suite.action(name=suite.role, category=Category.TEST, source=artifact) for suite in suites)
                yield Stage(name=name, actions=tuple(actions), runs_if=condition)


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
        values = self._source(name, args, parts)
        pipeline = Pipeline(
            f"{name}-pipeline",
            PipelineArgs(
                road=args.road,
                application=plan.application,
                place=plan.place,
                artifact_bucket=args.platform.store.bucket_name,
                key_arn=args.platform.store.key_arn,
                topic_arn=args.platform.notifications.topic_arn,
                log_retention_days=args.platform.retention.log_days,
                protect=args.platform.retention.protect,
                values=values,
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=parts),
        )
        self.outputs["pipeline"] = pipeline.name
        self.register_outputs(self.outputs)

    def _source(self, name: str, args: DeliveryArgs, parts: list[pulumi.Resource]) -> Mapping[str, pulumi.Input[str]]:
        """What the stack owns of the source, added to `parts`; returns what the road calls `Later`."""
        owned, platform = args.plan.source.owned, args.platform
        if owned is None:
            return {}
        source = owned.make(
            name,
            surroundings=SourceSurroundings(
                key_arn=platform.store.key_arn,
                topic_arn=notification_topic(args.plan.place),
                log_retention_days=platform.retention.log_days,
                artifact_retention_days=platform.retention.artifact_days,
                protect=platform.retention.protect,
                force_destroy=platform.retention.force_destroy,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        parts.append(source)
        self.outputs.update(source.outputs)
        return source.values

    def _build(self, name: str, args: DeliveryArgs) -> list[pulumi.Resource]:
        plan, platform = args.plan, args.platform
        parts: list[pulumi.Resource] = []
        if plan.hotfix:
            announcer = DeliveryFunction(
                f"{name}-announce-hotfix",
                DeliveryFunctionArgs(
                    function=plan.hotfix.function(platform.store.key_arn),
                    parameters=plan.hotfix.parameters,
                    key_arn=platform.store.key_arn,
                    log_retention_days=platform.retention.log_days,
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
            parts.append(announcer)
        surroundings = WorkSurroundings(
            key_arn=platform.store.key_arn,
            log_retention_days=platform.retention.log_days,
            build_server=platform.jenkins,
        )
        child = pulumi.ResourceOptions(parent=self)
        return [*parts, *(job.make(f"{name}-{job.role}", surroundings=surroundings, opts=child) for job in plan.jobs)]

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
