"""One application's road to its environment: first as data, then as resources."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pulumi

from components.approval import Approval, ApprovalArgs, ApprovalGate
from components.approvals import Approvals, ApprovalsArgs
from components.approvals_plan import ApprovalsPlan
from components.build_image import foreign_image_policy
from components.build_plan import ProjectPlan
from components.continuous import continuous
from components.dashboards import ApplicationView
from components.deployment import Deployed, DeploymentPlan, DeploymentSurroundings
from components.free_stages import FreeRoad
from components.hotfix import HotfixLane
from components.later import Later
from components.notifications import notification_topic
from components.operations import operations_output
from components.overrides import Overrides, OverridesArgs
from components.pipeline import Pipeline, PipelineArgs, pipeline_arn
from components.place import Place
from components.places import action_roles
from components.platform import Platform
from components.preparation import PREPARED, Preparation
from components.promotion import Admission, Promotion
from components.publishing import Publication, publish_stage
from components.road_functions import road_functions
from components.sources import SourcePlan, SourceSurroundings
from components.sources.plan import SOURCE
from components.stage_conditions import RoadConditions
from components.stages import Action, Artifact, Category, Road, Stage
from components.suites import FLEET_URL, TARGET_URL, SuitePlan, suite_stages
from components.watching import Canary
from components.work import Slot, Work, WorkSurroundings

BUNDLE = Artifact("Bundle")
"""What the build makes, the suites test, and the deployment ships."""


@dataclass(frozen=True, kw_only=True)
class DeliveryPlan:
    """One application's delivery, as data.

    Args:
        application: its name.
        place: where it is delivered to.
        source: where changes come from, and what the stack makes for it.
        build: build and unit tests; None where the source was built already.
        preparation: what is done to the source before it is built.
        suites: test suites on the built artifact, before the deployment and after it.
        publications: where the tested artifact is published to.
        approvals: gates after those tests and before the deployment; None is continuous deployment.
        deployment: how it gets to where it runs.
        promotion: gives what was tested here to another environment.
        admission: lets in what another environment has promoted.
        hotfix: which branches may skip what.
        parameters: what whoever starts the pipeline by hand may choose, with the values of every other start.
        free: what the application changes of the default road.
        conditions: what stages ask besides what they ask by themselves, and the calendar.
    """

    application: str
    place: Place
    source: SourcePlan
    build: Work | None
    suites: Sequence[SuitePlan]
    approvals: ApprovalsPlan | None
    deployment: DeploymentPlan
    promotion: Promotion | None
    hotfix: HotfixLane | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    publications: Sequence[Publication] = ()
    preparation: Preparation | None = None
    admission: Admission | None = None
    free: FreeRoad = field(default_factory=FreeRoad)
    conditions: RoadConditions = field(default_factory=RoadConditions)

    @property
    def name(self) -> str:
        """The pipeline's name, and the first part of most others: `<application>-<environment>`."""
        return f"{self.application}-{self.place.environment}"

    @property
    def jobs(self) -> tuple[Work, ...]:
        """Build, suites and publishing."""
        return (
            *([self.build] if self.build else []),
            *(suite.job for suite in self.suites),
            *(one.job for one in self.publications),
        )

    def road(self) -> Road:
        """The pipeline: source, build, tests, publishing, approvals, deployment and its tests, promotion.

        Raises:
            RoadError: AWS would refuse it; names stage, action and artifact.
        """
        lane = self.hotfix
        stages = [Stage(name="Source", actions=(self.source.action,))]
        artifact = SOURCE
        if self.admission:
            stages.append(self.admission.stage())
        if lane:
            stages.append(lane.announcement())
        if self.build:
            artifact = BUNDLE
            stages.append(Stage(name="Build", actions=self._build_actions(self.build)))
        stages.extend(self._tests("Test", artifact, after_deployment=False))
        stages.extend(publish_stage(self.publications, artifact))
        if self.approvals:
            stages.append(self.approvals.stage())
        stages.extend(
            self.deployment.stages(artifact, proof=self._tests("TestDeployed", artifact, after_deployment=True))
        )
        if self.promotion:
            stages.append(self.promotion.stage(artifact))
        road = Road(
            name=self.name,
            stages=tuple(stages),
            triggers=self.source.triggers,
            variables=self._variables(),
            account=self.place.account,
        )
        return self.free.checked(road, conditions=self.conditions)

    def _build_actions(self, build: Work) -> tuple[Action, ...]:
        prepared = self.preparation
        source = PREPARED if prepared else SOURCE
        slot = Slot(name="Build", category=Category.BUILD, source=source, output=BUNDLE, namespace="Build")
        action = build.action(slot)
        return (prepared.action, replace(action, run_order=2)) if prepared else (action,)

    def _tests(self, name: str, artifact: Artifact, *, after_deployment: bool) -> tuple[Stage, ...]:
        suites = [suite for suite in self.suites if suite.after_deployment is after_deployment]
        return tuple(suite_stages(name, suites, artifact=artifact, lane=self.hotfix))

    def _variables(self) -> dict[str, str | Later]:
        """Of the pipeline, with the values of a start that gives none."""
        reached = any(suite.after_deployment for suite in self.suites)
        target = {TARGET_URL: self.deployment.target_url or FLEET_URL} if reached else {}
        return {**self.source.variables, **self.parameters, **target}

    @property
    def gates(self) -> Iterator[tuple[str, ApprovalGate]]:
        """The approvals in stages of its own, with the stage each stands in."""
        yield from ((one.stage.name, gate) for one in self.free.stages for gate in one.gates)


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
    """Everything that brings one application to one environment."""

    outputs: dict[str, pulumi.Input[object]]
    view: ApplicationView
    canary: Canary | None

    def __init__(self, name: str, args: DeliveryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Delivery", name, None, opts)
        plan = args.plan
        self.outputs = {"continuous": continuous(args.road).output}
        # AWS starts a pipeline the moment it exists: everything its actions name has to be there before.
        deployed = self._deploy(name, args)
        parts = [*self._build(name, args), *deployed.parts, *self._approve(name, args)]
        parts += [args.platform.announcements, args.platform.ledger]
        parts += [args.platform.publishing] if args.platform.publishing and plan.publications else []
        values = {**deployed.values, **self._source(name, args, parts)}
        pipeline = Pipeline(
            f"{name}-pipeline",
            PipelineArgs(
                road=args.road,
                application=plan.application,
                place=plan.place,
                artifact_bucket=args.platform.store.bucket_name,
                key_arn=args.platform.store.key_arn,
                log_retention_days=args.platform.retention.log_days,
                protect=args.platform.retention.protect,
                values=values,
                stores={region: args.platform.stores[region] for region in args.road.stores},
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=parts),
        )
        guarded = OverridesArgs(road=args.road, place=plan.place, topic_arn=args.platform.notifications.topic_arn)
        overrides = Overrides(f"{name}-overrides", guarded, opts=pulumi.ResourceOptions(parent=self))
        self.outputs |= {"pipeline": pipeline.name, "overridePolicies": overrides.policy_arns}
        if roles := action_roles(args.road, plan.application, plan.place, args.platform.keys):
            self.outputs["actionRoles"] = roles
        canary = plan.deployment.canary
        self.canary = canary.at(deployed.values.get(FLEET_URL.name)) if canary else None
        self.view = deployed.view(plan.application, plan.place, args.platform.runbooks)
        self.outputs["operations"] = operations_output(plan, args.road, deployed.by_hand, args.platform)
        self.register_outputs(self.outputs)

    def _source(self, name: str, args: DeliveryArgs, parts: list[pulumi.Resource]) -> Mapping[str, pulumi.Input[str]]:
        """What the stack owns of the source, added to `parts`; returns what its plan calls `Later`."""
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
        parts = road_functions(
            name,
            {
                "admit-release": plan.admission,
                "announce-hotfix": plan.hotfix,
                "check-calendar": plan.conditions.calendar,
                "prepare": plan.preparation,
                "promote-release": plan.promotion,
            },
            store=platform.store,
            log_retention_days=platform.retention.log_days,
            parent=self,
        )
        surroundings = WorkSurroundings(
            key_arn=platform.store.key_arn,
            log_retention_days=platform.retention.log_days,
            network=platform.network,
            build_server=platform.jenkins,
        )
        child = pulumi.ResourceOptions(parent=self)
        parts += [job.make(f"{name}-{job.role}", surroundings=surroundings, opts=child) for job in plan.jobs]
        in_codebuild = [one for one in (*plan.jobs, plan.source.check) if isinstance(one, ProjectPlan)]
        if policy := foreign_image_policy(in_codebuild, plan.place):
            self.outputs["imageRepositoryPolicy"] = policy
        return parts

    def _deploy(self, name: str, args: DeliveryArgs) -> Deployed:
        platform = args.platform
        deployed = args.plan.deployment.make(
            name,
            surroundings=DeploymentSurroundings(
                network=platform.network,
                key_arn=platform.store.key_arn,
                access_log_bucket=platform.access_log_bucket,
                notifications=platform.notifications,
                topic_arn=platform.notifications.topic_arn,
                log_retention_days=platform.retention.log_days,
                protect=platform.retention.protect,
                runbooks=platform.runbooks,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.outputs.update({**deployed.outputs, "alarm": deployed.alarms.unwell})
        return deployed

    def _approve(self, name: str, args: DeliveryArgs) -> list[pulumi.Resource]:
        approvals = [
            Approval(
                f"{name}-approval-{gate.name}",
                ApprovalArgs(
                    gate=gate,
                    pipeline_arn=pipeline_arn(args.plan.place, args.road.name),
                    stage=stage,
                    key_arn=args.platform.store.key_arn,
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
            for stage, gate in args.plan.gates
        ]
        policies = {gate.name: one.policy_arn for (_, gate), one in zip(args.plan.gates, approvals, strict=True)}
        parts: list[pulumi.Resource] = [*approvals]
        if plan := args.plan.approvals:
            checked = Approvals(
                f"{name}-approval",
                ApprovalsArgs(
                    plan=plan,
                    key_arn=args.platform.store.key_arn,
                    log_retention_days=args.platform.retention.log_days,
                    audit_retention_days=args.platform.retention.audit_days,
                ),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[args.platform.notifications]),
            )
            parts.append(checked)
            policies = {**checked.policies, **policies}
            self.outputs["fourEyes"] = plan.four_eyes
        if policies:
            self.outputs["approverPolicies"] = policies
        return parts
