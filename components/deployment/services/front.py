"""The load balancer of a service: users at the front, testers at a door of their own, two target groups behind."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2, lb

from components.balancer import (
    Front,
    HealthCheck,
    forwarding_listener,
    front_of,
    redirect_to_https,
    target_group,
    weighing_rule,
)
from components.deployment.services.placement import ServicePlacement
from components.network import NetworkPlacement
from components.reach import ANYWHERE, anything, front_group, group_behind, port_rule


@dataclass(frozen=True, kw_only=True)
class ServiceFrontArgs:
    """Inputs of a `ServiceFront`.

    Args:
        placement: the service.
        network: where it is put.
        access_log_bucket: where the load balancer writes who asked for what.
        ruled: whether a rule of each listener moves, as ECS wants it, instead of the listener, as CodeDeploy does.
    """

    placement: ServicePlacement
    network: NetworkPlacement
    access_log_bucket: pulumi.Input[str]
    ruled: bool = False


class ServiceFront(pulumi.ComponentResource):
    """Load balancer, listeners and target groups of a service, and who reaches its tasks.

    Deployments move both listeners from one target group to the other, or a rule of each, so Pulumi leaves alone where
    those lead to.

    Attributes:
        rules: of users and of testers, where rules move.
    """

    url: pulumi.Output[str]
    users: lb.Listener
    testers: lb.Listener
    rules: Sequence[lb.ListenerRule]
    groups: Sequence[lb.TargetGroup]
    balancer_suffix: pulumi.Output[str]
    tasks: ec2.SecurityGroup

    def __init__(self, name: str, args: ServiceFrontArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:ServiceFront", name, None, opts)
        placement = args.placement
        secured = placement.certificate_arn is not None
        front = front_group(
            name,
            first=placement.name,
            application=placement.application,
            vpc_id=args.network.vpc_id,
            secured=secured,
            behind=port_rule(placement.port, "Tasks", ranges=ANYWHERE),
            besides=[port_rule(placement.test_port, "Testers", ranges=placement.test_from)]
            if placement.test_from
            else (),
            parent=self,
        )
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
                web_acl_arn=placement.web_acl_arn,
            ),
            parent=self,
        )
        check = HealthCheck(port=placement.port, path=placement.health_path)
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
            forwarding_listener(
                f"{name}-{who}",
                balancer=balancer,
                targets=self.groups[0],
                port=port,
                certificate_arn=placement.certificate_arn,
                moved_to=None if args.ruled else self.groups[1],
            )
            for who, port in (("users", 443 if secured else 80), ("testers", placement.test_port))
        )
        self.rules = [
            weighing_rule(f"{name}-{who}-rule", listener=listener, targets=self.groups)
            for who, listener in (("users", self.users), ("testers", self.testers))
            if args.ruled
        ]
        if secured:
            redirect_to_https(f"{name}-http", balancer=balancer)
        self.tasks = group_behind(
            name,
            first=placement.name,
            what="tasks",
            application=placement.application,
            vpc_id=args.network.vpc_id,
            port=placement.port,
            front_id=front.id,
            reaches=anything("What the application asks of others"),
            parent=self,
        )
        self.balancer_suffix = balancer.arn_suffix
        self.url = pulumi.Output.concat("https" if secured else "http", "://", balancer.dns_name)
        self.register_outputs({"url": self.url})
