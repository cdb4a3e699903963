"""Further deployment groups of a server application: fleets without a load balancer, which get the same bundle."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pulumi

from components.deployment import permissions
from components.deployment.codedeploy_group import CodeDeployGroup, codedeploy_group
from components.fleet import WorkerFleet, WorkerFleetArgs
from components.fleet_plan import FleetPlan
from components.function import PipelineFunction
from components.monitoring import Measure, Runbook, alarm_names, busy
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


@dataclass(frozen=True, kw_only=True)
class WorkersPlan:
    """All groups of workers of an application, and the function that deploys to them.

    Args:
        application: in CodeDeploy; the pipeline has the same name.
        groups: the groups.
        watch_minutes: how long after its deployment an alarm of a group refuses the release, 0 to 1380.
    """

    application: str
    groups: Sequence[WorkerPlan] = ()
    watch_minutes: int = 0

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What they are watched by."""
        return tuple(one for group in self.groups for one in group.measures)

    @property
    def function(self) -> PipelineFunction:
        """Deploys in place, to whichever group its action names. CodePipeline's own action could neither go back while
        an alarm rings nor wait for what CodeDeploy rolls back (`functions/deploy_in_place`)."""
        place, name = self.groups[0].fleet.place, self.application
        groups = [one.name for one in self.groups]
        configs = sorted({one.deployment_config for one in self.groups})
        return PipelineFunction(
            package="deploy_in_place",
            application=self.groups[0].fleet.application,
            place=place,
            statements=(
                *permissions.create_deployments(place, name, *configs, groups=groups),
                *permissions.see_releases(place, name, groups=groups),
                *permissions.follow_deployments(),
                *permissions.watch_alarms(),
                *permissions.know_way_back(place, name),
            ),
            libraries=("deployments",),
        )

    @property
    def parameters(self) -> dict[str, object]:
        """What the function works on."""
        return {
            "pipeline": self.application,
            "application": self.application,
            "alarms": {one.name: list(alarm_names(self.application, one.measures)) for one in self.groups},
            "watchMinutes": self.watch_minutes,
        }

    def actions(self, artifact: Artifact, *, run_order: int) -> Iterator[Action]:
        """A deployment to each group, side by side."""
        for one in self.groups:
            action = self.function.action(
                name=f"Workers-{one.worker}",
                inputs=(artifact,),
                target=f"{one.name}: workers, in place",
                parameters={"deploymentGroup": one.name},
            )
            yield replace(action, run_order=run_order)


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
            # An instance that goes hands back what it works on, as before it is deployed to.
            termination_hook_enabled=True,
            parent=self,
        )
        self.deployment_group = group.deployment_group_name
        self.register_outputs({"deploymentGroup": self.deployment_group})
