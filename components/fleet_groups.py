"""The instances of a fleet: their role, their launch template, and the Auto Scaling groups that start them."""

from collections.abc import Sequence

import pulumi
from pulumi_aws import autoscaling, ec2, iam, lb

from components.agent import keep_agent_current
from components.fleet_plan import Capacity, FleetPlan
from components.iam import ServiceRole, ServiceRoleArgs
from components.instance_mix import refreshed, started_from
from components.machine import Machine, launch_template
from components.network import NetworkPlacement
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


def fleet_groups(
    name: str,
    plan: FleetPlan,
    *,
    network: NetworkPlacement,
    key_arn: pulumi.Input[str],
    security_group_id: pulumi.Input[str],
    targets: lb.TargetGroup | None,
    parent: pulumi.Resource,
) -> Sequence[autoscaling.Group]:
    """The Auto Scaling groups of a fleet, with all that their instances need.

    Args:
        name: logical name, in front of those of all parts.
        plan: the fleet.
        network: where it is put.
        key_arn: the key of the artifacts that instances fetch.
        security_group_id: who reaches them, and whom they reach.
        targets: what those that serve are put into; None where no load balancer is before them.
        parent: their owner.
    """
    template = _template(name, plan, key_arn=key_arn, security_group_id=security_group_id, parent=parent)
    groups = [
        _group(
            f"{name}-{label}",
            group_name,
            plan,
            serves=index == 0,
            network=network,
            template=template,
            targets=targets,
            parent=parent,
        )
        for index, (label, group_name) in enumerate(plan.groups.items())
    ]
    if plan.agent_updates:
        keep_agent_current(
            f"{name}-agent",
            fleet=plan.name,
            group_names=plan.group_names,
            schedule=plan.agent_updates,
            parent=parent,
        )
    return groups


def _template(
    name: str,
    plan: FleetPlan,
    *,
    key_arn: pulumi.Input[str],
    security_group_id: pulumi.Input[str],
    parent: pulumi.Resource,
) -> ec2.LaunchTemplate:
    role = ServiceRole(
        f"{name}-instance-role",
        ServiceRoleArgs(
            role_name=f"{plan.name}-instance",
            service="ec2.amazonaws.com",
            account=plan.place.account,
            statements=plan.instance_permissions(key_arn),
            managed_policies=[f"arn:{plan.place.partition}:iam::aws:policy/{SESSION_MANAGER}"],
            description=f"Instances of {plan.whose}",
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    profile = iam.InstanceProfile(
        f"{name}-instance-profile",
        name=f"{plan.name}-instance",
        role=role.name,
        opts=pulumi.ResourceOptions(parent=role),
    )
    boot = user_data(
        application=plan.application,
        environment=plan.place.environment,
        region=plan.place.region,
        port=plan.port,
        health_path=plan.health_path,
        worker=plan.worker,
        agent=plan.agent,
    )
    machine = Machine(
        name=plan.name,
        ami_parameter=plan.ami_parameter,
        instance_type=plan.instance_type,
        volume_gib=plan.volume_gib,
        profile_arn=profile.arn,
        security_group_ids=[security_group_id],
        boot=boot,
        tags={"Name": plan.name, "Application": plan.application, "Environment": plan.place.environment},
    )
    return launch_template(f"{name}-template", machine, parent=parent)


def _group(
    name: str,
    group_name: str,
    plan: FleetPlan,
    *,
    serves: bool,
    network: NetworkPlacement,
    template: ec2.LaunchTemplate,
    targets: lb.TargetGroup | None,
    parent: pulumi.Resource,
) -> autoscaling.Group:
    moved = MOVED_BY_DEPLOYMENTS if plan.blue_green else plan.scaling.moves
    capacity = plan.capacity if serves else Capacity(minimum=0, desired=0, maximum=0)
    group = autoscaling.Group(
        name,
        name=group_name,
        **started_from(template, plan.spot, follows=plan.refresh_percent is not None),
        instance_refresh=refreshed(plan.refresh_percent, warmup_seconds=plan.scaling.warmup_seconds),
        vpc_zone_identifiers=list(network.private_subnet_ids),
        min_size=capacity.minimum,
        desired_capacity=capacity.desired,
        max_size=capacity.maximum,
        target_group_arns=[targets.arn] if targets and serves else [],
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
        opts=pulumi.ResourceOptions(
            parent=parent, ignore_changes=moved or None, depends_on=[targets] if targets else None
        ),
    )
    scale(
        name,
        plan.scaling,
        group_name=group_name,
        group=group,
        target_group_suffix=targets.arn_suffix if targets else None,
    )
    return group
