"""The load balancer of a service: users at the front, testers at a door of their own, two target groups behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import ec2, lb

from components.balancer import Front, HealthCheck, front_of, moved_listener, redirect_to_https, target_group
from components.deployment.services.placement import ServicePlacement
from components.network import NetworkPlacement


@dataclass(frozen=True, kw_only=True)
class ServiceFrontArgs:
    """Inputs of a `ServiceFront`.

    Args:
        placement: the service.
        network: where it is put.
        access_log_bucket: where the load balancer writes who asked for what.
    """

    placement: ServicePlacement
    network: NetworkPlacement
    access_log_bucket: pulumi.Input[str]


class ServiceFront(pulumi.ComponentResource):
    """Load balancer, listeners and target groups of a service, and who reaches its tasks.

    CodeDeploy moves both listeners from one target group to the other, so Pulumi leaves alone where they lead to.
    """

    url: pulumi.Output[str]
    users: lb.Listener
    testers: lb.Listener
    groups: Sequence[lb.TargetGroup]
    balancer_suffix: pulumi.Output[str]
    tasks: ec2.SecurityGroup

    def __init__(self, name: str, args: ServiceFrontArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:ServiceFront", name, None, opts)
        placement = args.placement
        secured = placement.certificate_arn is not None
        front = self._front(name, args)
        balancer = front_of(
            name,
            Front(
                load_balancer_name=placement.name,
                internal=False,
                vpc_id=args.network.vpc_id,
                subnet_ids=args.network.public_subnet_ids,
                security_group_id=front.id,
                access_log_bucket=args.access_log_bucket,
                deletion_protection=placement.deletion_protection,
            ),
            parent=self,
        )
        check = HealthCheck(
            port=placement.port,
            path=placement.health_path,
            interval_seconds=10,
            timeout_seconds=5,
            unhealthy_threshold=3,
        )
        self.groups = [
            target_group(
                f"{name}-{group.rsplit('-', 1)[-1]}",
                target_group_name=group,
                target_type="ip",
                vpc_id=args.network.vpc_id,
                check=check,
                parent=balancer,
            )
            for group in placement.colours
        ]
        self.users, self.testers = (
            moved_listener(
                f"{name}-{who}",
                balancer=balancer,
                targets=self.groups[0],
                port=port,
                certificate_arn=placement.certificate_arn,
            )
            for who, port in (("users", 443 if secured else 80), ("testers", placement.test_port))
        )
        if secured:
            redirect_to_https(f"{name}-http", balancer=balancer)
        self.tasks = self._tasks(name, args, front)
        self.balancer_suffix = balancer.arn_suffix
        self.url = pulumi.Output.concat("https" if secured else "http", "://", balancer.dns_name)
        self.register_outputs({"url": self.url})

    def _front(self, name: str, args: ServiceFrontArgs) -> ec2.SecurityGroup:
        placement = args.placement
        users = [_from(["0.0.0.0/0"], port, "Users") for port in ((80, 443) if placement.certificate_arn else (80,))]
        testers = [_from(list(placement.test_from), placement.test_port, "Testers")] if placement.test_from else []
        return ec2.SecurityGroup(
            f"{name}-front",
            name=f"{placement.name}-front",
            description=f"Load balancer of {placement.application}",
            vpc_id=args.network.vpc_id,
            ingress=[*users, *testers],
            egress=[_from(["0.0.0.0/0"], placement.port, "Tasks")],
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _tasks(self, name: str, args: ServiceFrontArgs, front: ec2.SecurityGroup) -> ec2.SecurityGroup:
        placement = args.placement
        return ec2.SecurityGroup(
            f"{name}-tasks",
            name=f"{placement.name}-tasks",
            description=f"Tasks of {placement.application}",
            vpc_id=args.network.vpc_id,
            ingress=[
                {
                    "protocol": "tcp",
                    "from_port": placement.port,
                    "to_port": placement.port,
                    "security_groups": [front.id],
                    "description": "Load balancer",
                }
            ],
            egress=[
                {
                    "protocol": "-1",
                    "from_port": 0,
                    "to_port": 0,
                    "cidr_blocks": ["0.0.0.0/0"],
                    "description": "What the application asks of others",
                }
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )


def _from(ranges: Sequence[str], port: int, whom: str) -> Any:
    return {
        "protocol": "tcp",
        "from_port": port,
        "to_port": port,
        "cidr_blocks": list(ranges),
        "description": whom,
    }
