"""The network of a stack: public subnets for the load balancers, private ones for the fleets."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2

from components.iam import ServiceRole, ServiceRoleArgs, Statement
from components.log_group import log_group, write_logs
from components.place import Place


@dataclass(frozen=True, kw_only=True)
class SubnetPair:
    """The two subnets of one availability zone."""

    zone: str
    public_cidr: str
    private_cidr: str


def subnet_pairs(cidr: str, zones: Sequence[str]) -> list[SubnetPair]:
    """Cuts a network into equal halves, public and private, and each half into one subnet per zone.

    The pieces are sized for four zones, or eight where there are more: up to that number, a zone can be added without
    moving the others.

    Raises:
        ValueError: when a subnet would be smaller than AWS's /28.
    """
    network = ipaddress.ip_network(cidr)
    prefix = network.prefixlen + 1 + max(len(zones) - 1, 3).bit_length()
    if prefix > 28:
        raise ValueError(f"{cidr} is too small for {len(zones)} zones: AWS allows no subnet smaller than /28")
    public, private = network.subnets(prefixlen_diff=1)
    pieces = zip(zones, public.subnets(new_prefix=prefix), private.subnets(new_prefix=prefix), strict=False)
    return [SubnetPair(zone=zone, public_cidr=str(outer), private_cidr=str(inner)) for zone, outer, inner in pieces]


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """Inputs of a `Network`.

    Args:
        place: the environment the network belongs to.
        cidr: its IPv4 range, /16 to /24.
        availability_zones: two or more zones of the region.
        nat_gateway_per_zone: one NAT gateway in each zone, so that losing a zone costs no other its way out; else one.
        flow_logs: records accepted and rejected traffic, or None.
    """

    place: Place
    cidr: str
    availability_zones: Sequence[str]
    nat_gateway_per_zone: bool = False
    flow_logs: "FlowLogs | None" = None


@dataclass(frozen=True, kw_only=True)
class FlowLogs:
    """Where a network's traffic is recorded.

    Args:
        key_arn: encrypts the records.
        retention_days: how long they are kept.
    """

    key_arn: pulumi.Input[str]
    retention_days: int


@dataclass(frozen=True, kw_only=True)
class NetworkPlacement:
    """Where fleets are put: of a `Network`, or of one that exists already."""

    vpc_id: pulumi.Input[str]
    public_subnet_ids: Sequence[pulumi.Input[str]]
    private_subnet_ids: Sequence[pulumi.Input[str]]


class Network(pulumi.ComponentResource):
    """A VPC over the given zones: a public and a private subnet in each, NAT, and a free S3 endpoint.

    Instances have no public address; what they fetch (packages, the CodeDeploy agent, artifacts) leaves by NAT, or by
    the gateway endpoint where it is S3. The default security group is emptied: nothing can be put into it by mistake.
    """

    placement: NetworkPlacement

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Network", name, None, opts)
        vpc = ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags={"Name": args.place.name},
            opts=pulumi.ResourceOptions(parent=self),
        )
        of_vpc = pulumi.ResourceOptions(parent=vpc)
        ec2.DefaultSecurityGroup(f"{name}-default", vpc_id=vpc.id, ingress=[], egress=[], opts=of_vpc)
        gateway = ec2.InternetGateway(f"{name}-internet", vpc_id=vpc.id, tags={"Name": args.place.name}, opts=of_vpc)
        public_routes = self._route_table(f"{name}-public", vpc, label=f"{args.place.name}-public")
        outward = ec2.Route(
            f"{name}-public-internet",
            route_table_id=public_routes.id,
            destination_cidr_block="0.0.0.0/0",
            gateway_id=gateway.id,
            opts=pulumi.ResourceOptions(parent=public_routes),
        )
        public: list[ec2.Subnet] = []
        private: list[ec2.Subnet] = []
        private_tables: list[ec2.RouteTable] = []
        ways_out: list[ec2.Route] = []
        nat: ec2.NatGateway | None = None
        for pair in subnet_pairs(args.cidr, args.availability_zones):
            outer = self._subnet(f"{name}-public-{pair.zone}", vpc, pair.zone, pair.public_cidr, public_routes)
            if nat is None or args.nat_gateway_per_zone:
                nat = self._nat_gateway(f"{name}-nat-{pair.zone}", outer, gateway)
            table = self._route_table(
                f"{name}-private-{pair.zone}", vpc, label=f"{args.place.name}-private-{pair.zone}"
            )
            way_out = ec2.Route(
                f"{name}-private-{pair.zone}-out",
                route_table_id=table.id,
                destination_cidr_block="0.0.0.0/0",
                nat_gateway_id=nat.id,
                opts=pulumi.ResourceOptions(parent=table),
            )
            ways_out.append(way_out)
            public.append(outer)
            private.append(self._subnet(f"{name}-private-{pair.zone}", vpc, pair.zone, pair.private_cidr, table))
            private_tables.append(table)
        ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{args.place.region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=[table.id for table in private_tables],
            opts=of_vpc,
        )
        if args.flow_logs:
            self._record_traffic(f"{name}-flow", vpc, args.place, args.flow_logs)
        self.placement = NetworkPlacement(
            vpc_id=vpc.id,
            # AWS refuses a load balancer before the VPC has a gateway, and instances need their way out at first boot.
            public_subnet_ids=[_when_there(subnet.id, outward.id) for subnet in public],
            private_subnet_ids=[_when_there(subnet.id, way.id) for subnet, way in zip(private, ways_out, strict=True)],
        )
        self.register_outputs(
            {
                "vpcId": vpc.id,
                "publicSubnetIds": self.placement.public_subnet_ids,
                "privateSubnetIds": self.placement.private_subnet_ids,
            }
        )

    @staticmethod
    def _route_table(name: str, vpc: ec2.Vpc, *, label: str) -> ec2.RouteTable:
        return ec2.RouteTable(
            f"{name}-routes", vpc_id=vpc.id, tags={"Name": label}, opts=pulumi.ResourceOptions(parent=vpc)
        )

    @staticmethod
    def _subnet(name: str, vpc: ec2.Vpc, zone: str, cidr: str, routes: ec2.RouteTable) -> ec2.Subnet:
        subnet = ec2.Subnet(
            name,
            vpc_id=vpc.id,
            availability_zone=zone,
            cidr_block=cidr,
            map_public_ip_on_launch=False,
            tags={"Name": name},
            opts=pulumi.ResourceOptions(parent=vpc),
        )
        ec2.RouteTableAssociation(
            f"{name}-association",
            subnet_id=subnet.id,
            route_table_id=routes.id,
            opts=pulumi.ResourceOptions(parent=subnet),
        )
        return subnet

    @staticmethod
    def _nat_gateway(name: str, subnet: ec2.Subnet, gateway: ec2.InternetGateway) -> ec2.NatGateway:
        address = ec2.Eip(
            f"{name}-address", domain="vpc", opts=pulumi.ResourceOptions(parent=subnet, depends_on=[gateway])
        )
        return ec2.NatGateway(
            name, subnet_id=subnet.id, allocation_id=address.id, opts=pulumi.ResourceOptions(parent=subnet)
        )

    @staticmethod
    def _record_traffic(name: str, vpc: ec2.Vpc, place: Place, flow_logs: FlowLogs) -> None:
        logs = log_group(
            f"{name}-logs",
            log_group_name=f"/aws/vpc/{place.name}",
            retention_days=flow_logs.retention_days,
            key_arn=flow_logs.key_arn,
            parent=vpc,
        )
        role = ServiceRole(
            f"{name}-role",
            ServiceRoleArgs(
                role_name=f"{place.name}-flow-logs",
                service="vpc-flow-logs.amazonaws.com",
                account=place.account,
                statements=[
                    write_logs(place, f"/aws/vpc/{place.name}"),
                    Statement(
                        actions=("logs:DescribeLogStreams",),
                        resources=(place.arn("logs", f"log-group:/aws/vpc/{place.name}"),),
                    ),
                    Statement(actions=("logs:DescribeLogGroups",), resources=("*",)),
                ],
                description=f"Flow logs of {place.name}",
            ),
            opts=pulumi.ResourceOptions(parent=vpc),
        )
        ec2.FlowLog(
            name,
            vpc_id=vpc.id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=logs.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=600,
            opts=pulumi.ResourceOptions(parent=vpc),
        )


def _when_there(value: pulumi.Output[str], *others: pulumi.Output[str]) -> pulumi.Output[str]:
    """A value that is known only when the other resources exist."""
    return pulumi.Output.all(value, *others).apply(lambda values: str(values[0]))
