"""The network: how a range is cut, what is public, and how instances get out."""

from collections.abc import Sequence
from ipaddress import ip_network
from itertools import combinations

import pytest

from components.network import subnet_pairs
from tests.unit.planning import STACKS, Config, planned

SUBNET = "aws:ec2/subnet:Subnet"
NAT = "aws:ec2/natGateway:NatGateway"
ROUTE = "aws:ec2/route:Route"
ZONES = [f"eu-west-1{letter}" for letter in "abcdef"]


def cidrs(cidr: str, zones: Sequence[str]) -> list[str]:
    return [one for pair in subnet_pairs(cidr, zones) for one in (pair.public_cidr, pair.private_cidr)]


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "10.3.64.0/20", "192.168.4.0/24"])
@pytest.mark.parametrize("zones", [2, 3, 4, 6])
def test_subnets_lie_inside_the_range_beside_each_other(cidr: str, zones: int) -> None:
    pieces = [ip_network(one) for one in cidrs(cidr, ZONES[:zones])]
    assert len(pieces) == 2 * zones
    assert all(one.subnet_of(ip_network(cidr)) for one in pieces)  # type: ignore[arg-type]
    assert [(one, other) for one, other in combinations(pieces, 2) if one.overlaps(other)] == []
    assert len({one.prefixlen for one in pieces}) == 1


def test_each_zone_has_its_pair_and_the_halves_are_public_and_private() -> None:
    pairs = subnet_pairs("10.0.0.0/16", ZONES[:2])
    assert [(pair.zone, pair.public_cidr, pair.private_cidr) for pair in pairs] == [
        ("eu-west-1a", "10.0.0.0/19", "10.0.128.0/19"),
        ("eu-west-1b", "10.0.32.0/19", "10.0.160.0/19"),
    ]


@pytest.mark.parametrize("more", [3, 4])
def test_a_zone_more_moves_no_subnet_up_to_four(more: int) -> None:
    assert cidrs("10.0.0.0/16", ZONES[:more])[:4] == cidrs("10.0.0.0/16", ZONES[:2])


def test_a_range_too_small_for_its_zones_is_refused_in_words() -> None:
    assert cidrs("10.0.0.0/24", ZONES[:6])
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/25 is too small for 6 zones.* /28"):
        subnet_pairs("10.0.0.0/25", ZONES[:6])


@pytest.mark.parametrize(
    ("stack", "cidr", "zones"), [("dev", "10.10", 2), ("staging", "10.20", 2), ("prod", "10.30", 3)]
)
def test_a_stack_has_a_public_and_a_private_subnet_in_each_zone(stack: str, cidr: str, zones: int) -> None:
    plan = planned(stack)
    assert plan.one("aws:ec2/vpc:Vpc").inputs["cidrBlock"] == f"{cidr}.0.0/16"
    placed = sorted((one.name.split("-")[1], one.inputs["availabilityZone"]) for one in plan.of(SUBNET))
    assert placed == sorted((side, zone) for side in ("public", "private") for zone in ZONES[:zones])
    assert {one.inputs["cidrBlock"] for one in plan.of(SUBNET)} == set(cidrs(f"{cidr}.0.0/16", ZONES[:zones]))


@pytest.mark.parametrize("stack", STACKS)
def test_public_subnets_go_out_directly_and_private_ones_by_nat_only(stack: str) -> None:
    plan = planned(stack)
    tables = {one.arn.rsplit("/", 1)[-1]: one for one in plan.of("aws:ec2/routeTable:RouteTable")}
    out = {route.inputs["routeTableId"]: route.inputs for route in plan.of(ROUTE)}
    assert out.keys() == tables.keys()
    joined = {
        one.inputs["subnetId"]: one.inputs["routeTableId"]
        for one in plan.of("aws:ec2/routeTableAssociation:RouteTableAssociation")
    }
    for subnet in plan.of(SUBNET):
        route = out[joined[subnet.arn.rsplit("/", 1)[-1]]]
        assert route["destinationCidrBlock"] == "0.0.0.0/0"
        assert ("gatewayId" in route, "natGatewayId" in route) == (
            ("-public-" in subnet.name),
            ("-private-" in subnet.name),
        )


@pytest.mark.parametrize(("stack", "gateways"), [("dev", 1), ("staging", 1), ("prod", 3)])
def test_prod_survives_the_loss_of_a_zone_and_the_others_pay_one_nat_gateway(stack: str, gateways: int) -> None:
    plan = planned(stack)
    assert len(plan.of(NAT)) == gateways
    used = {route.inputs["natGatewayId"] for route in plan.of(ROUTE) if "natGatewayId" in route.inputs}
    assert len(used) == gateways
    public = {one.arn.rsplit("/", 1)[-1] for one in plan.of(SUBNET) if "-public-" in one.name}
    assert {one.inputs["subnetId"] for one in plan.of(NAT)} <= public


@pytest.mark.parametrize("stack", STACKS)
def test_artifacts_do_not_pass_through_nat(stack: str) -> None:
    plan = planned(stack)
    endpoint = plan.one("aws:ec2/vpcEndpoint:VpcEndpoint").inputs
    private = {
        one.arn.rsplit("/", 1)[-1] for one in plan.of("aws:ec2/routeTable:RouteTable") if "-private-" in one.name
    }
    assert (endpoint["serviceName"], endpoint["vpcEndpointType"]) == ("com.amazonaws.eu-west-1.s3", "Gateway")
    assert set(endpoint["routeTableIds"]) == private


@pytest.mark.parametrize("stack", STACKS)
def test_the_default_security_group_lets_nothing_through(stack: str) -> None:
    default = planned(stack).one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").inputs
    assert default["ingress"] == default["egress"] == []


@pytest.mark.parametrize("stack", STACKS)
def test_traffic_is_recorded_where_it_matters(stack: str) -> None:
    plan = planned(stack)
    records = plan.of("aws:ec2/flowLog:FlowLog")
    assert len(records) == (0 if stack == "dev" else 1)
    for record in records:
        log = plan.one("aws:cloudwatch/logGroup:LogGroup", name=f"/aws/vpc/delivery-{stack}")
        assert (record.inputs["trafficType"], record.inputs["logDestination"]) == ("ALL", log.arn)


def test_an_existing_network_is_used_and_none_is_made() -> None:
    def existing(config: Config) -> None:
        config["delivery:network"] = {
            "vpcId": "vpc-0a1b2c3d4e5f60718",
            "publicSubnetIds": ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"],
            "privateSubnetIds": ["subnet-0a1b2c3d4e5f60713", "subnet-0a1b2c3d4e5f60714"],
        }

    dev = planned("dev", existing)
    made = {one.type for one in dev.resources if one.type.startswith("aws:ec2/")}
    assert made == {"aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/securityGroup:SecurityGroup"}
    balancer = dev.one("aws:lb/loadBalancer:LoadBalancer").inputs
    assert balancer["subnets"] == ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"]
    group = dev.one("aws:autoscaling/group:Group").inputs
    assert group["vpcZoneIdentifiers"] == ["subnet-0a1b2c3d4e5f60713", "subnet-0a1b2c3d4e5f60714"]
    inside = {one.inputs["vpcId"] for one in dev.resources if one.type.startswith("aws:") and "vpcId" in one.inputs}
    assert inside == {"vpc-0a1b2c3d4e5f60718"}
