"""A listener that others own, and the rule of it by which an application gets its requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import lb


@dataclass(frozen=True, kw_only=True)
class SharedListener:
    """A load balancer of others, as far as an application has to know it.

    Args:
        listener_arn: what users reach.
        balancer_suffix: what CloudWatch calls its load balancer.
        security_group_id: of that load balancer.
        priority: of the application's rule; smaller ones are asked before.
        hosts, paths: whose requests are the application's; an empty one is any.
        url: where users reach it.
    """

    listener_arn: str
    balancer_suffix: str
    security_group_id: str
    priority: int
    hosts: Sequence[str]
    paths: Sequence[str]
    url: str

    @property
    def conditions(self) -> list[Any]:
        """Of the rule; all of them have to hold."""
        hosts, paths = list(self.hosts), list(self.paths)
        return [
            *([{"host_header": {"values": hosts}}] if hosts else []),
            *([{"path_pattern": {"values": paths}}] if paths else []),
        ]


def rule_of(
    name: str, listener: SharedListener, *, targets: lb.TargetGroup, parent: pulumi.Resource
) -> lb.ListenerRule:
    """The rule that hands the application its requests
    (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html)."""
    return lb.ListenerRule(
        f"{name}-rule",
        listener_arn=listener.listener_arn,
        priority=listener.priority,
        conditions=listener.conditions,
        actions=[{"type": "forward", "target_group_arn": targets.arn}],
        opts=pulumi.ResourceOptions(parent=parent),
    )
