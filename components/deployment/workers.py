"""Further deployment groups of a server application: fleets without a load balancer, which get the same bundle."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.deployment import permissions
from components.deployment.codedeploy_action import codedeploy_action
from components.deployment.codedeploy_group import CodeDeployGroup, codedeploy_group
from components.fleet import WorkerFleet, WorkerFleetArgs
from components.fleet_plan import FleetPlan
from components.monitoring import Measure, Runbook, busy
from components.network import NetworkPlacement
from components.stages import Action, Artifact


@dataclass(frozen=True, kw_only=True)
class WorkerPlan:
    """One group of workers, as data.

    Args:
        worker: what it is called beside the main group.
        fleet: its instances.
        deployment_config: how many of them change at the same time.
        busy_percent: how busy processors may be before people are told.
    """

    worker: str
    fleet: FleetPlan
    deployment_config: str
    busy_percent: int

    @property
    def name(self) -> str:
        """The deployment group, and the Auto Scaling group that it deploys to."""
        return self.fleet.name

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What it is watched by. Nobody asks its application how it is, so that is AWS's look at each instance
        (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-system-instance-status-check.html)."""
        dimensions = {"AutoScalingGroupName": self.name}
        return (
            Measure(
                label=f"{self.worker}-status",
                says=f"has workers in {self.worker} that fail AWS's status checks",
                runbook=Runbook.UNHEALTHY,
                namespace="AWS/EC2",
                metric="StatusCheckFailed",
                dimensions=dimensions,
                threshold=0,
                minutes=5,
                statistic="Maximum",
            ),
            busy(
                f"busy processors in {self.worker}",
                label=f"{self.worker}-cpu",
                namespace="AWS/EC2",
                metric="CPUUtilization",
                dimensions=dimensions,
                percent=self.busy_percent,
                period=300,
            ),
        )

    def action(self, application: str, artifact: Artifact) -> Action:
        """Its deployment, in place."""
        return codedeploy_action(
            self.fleet.place,
            application,
            deployment_config=self.deployment_config,
            artifact=artifact,
            target=f"{self.name}: workers, in place",
            group=self.name,
            called=f"Workers-{self.worker}",
        )


@dataclass(frozen=True, kw_only=True)
class WorkersArgs:
    """Inputs of `Workers`.

    Args:
        plan: the group as data.
        application: the application of CodeDeploy, which the main group has made.
        network: where the instances are put.
        key_arn: the key of the artifacts that they fetch.
        alarm_names: the alarms that stop a deployment to them, when they exist.
        protect: whether Pulumi refuses to delete the group.
    """

    plan: WorkerPlan
    application: pulumi.Input[str]
    network: NetworkPlacement
    key_arn: pulumi.Input[str]
    alarm_names: Sequence[pulumi.Input[str]]
    protect: bool


class Workers(pulumi.ComponentResource):
    """A fleet that takes no traffic, and the deployment group that brings the application to it.

    There is no traffic to take away while an instance changes: what it works on it has to hand back when the hook
    `ApplicationStop` asks for it.
    """

    deployment_group: pulumi.Output[str]

    def __init__(self, name: str, args: WorkersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Workers", name, None, opts)
        plan = args.plan
        fleet = WorkerFleet(
            f"{name}-fleet",
            WorkerFleetArgs(plan=plan.fleet, network=args.network, key_arn=args.key_arn),
            opts=pulumi.ResourceOptions(parent=self),
        )
        group = codedeploy_group(
            name,
            CodeDeployGroup(
                name=plan.name,
                whose=plan.fleet.whose,
                platform="Server",
                place=plan.fleet.place,
                blue_green=False,
                traffic=False,
                statements=permissions.deploy_to_fleets(plan.fleet, args.key_arn),
                alarms=args.alarm_names,
                undone_on_request=False,
                protect=args.protect,
            ),
            deployment_config=plan.deployment_config,
            application=args.application,
            autoscaling_groups=[fleet.group_name],
            outdated_instances_strategy="UPDATE",
            parent=self,
        )
        self.deployment_group = group.deployment_group_name
        self.register_outputs({"deploymentGroup": self.deployment_group})
