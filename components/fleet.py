"""The machines of an application: what stands before them, and one or two Auto Scaling groups behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2

from components.fleet_front import front_of_fleet
from components.fleet_groups import fleet_groups
from components.fleet_plan import FleetPlan
from components.network import NetworkPlacement
from components.reach import ANYWHERE, group_behind, port_rule, rules


@dataclass(frozen=True, kw_only=True)
class FleetArgs:
    """Inputs of a `Fleet`.

    Args:
        plan: the fleet as data.
        network: where it is put.
        key_arn: the key of the artifacts that instances fetch.
        access_log_bucket: where its own load balancer writes who asked for what.
    """

    plan: FleetPlan
    network: NetworkPlacement
    key_arn: pulumi.Input[str]
    access_log_bucket: pulumi.Output[str] | None


class Fleet(pulumi.ComponentResource):
    """Load balancer or a rule of another one, target group, launch template, Auto Scaling groups, the instances' role.

    Instances are private, have no key pair and no open port but the application's; people come in by Session Manager.
    Of two fleets, the idle one is empty and not behind the load balancer; deployments swap them, and everything a
    deployment moves is left alone by `pulumi up` afterwards.
    """

    url: pulumi.Output[str]
    target_group_name: pulumi.Output[str]
    target_group_arn: pulumi.Output[str]
    target_group_suffix: pulumi.Output[str]
    load_balancer_suffix: pulumi.Output[str]
    group_names: Sequence[pulumi.Output[str]]

    def __init__(self, name: str, args: FleetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Fleet", name, None, opts)
        plan = args.plan
        front = front_of_fleet(name, plan, network=args.network, access_log_bucket=args.access_log_bucket, parent=self)
        targets, leading = front.targets, front.leading
        instances = group_behind(
            name,
            first=plan.name,
            what="instances",
            application=plan.application,
            vpc_id=args.network.vpc_id,
            port=plan.port,
            front_id=front.security_group_id,
            reaches=port_rule(443, "AWS services and packages", ranges=ANYWHERE),
            parent=self,
        )
        groups = fleet_groups(
            name,
            plan,
            network=args.network,
            key_arn=args.key_arn,
            security_group_id=instances.id,
            targets=targets,
            parent=self,
        )
        self.url = front.url
        # CodeDeploy refuses a target group that no listener serves.
        self.target_group_name = pulumi.Output.all(targets.name, leading.id).apply(lambda values: str(values[0]))
        self.target_group_arn = targets.arn
        self.target_group_suffix = targets.arn_suffix
        self.load_balancer_suffix = front.balancer_suffix
        self.group_names = [group.name for group in groups]
        self.register_outputs({"url": self.url, "groupNames": self.group_names})


@dataclass(frozen=True, kw_only=True)
class WorkerFleetArgs:
    """Inputs of a `WorkerFleet`.

    Args:
        plan: the fleet as data.
        network: where it is put.
        key_arn: the key of the artifacts that instances fetch.
    """

    plan: FleetPlan
    network: NetworkPlacement
    key_arn: pulumi.Input[str]


class WorkerFleet(pulumi.ComponentResource):
    """Instances that nothing is before and nobody reaches: they fetch their work themselves."""

    group_name: pulumi.Output[str]

    def __init__(self, name: str, args: WorkerFleetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:WorkerFleet", name, None, opts)
        plan = args.plan
        instances = ec2.SecurityGroup(
            f"{name}-instances",
            name=f"{plan.name}-instances",
            description=f"Workers of {plan.application}",
            vpc_id=args.network.vpc_id,
            ingress=[],
            egress=rules(port_rule(443, "AWS services and packages", ranges=ANYWHERE)),
            opts=pulumi.ResourceOptions(parent=self),
        )
        (group,) = fleet_groups(
            name,
            plan,
            network=args.network,
            key_arn=args.key_arn,
            security_group_id=instances.id,
            targets=None,
            parent=self,
        )
        self.group_name = group.name
        self.register_outputs({"groupName": self.group_name})
