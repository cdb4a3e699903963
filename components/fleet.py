"""The machines of an application: what stands before them, and one or two Auto Scaling groups behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import autoscaling, ec2, iam, lb

from components.agent import keep_agent_current
from components.fleet_front import front_of_fleet
from components.fleet_plan import Capacity, FleetPlan
from components.iam import ServiceRole, ServiceRoleArgs
from components.instance_mix import refreshed, started_from
from components.machine import Machine, launch_template
from components.network import NetworkPlacement
from components.reach import ANYWHERE, group_behind, port_rule
from components.scaling import scale
from components.user_data import user_data

MOVED_BY_DEPLOYMENTS = [
    "desiredCapacity",
    "maxSize",
    "minSize",
    "suspendedProcesses",
    "targetGroupArns",
    "trafficSources",
]
"""What a blue/green deployment changes in a declared fleet, and Pulumi therefore leaves alone once the fleet exists."""

SESSION_MANAGER = "AmazonSSMManagedInstanceCore"


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
        template = self._launch_template(name, args, front.security_group_id)
        groups = [
            self._group(f"{name}-{label}", group_name, index, args, template, targets)
            for index, (label, group_name) in enumerate(plan.groups.items())
        ]
        if plan.agent_updates:
            keep_agent_current(
                f"{name}-agent",
                fleet=plan.name,
                group_names=plan.group_names,
                schedule=plan.agent_updates,
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

    def _launch_template(self, name: str, args: FleetArgs, front_id: pulumi.Input[str]) -> ec2.LaunchTemplate:
        plan = args.plan
        role = ServiceRole(
            f"{name}-instance-role",
            ServiceRoleArgs(
                role_name=f"{plan.name}-instance",
                service="ec2.amazonaws.com",
                account=plan.place.account,
                statements=plan.instance_permissions(args.key_arn),
                managed_policies=[f"arn:{plan.place.partition}:iam::aws:policy/{SESSION_MANAGER}"],
                description=f"Instances of {plan.application} in {plan.place.environment}",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        profile = iam.InstanceProfile(
            f"{name}-instance-profile",
            name=f"{plan.name}-instance",
            role=role.name,
            opts=pulumi.ResourceOptions(parent=role),
        )
        instances = group_behind(
            name,
            first=plan.name,
            what="instances",
            application=plan.application,
            vpc_id=args.network.vpc_id,
            port=plan.port,
            front_id=front_id,
            reaches=port_rule(443, "AWS services and packages", ranges=ANYWHERE),
            parent=self,
        )
        boot = user_data(
            application=plan.application,
            environment=plan.place.environment,
            region=plan.place.region,
            port=plan.port,
            health_path=plan.health_path,
            agent=plan.agent,
        )
        machine = Machine(
            name=plan.name,
            ami_parameter=plan.ami_parameter,
            instance_type=plan.instance_type,
            volume_gib=plan.volume_gib,
            profile_arn=profile.arn,
            security_group_ids=[instances.id],
            boot=boot,
            tags={"Name": plan.name, "Application": plan.application, "Environment": plan.place.environment},
        )
        return launch_template(f"{name}-template", machine, parent=self)

    def _group(
        self,
        name: str,
        group_name: str,
        index: int,
        args: FleetArgs,
        template: ec2.LaunchTemplate,
        targets: lb.TargetGroup,
    ) -> autoscaling.Group:
        plan = args.plan
        serves = index == 0
        moved = MOVED_BY_DEPLOYMENTS if plan.blue_green else plan.scaling.moves
        capacity = plan.capacity if serves else Capacity(minimum=0, desired=0, maximum=0)
        group = autoscaling.Group(
            name,
            name=group_name,
            **started_from(template, plan.spot, follows=plan.refresh_percent is not None),
            instance_refresh=refreshed(plan.refresh_percent, warmup_seconds=plan.scaling.warmup_seconds),
            vpc_zone_identifiers=list(args.network.private_subnet_ids),
            min_size=capacity.minimum,
            desired_capacity=capacity.desired,
            max_size=capacity.maximum,
            target_group_arns=[targets.arn] if serves else [],
            # The load balancer's view would kill instances in a loop while a deployment has taken them out of traffic.
            health_check_type="EC2",
            health_check_grace_period=300,
            wait_for_capacity_timeout="0",
            default_instance_warmup=plan.scaling.warmup_seconds,
            suspended_processes=None if serves else plan.scaling.processes or None,
            tags=[
                {"key": "Name", "value": group_name, "propagate_at_launch": True},
                {"key": "Application", "value": plan.application, "propagate_at_launch": True},
            ],
            # An idle fleet comes behind the load balancer with the next release, and goes before it.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=moved or None, depends_on=[targets]),
        )
        scale(
            name,
            plan.scaling,
            group_name=group_name,
            group=group,
            target_group_suffix=targets.arn_suffix,
        )
        return group
