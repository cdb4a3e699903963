"""Who reaches a load balancer, what it reaches, and what that reaches: security groups of an application's front."""

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_aws import ec2

ANYWHERE = ("0.0.0.0/0",)


def port_rule(
    port: int, whom: str, *, ranges: Sequence[str] = (), groups: Sequence[pulumi.Input[str]] = ()
) -> dict[str, Any]:
    """One port of TCP, in or out: from or to ranges, or groups."""
    others = {"security_groups": list(groups)} if groups else {"cidr_blocks": list(ranges)}
    return {"protocol": "tcp", "from_port": port, "to_port": port, "description": whom, **others}


def anything(what: str) -> dict[str, Any]:
    """Every port and protocol, to anywhere: for what asks others whom the program doesn't know."""
    return {"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": list(ANYWHERE), "description": what}


def front_group(
    name: str,
    *,
    first: str,
    application: str,
    vpc_id: pulumi.Input[str],
    secured: bool,
    behind: dict[str, Any],
    besides: Sequence[dict[str, Any]] = (),
    parent: pulumi.Resource,
) -> ec2.SecurityGroup:
    """Of the load balancer: users come in by HTTP, and by HTTPS where it has a certificate.

    Args:
        name: logical name, without its last part.
        first: the same of its physical name.
        application: whose front it is.
        vpc_id: its network.
        secured: whether it has a certificate.
        behind: how it reaches what is behind it.
        besides: who else reaches it.
        parent: its owner.
    """
    ports = (80, 443) if secured else (80,)
    return ec2.SecurityGroup(
        f"{name}-front",
        name=f"{first}-front",
        description=f"Load balancer of {application}",
        vpc_id=vpc_id,
        ingress=rules(*(port_rule(port, "Users", ranges=ANYWHERE) for port in ports), *besides),
        egress=rules(behind),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def group_behind(
    name: str,
    *,
    first: str,
    what: str,
    application: str,
    vpc_id: pulumi.Input[str],
    port: int,
    front_id: pulumi.Input[str],
    reaches: dict[str, Any],
    parent: pulumi.Resource,
) -> ec2.SecurityGroup:
    """Of what is behind the load balancer: it alone comes in, by one port.

    Args:
        name: logical name, without its last part.
        first: the same of its physical name.
        what: that last part: what they are.
        application: what they run.
        vpc_id: their network.
        port: what they listen on.
        front_id: the load balancer's group.
        reaches: whom they ask.
        parent: their owner.
    """
    return ec2.SecurityGroup(
        f"{name}-{what}",
        name=f"{first}-{what}",
        description=f"{what.capitalize()} of {application}",
        vpc_id=vpc_id,
        ingress=rules(port_rule(port, "Load balancer", groups=[front_id])),
        egress=rules(reaches),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def rules(*rules: dict[str, Any]) -> Any:
    """The SDK has a type for what comes in and another one for what goes out, with the same keys."""
    return list(rules)
