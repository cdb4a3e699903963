"""One application's road to its environment, as resources."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.approval import Approval, ApprovalArgs
from components.approvals import Approvals, ApprovalsArgs
from components.build_image import foreign_image_policy
from components.build_plan import ProjectPlan
from components.continuous import continuous
from components.dashboards import ApplicationView
from components.delivery_plan import DeliveryPlan
from components.deployment import Deployed, DeploymentSurroundings
from components.notifications import notification_topic
from components.operations import operations_output
from components.overrides import Overrides, OverridesArgs
from components.pipeline import Pipeline, PipelineArgs, pipeline_arn
from components.places import action_roles
from components.platform import Platform
from components.road_functions import road_functions
from components.sources import SourceSurroundings
from components.stages import Road
from components.suites import FLEET_URL
from components.watching import Canary
from components.work import WorkSurroundings


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
