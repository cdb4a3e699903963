"""How every load balancer of a stack is made: what it logs and drops, how it asks for health, how it speaks TLS."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import lb, wafv2

TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html"""


@dataclass(frozen=True, kw_only=True)
class Front:
    """What a load balancer stands in and who reaches it.

    Args:
        load_balancer_name: at most 32 characters; its target group has the same.
        internal: whether only the network reaches it.
        vpc_id: its network.
        subnet_ids: of at least two zones; private ones where it is internal.
        security_group_id: who reaches it.
        access_log_bucket: where it writes who asked for what.
        deletion_protection: whether AWS refuses to delete it.
        web_acl_arn: what WAF lets through; None is everything.
    """

    load_balancer_name: str
    internal: bool
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    access_log_bucket: pulumi.Input[str]
    deletion_protection: bool
    web_acl_arn: str | None = None


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """How a target group learns whether an instance answers; 200 is healthy, two answers are enough.

    Args:
        port: what instances listen on.
        path: what they are asked.
        interval_seconds, timeout_seconds: how often, and how long an answer may take.
        unhealthy_threshold: missing answers in a row that make an instance unhealthy.
    """

    port: int
    path: str
    interval_seconds: int = 10
    timeout_seconds: int = 5
    unhealthy_threshold: int = 3


def load_balancer(
    name: str, front: Front, check: HealthCheck, *, parent: pulumi.Resource
) -> tuple[lb.LoadBalancer, lb.TargetGroup]:
    """An application load balancer, and the instances behind it as its target group."""
    balancer = front_of(name, front, parent=parent)
    targets = target_group(
        f"{name}-targets",
        target_group_name=front.load_balancer_name,
        target_type="instance",
        vpc_id=front.vpc_id,
        check=check,
        parent=balancer,
    )
    return balancer, targets


def front_of(name: str, front: Front, *, parent: pulumi.Resource) -> lb.LoadBalancer:
    """An application load balancer alone, and WAF before it where there is a web ACL."""
    balancer = lb.LoadBalancer(
        f"{name}-lb",
        name=front.load_balancer_name,
        load_balancer_type="application",
        internal=front.internal,
        security_groups=[front.security_group_id],
        subnets=list(front.subnet_ids),
        drop_invalid_header_fields=True,
        enable_deletion_protection=front.deletion_protection,
        access_logs={"enabled": True, "bucket": front.access_log_bucket},
        opts=pulumi.ResourceOptions(parent=parent),
    )
    if front.web_acl_arn:
        wafv2.WebAclAssociation(
            f"{name}-firewall",
            resource_arn=balancer.arn,
            web_acl_arn=front.web_acl_arn,
            opts=pulumi.ResourceOptions(parent=balancer),
        )
    return balancer


def target_group(
    name: str,
    *,
    target_group_name: str,
    target_type: str,
    vpc_id: pulumi.Input[str],
    check: HealthCheck,
    parent: pulumi.Resource,
) -> lb.TargetGroup:
    """What a load balancer hands requests to: instances, or the addresses (`ip`) of tasks."""
    return lb.TargetGroup(
        name,
        name=target_group_name,
        vpc_id=vpc_id,
        target_type=target_type,
        protocol="HTTP",
        port=check.port,
        deregistration_delay=30,
        health_check={
            "enabled": True,
            "path": check.path,
            "matcher": "200",
            "interval": check.interval_seconds,
            "timeout": check.timeout_seconds,
            "healthy_threshold": 2,
            "unhealthy_threshold": check.unhealthy_threshold,
        },
        opts=pulumi.ResourceOptions(parent=parent),
    )


def forwarding_listener(
    name: str,
    *,
    balancer: lb.LoadBalancer,
    targets: lb.TargetGroup,
    port: int,
    certificate_arn: str | None = None,
    moved_to: lb.TargetGroup | None = None,
) -> lb.Listener:
    """What hands requests on to a target group; with a certificate over TLS.

    Args:
        name: logical name.
        balancer: whose it is.
        targets: where it leads to, or first does.
        port: what it listens on.
        certificate_arn: with it, HTTPS.
        moved_to: the target group that deployments lead it to, in turn. Pulumi leaves alone where it leads, and deletes
            it before either: AWS deletes no target group that a listener leads to.
    """
    return lb.Listener(
        name,
        load_balancer_arn=balancer.arn,
        port=port,
        protocol="HTTPS" if certificate_arn else "HTTP",
        ssl_policy=TLS_POLICY if certificate_arn else None,
        certificate_arn=certificate_arn,
        default_actions=[{"type": "forward", "target_group_arn": targets.arn}],
        opts=pulumi.ResourceOptions(
            parent=balancer,
            ignore_changes=["defaultActions"] if moved_to else None,
            depends_on=[moved_to] if moved_to else None,
        ),
    )


def weighing_rule(name: str, *, listener: lb.Listener, targets: Sequence[lb.TargetGroup]) -> lb.ListenerRule:
    """A rule for every request of a listener, by which ECS weighs target groups; at first the first has all.

    Pulumi leaves alone where it leads to. The listener's own end has to be a target group too: ECS moves nothing at a
    listener that also answers by itself
    (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html).
    """
    weights: list[lb.ListenerRuleActionForwardTargetGroupArgsDict] = [
        {"arn": one.arn, "weight": 0 if index else 100} for index, one in enumerate(targets)
    ]
    action: lb.ListenerRuleActionArgsDict = {"type": "forward", "forward": {"target_groups": weights}}
    return lb.ListenerRule(
        name,
        listener_arn=listener.arn,
        priority=1,
        conditions=[{"path_pattern": {"values": ["/*"]}}],
        actions=[action],
        opts=pulumi.ResourceOptions(parent=listener, ignore_changes=["actions"]),
    )


def redirect_to_https(name: str, *, balancer: lb.LoadBalancer) -> lb.Listener:
    """What sends plain HTTP to the same address over TLS."""
    return lb.Listener(
        name,
        load_balancer_arn=balancer.arn,
        port=80,
        protocol="HTTP",
        default_actions=[
            {"type": "redirect", "redirect": {"port": "443", "protocol": "HTTPS", "status_code": "HTTP_301"}}
        ],
        opts=pulumi.ResourceOptions(parent=balancer),
    )
