"""Who reaches what around Jenkins, and the load balancer that people come in by."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2, lb, vpc

from components.balancer import Front, HealthCheck, forwarding_listener, load_balancer
from components.jenkins.plan import HEALTH_PATH, NFS, PORT, JenkinsPlan
from components.network import NetworkPlacement


@dataclass(frozen=True, kw_only=True)
class JenkinsEdgesArgs:
    """Inputs of `JenkinsEdges`.

    Args:
        plan: the server as data.
        network: where it is put; its private subnets.
        access_log_bucket: where the load balancer writes who asked for what.
    """

    plan: JenkinsPlan
    network: NetworkPlacement
    access_log_bucket: pulumi.Input[str]


class JenkinsEdges(pulumi.ComponentResource):
    """Three security groups and an internal HTTPS load balancer with one target group.

    The load balancer is reached from the allowed ranges and from the machine itself, which is the hop of Session
    Manager's port forwarding. The machine is reached by the load balancer alone, the file system by the machine alone.
    Nothing has a public address.
    """

    front_id: pulumi.Output[str]
    machine_id: pulumi.Output[str]
    home_id: pulumi.Output[str]
    target_group_arn: pulumi.Output[str]
    target_group_suffix: pulumi.Output[str]
    load_balancer_suffix: pulumi.Output[str]
    load_balancer_name: pulumi.Output[str]

    def __init__(self, name: str, args: JenkinsEdgesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:JenkinsEdges", name, None, opts)
        plan = args.plan
        roles = {"front": "Load balancer", "machine": "Machine", "home": "File system"}
        groups = {
            role: ec2.SecurityGroup(
                f"{name}-{role}",
                name=f"{plan.name}-{role}",
                description=f"{words} of Jenkins",
                vpc_id=args.network.vpc_id,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for role, words in roles.items()
        }
        self._rules(name, plan, groups)
        self.front_id, self.machine_id, self.home_id = (groups[role].id for role in roles)
        balancer, targets = self._balancer(name, args)
        self.target_group_arn = targets.arn
        self.target_group_suffix = targets.arn_suffix
        self.load_balancer_suffix = balancer.arn_suffix
        self.load_balancer_name = balancer.dns_name
        self.register_outputs({"loadBalancer": balancer.dns_name})

    @staticmethod
    def _rules(name: str, plan: JenkinsPlan, groups: Mapping[str, ec2.SecurityGroup]) -> None:
        """Rules of their own, because the groups name each other."""
        for source, target, port in (("machine", "front", 443), ("front", "machine", PORT), ("machine", "home", NFS)):
            vpc.SecurityGroupEgressRule(
                f"{name}-{source}-to-{target}",
                security_group_id=groups[source].id,
                referenced_security_group_id=groups[target].id,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                description=f"To the {target} of Jenkins",
                opts=pulumi.ResourceOptions(parent=groups[source]),
            )
            vpc.SecurityGroupIngressRule(
                f"{name}-{target}-from-{source}",
                security_group_id=groups[target].id,
                referenced_security_group_id=groups[source].id,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                description=f"From the {source} of Jenkins",
                opts=pulumi.ResourceOptions(parent=groups[target]),
            )
        vpc.SecurityGroupEgressRule(
            f"{name}-machine-out",
            security_group_id=groups["machine"].id,
            cidr_ipv4="0.0.0.0/0",
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            description="AWS services, packages, Jenkins and its plugins",
            opts=pulumi.ResourceOptions(parent=groups["machine"]),
        )
        for cidr in plan.allowed_cidrs:
            vpc.SecurityGroupIngressRule(
                f"{name}-front-from-{cidr.replace('/', '-')}",
                security_group_id=groups["front"].id,
                cidr_ipv4=cidr,
                ip_protocol="tcp",
                from_port=443,
                to_port=443,
                description="People",
                opts=pulumi.ResourceOptions(parent=groups["front"]),
            )

    def _balancer(self, name: str, args: JenkinsEdgesArgs) -> tuple[lb.LoadBalancer, lb.TargetGroup]:
        plan = args.plan
        balancer, targets = load_balancer(
            name,
            Front(
                load_balancer_name=plan.name,
                internal=True,
                vpc_id=args.network.vpc_id,
                subnet_ids=args.network.private_subnet_ids,
                security_group_id=self.front_id,
                access_log_bucket=args.access_log_bucket,
                deletion_protection=plan.deletion_protection,
            ),
            HealthCheck(port=PORT, path=HEALTH_PATH, interval_seconds=30, timeout_seconds=10, unhealthy_threshold=5),
            parent=self,
        )
        forwarding_listener(
            f"{name}-https", balancer=balancer, targets=targets, port=443, certificate_arn=plan.certificate_arn
        )
        return balancer, targets
