"""A CodeBuild project: its machine, its role, its logs and its reports."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import codebuild, ec2

from components.build_machine import CacheKind, Machine, cache_prefix, log_prefix
from components.build_plan import COVERAGE, BatchLimits, ProjectPlan
from components.iam import ServiceRole, ServiceRoleArgs, Statement
from components.log_group import log_group
from components.network import NetworkPlacement

QUEUED_MINUTES = 60
"""How long a build waits for a machine before AWS gives up."""


@dataclass(frozen=True, kw_only=True)
class BuildProjectArgs:
    """Inputs of a `BuildProject`.

    Args:
        job: the project as data.
        key_arn: encrypts what it writes: artifacts, logs, reports.
        log_retention_days: how long its logs are kept.
        network: where it runs, if its machine asks for that.
        batch: how much one batch may start, where its buildspec describes several builds at once.
        combines_artifacts: whether a batch puts what its builds hand over into one artifact.
        source: where it fetches the code itself, without an artifact at the end; None where the pipeline hands it one.
    """

    job: ProjectPlan
    key_arn: pulumi.Input[str]
    log_retention_days: int
    network: NetworkPlacement | None = None
    batch: BatchLimits | None = None
    combines_artifacts: bool = False
    source: codebuild.ProjectSourceArgsDict | None = None


class BuildProject(pulumi.ComponentResource):
    """A CodeBuild project with its role, its encrypted logs and its report groups."""

    name: pulumi.Output[str]
    badge_url: pulumi.Output[str] | None

    def __init__(self, name: str, args: BuildProjectArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:BuildProject", name, None, opts)
        job, machine = args.job, args.job.machine
        logs = log_group(
            f"{name}-logs",
            log_group_name=job.log_group,
            retention_days=args.log_retention_days,
            key_arn=args.key_arn,
            parent=self,
        )
        for report in job.reports:
            codebuild.ReportGroup(
                f"{name}-{report}-reports",
                name=job.report_group(report),
                type="CODE_COVERAGE" if report == COVERAGE else "TEST",
                export_config={"type": "NO_EXPORT"},
                delete_reports=True,
                opts=pulumi.ResourceOptions(parent=self),
            )
        role = ServiceRole(
            f"{name}-role",
            ServiceRoleArgs(
                role_name=job.project,
                service="codebuild.amazonaws.com",
                account=job.place.account,
                statements=job.permissions(args.key_arn, args.network),
                description=f"CodeBuild project {job.project}",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        project = codebuild.Project(
            name,
            name=job.project,
            description=f"{job.role} of {job.application} in {job.place.environment}",
            service_role=role.arn,
            artifacts={"type": "NO_ARTIFACTS" if args.source else "CODEPIPELINE"},
            source={**(args.source or {"type": "CODEPIPELINE"}), "buildspec": job.buildspec},
            environment=environment(machine),
            encryption_key=args.key_arn,
            badge_enabled=True if job.badge else None,
            # AWS fixes both on Lambda, and takes no other.
            build_timeout=machine.timeout_minutes,
            queued_timeout=None if machine.on_lambda else QUEUED_MINUTES,
            concurrent_build_limit=machine.concurrency,
            cache=_cache(job),
            vpc_config=self._network(name, job, args.network) if machine.vpc and args.network else None,
            build_batch_config=self._batch(name, args, args.batch) if args.batch else None,
            logs_config=_logs(job, logs.name),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.name = project.name
        self.badge_url = project.badge_url if job.badge else None
        self.register_outputs({"name": self.name})

    def _network(self, name: str, job: ProjectPlan, network: NetworkPlacement) -> codebuild.ProjectVpcConfigArgsDict:
        """Out to everything, in from nothing."""
        group = ec2.SecurityGroup(
            f"{name}-group",
            name=job.project,
            description=f"CodeBuild project {job.project}",
            vpc_id=network.vpc_id,
            egress=[
                {
                    "protocol": "-1",
                    "from_port": 0,
                    "to_port": 0,
                    "cidr_blocks": ["0.0.0.0/0"],
                    "description": "AWS services, packages, and what is tested",
                }
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )
        return {
            "vpc_id": network.vpc_id,
            "subnets": network.private_subnet_ids,
            "security_group_ids": [group.id],
        }

    def _batch(
        self, name: str, args: BuildProjectArgs, limits: BatchLimits
    ) -> codebuild.ProjectBuildBatchConfigArgsDict:
        """A batch starts its builds by a role of its own
        (https://docs.aws.amazon.com/codebuild/latest/userguide/batch-build-create.html)."""
        job = args.job
        role = ServiceRole(
            f"{name}-batch-role",
            ServiceRoleArgs(
                role_name=f"{job.project}-batch",
                service="codebuild.amazonaws.com",
                account=job.place.account,
                statements=[
                    Statement(
                        actions=("codebuild:RetryBuild", "codebuild:StartBuild", "codebuild:StopBuild"),
                        resources=(job.arn,),
                    )
                ],
                description=f"Batches of CodeBuild project {job.project}",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return {
            "service_role": role.arn,
            "combine_artifacts": args.combines_artifacts,
            "timeout_in_mins": limits.timeout_minutes,
            "restrictions": {
                "maximum_builds_allowed": limits.most_builds,
                "compute_types_alloweds": [job.machine.compute_type],
            },
        }


def environment(machine: Machine) -> codebuild.ProjectEnvironmentArgsDict:
    """A machine in CodeBuild's words."""
    return {
        "type": machine.kind,
        "image": machine.image,
        "compute_type": machine.compute_type,
        "image_pull_credentials_type": "SERVICE_ROLE" if machine.registry else "CODEBUILD",
        "privileged_mode": machine.docker,
        "environment_variables": [
            {"name": one.name, "value": one.value, "type": one.origin.value}
            for one in sorted(machine.variables, key=lambda one: one.name)
        ],
    }


def _cache(job: ProjectPlan) -> codebuild.ProjectCacheArgsDict | None:
    match job.machine.cache:
        case CacheKind.S3:
            return {"type": "S3", "location": f"{job.place.build_bucket}/{cache_prefix(job.project)}"}
        case CacheKind.LOCAL:
            layers = ["LOCAL_DOCKER_LAYER_CACHE"] if job.machine.docker else []
            return {"type": "LOCAL", "modes": [*layers, "LOCAL_SOURCE_CACHE", "LOCAL_CUSTOM_CACHE"]}
        case CacheKind.NONE:
            return None


def _logs(job: ProjectPlan, group: pulumi.Input[str]) -> codebuild.ProjectLogsConfigArgsDict:
    logs: codebuild.ProjectLogsConfigArgsDict = {"cloudwatch_logs": {"status": "ENABLED", "group_name": group}}
    if job.machine.logs_in_s3:
        location = f"{job.place.build_bucket}/{log_prefix(job.project)}"
        logs["s3_logs"] = {"status": "ENABLED", "location": location, "encryption_disabled": False}
    return logs
