"""The service that a pipeline delivers to: its cluster, its first task definition, and the roles of its tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import ecs

from components.deployment.services import permissions
from components.deployment.services.first_task import first_containers
from components.deployment.services.front import ServiceFront
from components.deployment.services.placement import CONTAINER, ServicePlacement
from components.deployment.services.rollout import MOVED_BY_ECS, ServiceRollout
from components.deployment.services.scaling import scale_service
from components.iam import ServiceRole, ServiceRoleArgs, Statement
from components.log_group import log_group
from components.network import NetworkPlacement

MOVED_BY_DEPLOYMENTS = ["desiredCount", "loadBalancers", "networkConfiguration", "platformVersion", "taskDefinition"]
"""What belongs to a service's task sets, and ECS therefore takes from CodeDeploy alone; the count is scaling's."""

BY_CODEDEPLOY: Mapping[str, Any] = {"deployment_controller": {"type": "CODE_DEPLOY"}}


@dataclass(frozen=True, kw_only=True)
class DeliveredServiceArgs:
    """Inputs of a `DeliveredService`.

    Args:
        placement: the service but for what its tasks run.
        front: the load balancer before it.
        rollout: how ECS moves its traffic itself; None leaves that to CodeDeploy.
        network: where its tasks are put.
        key_arn: encrypts its log.
        log_retention_days: how long that is kept.
    """

    placement: ServicePlacement
    front: ServiceFront
    rollout: ServiceRollout | None
    network: NetworkPlacement
    key_arn: pulumi.Input[str]
    log_retention_days: int


class DeliveredService(pulumi.ComponentResource):
    """A cluster with one service on Fargate: settings of the program, task definitions and images of the pipeline.

    The first revision runs a placeholder, so that the load balancer finds something healthy. Every later one is the
    pipeline's, and takes size, roles, variables and log from the first. A changed setting makes another first one, and
    serves with the next deployment.
    """

    cluster: pulumi.Output[str]
    service: pulumi.Output[str]
    task_definition_arn: pulumi.Output[str]
    tasks: ecs.Service

    def __init__(self, name: str, args: DeliveredServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:DeliveredService", name, None, opts)
        placement = args.placement
        logs, insights = (
            log_group(
                f"{name}-{what}",
                log_group_name=group,
                retention_days=args.log_retention_days,
                key_arn=args.key_arn,
                parent=self,
            )
            for what, group in (("logs", placement.log_group), ("insights", placement.insights_log_group))
        )
        cluster = ecs.Cluster(
            f"{name}-cluster",
            name=placement.name,
            settings=[{"name": "containerInsights", "value": "enabled"}],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[insights]),
        )
        task = self._task(name, placement, logs)
        rollout = args.rollout
        load_balancer: Any = rollout.load_balancer if rollout else _first_group(args)
        controlled: Mapping[str, Any] = rollout.service if rollout else BY_CODEDEPLOY
        service = ecs.Service(
            name,
            name=placement.name,
            cluster=cluster.arn,
            task_definition=task.arn,
            desired_count=placement.count,
            launch_type="FARGATE",
            scheduling_strategy="REPLICA",
            availability_zone_rebalancing="DISABLED",
            health_check_grace_period_seconds=placement.start_seconds,
            network_configuration={
                "subnets": list(args.network.private_subnet_ids),
                "security_groups": [args.front.tasks.id],
                "assign_public_ip": False,
            },
            load_balancers=[load_balancer],
            # A service whose task sets are CodeDeploy's can't be emptied before it is deleted.
            force_delete=True,
            **controlled,
            opts=pulumi.ResourceOptions(
                parent=cluster,
                protect=rollout.protect if rollout else None,
                ignore_changes=MOVED_BY_ECS if rollout else MOVED_BY_DEPLOYMENTS,
                # ECS refuses a target group that no listener serves.
                depends_on=[args.front.users, args.front.testers, *args.front.rules],
            ),
        )
        if placement.scaling:
            scale_service(
                name,
                placement.scaling,
                cluster=cluster,
                service=service,
                service_name=placement.name,
                groups=args.front.groups,
            )
        self.tasks = service
        self.cluster, self.service, self.task_definition_arn = cluster.name, service.name, task.arn
        self.register_outputs({"service": self.service})

    def _task(self, name: str, placement: ServicePlacement, logs: pulumi.Resource) -> ecs.TaskDefinition:
        execution = self._role(
            name, placement, "execution", f"Starts the tasks of {placement.name}", permissions.start_tasks(placement)
        )
        own = self._role(name, placement, "task", f"The application {placement.application} in its tasks", ())
        return ecs.TaskDefinition(
            f"{name}-task",
            family=placement.name,
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            cpu=str(placement.cpu),
            memory=str(placement.memory_mb),
            runtime_platform={
                "operating_system_family": "LINUX",
                "cpu_architecture": placement.processor.upper(),
            },
            execution_role_arn=execution.arn,
            task_role_arn=own.arn,
            container_definitions=first_containers(placement),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[logs]),
        )

    def _role(
        self, name: str, placement: ServicePlacement, role: str, description: str, statements: Sequence[Statement]
    ) -> ServiceRole:
        return ServiceRole(
            f"{name}-{role}",
            ServiceRoleArgs(
                role_name=f"{placement.name}-{role}",
                service=permissions.TASKS,
                account=placement.place.account,
                statements=statements,
                managed_policies=() if role == "execution" else placement.policy_arns,
                description=description,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )


def _first_group(args: DeliveredServiceArgs) -> dict[str, Any]:
    """The target group of the tasks until the first deployment."""
    return {
        "target_group_arn": args.front.groups[0].arn,
        "container_name": CONTAINER,
        "container_port": args.placement.port,
    }
