"""The resources of the look for drift."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import codebuild

from components.build_project import QUEUED_MINUTES, environment
from components.drift.plan import DriftPlan
from components.iam import ServiceRole, ServiceRoleArgs, Statement
from components.log_group import log_group
from components.schedule import SCHEDULER, may_schedule, schedule


@dataclass(frozen=True, kw_only=True)
class DriftDetectionArgs:
    """Inputs of `DriftDetection`.

    Args:
        plan: what is looked at.
        key_arn: the stack's key; it encrypts log and schedule.
        log_retention_days: how long the log is kept.
    """

    plan: DriftPlan
    key_arn: pulumi.Input[str]
    log_retention_days: int


class DriftDetection(pulumi.ComponentResource):
    """A CodeBuild project that reads every resource of the stack, and a schedule that starts it."""

    def __init__(self, name: str, args: DriftDetectionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:DriftDetection", name, None, opts)
        project = self._project(name, args)
        self._schedule(name, args, project)
        self.register_outputs({"project": project.name})

    def _project(self, name: str, args: DriftDetectionArgs) -> codebuild.Project:
        plan = args.plan
        logs = log_group(
            f"{name}-logs",
            log_group_name=plan.log_group,
            retention_days=args.log_retention_days,
            key_arn=args.key_arn,
            parent=self,
        )
        role = ServiceRole(
            f"{name}-role",
            ServiceRoleArgs(
                role_name=plan.project,
                service="codebuild.amazonaws.com",
                account=plan.place.account,
                statements=plan.permissions(args.key_arn),
                managed_policies=[plan.may_read],
                description=f"Reads every resource of {plan.place.environment}, to find drift",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return codebuild.Project(
            name,
            name=plan.project,
            description=f"Looks for drift in {plan.place.environment}, and changes nothing",
            service_role=role.arn,
            artifacts={"type": "NO_ARTIFACTS"},
            source={"type": "NO_SOURCE", "buildspec": plan.buildspec},
            environment=environment(plan.machine),
            encryption_key=args.key_arn,
            build_timeout=plan.machine.timeout_minutes,
            queued_timeout=QUEUED_MINUTES,
            concurrent_build_limit=plan.machine.concurrency,
            logs_config={"cloudwatch_logs": {"status": "ENABLED", "group_name": logs.name}},
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _schedule(self, name: str, args: DriftDetectionArgs, project: codebuild.Project) -> None:
        plan = args.plan
        arn = plan.place.arn("codebuild", f"project/{plan.project}")
        role = ServiceRole(
            f"{name}-schedule-role",
            ServiceRoleArgs(
                role_name=f"{plan.project}-schedule",
                service=SCHEDULER,
                account=plan.place.account,
                statements=may_schedule(Statement(actions=("codebuild:StartBuild",), resources=(arn,)), args.key_arn),
                description=f"Starts {plan.project}",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        schedule(
            f"{name}-schedule",
            called=plan.project,
            description=f"Starts {plan.project}",
            expression=plan.expression,
            time_zone=plan.time_zone,
            target=arn,
            role=role,
            key_arn=args.key_arn,
            parent=self,
            after=[project],
        )
