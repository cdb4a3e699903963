"""What stands before a fleet: a load balancer of its own, or a rule of a listener that others own."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import lb

from components.access_logs import logged_in
from components.balancer import (
    Front,
    HealthCheck,
    forwarding_listener,
    load_balancer,
    redirect_to_https,
    target_group,
)
from components.fleet_plan import FleetPlan
from components.network import NetworkPlacement
from components.reach import ANYWHERE, front_group, port_rule
from components.shared_listener import SharedListener, rule_of


@dataclass(frozen=True, kw_only=True)
class FleetFront:
    """What the fleet has to know of it.

    Args:
        url: where users reach the application.
        targets: what the fleet's instances are put into.
        balancer_suffix: what CloudWatch calls the load balancer.
        security_group_id: from which instances are reached.
        leading: what leads to the targets; CodeDeploy refuses a target group that nothing leads to.
    """

    url: pulumi.Output[str]
    targets: lb.TargetGroup
    balancer_suffix: pulumi.Output[str]
    security_group_id: pulumi.Input[str]
    leading: lb.Listener | lb.ListenerRule


def front_of_fleet(
    name: str,
    plan: FleetPlan,
    *,
    network: NetworkPlacement,
    access_log_bucket: pulumi.Output[str] | None,
    parent: pulumi.Resource,
) -> FleetFront:
    """What the plan asks for.

    Args:
        name: logical name, in front of those of all parts.
        plan: the fleet.
        network: where it is put.
        access_log_bucket: where a load balancer of its own writes who asked for what.
        parent: their owner.
    """
    check = HealthCheck(port=plan.port, path=plan.health_path)
    if plan.shared:
        return _shared(name, plan, plan.shared, check, network=network, parent=parent)
    secured = plan.certificate_arn is not None
    group = front_group(
        name,
        first=plan.name,
        application=plan.application,
        vpc_id=network.vpc_id,
        secured=secured,
        behind=port_rule(plan.port, "Instances", ranges=ANYWHERE),
        parent=parent,
    )
    balancer, targets = load_balancer(
        name,
        Front(
            load_balancer_name=plan.name,
            internal=False,
            vpc_id=network.vpc_id,
            subnet_ids=network.public_subnet_ids,
            security_group_id=group.id,
            access_log_bucket=logged_in(access_log_bucket),
            deletion_protection=plan.deletion_protection,
            web_acl_arn=plan.web_acl_arn,
        ),
        check,
        parent=parent,
    )
    return FleetFront(
        url=pulumi.Output.concat("https" if secured else "http", "://", balancer.dns_name),
        targets=targets,
        balancer_suffix=balancer.arn_suffix,
        security_group_id=group.id,
        leading=_listeners(name, plan, balancer, targets),
    )


def _listeners(name: str, plan: FleetPlan, balancer: lb.LoadBalancer, targets: lb.TargetGroup) -> lb.Listener:
    if plan.certificate_arn is None:
        return forwarding_listener(f"{name}-http", balancer=balancer, targets=targets, port=80)
    redirect_to_https(f"{name}-http", balancer=balancer)
    return forwarding_listener(
        f"{name}-https", balancer=balancer, targets=targets, port=443, certificate_arn=plan.certificate_arn
    )


def _shared(
    name: str,
    plan: FleetPlan,
    listener: SharedListener,
    check: HealthCheck,
    *,
    network: NetworkPlacement,
    parent: pulumi.Resource,
) -> FleetFront:
    targets = target_group(
        f"{name}-targets",
        target_group_name=plan.name,
        target_type="instance",
        vpc_id=network.vpc_id,
        check=check,
        parent=parent,
    )
    return FleetFront(
        url=pulumi.Output.from_input(listener.url),
        targets=targets,
        balancer_suffix=pulumi.Output.from_input(listener.balancer_suffix),
        security_group_id=listener.security_group_id,
        leading=rule_of(name, listener, targets=targets, parent=parent),
    )
