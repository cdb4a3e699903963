"""The network of a stack: one that the stack makes, or one that is there."""

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, model_validator

from settings.base import ByTier, Model
from settings.fields import Listed, PrivateCidr, SubnetId, VpcId, Zone, at_least, distinct, refused
from settings.tiers import NatGateways

NEW = "a new network (cidr)"
EXISTING = "an existing network (vpcId, no cidr)"
SMALLEST_SUBNET = 27
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"""

EXISTING_KEYS = frozenset({"vpcId", "publicSubnetIds", "privateSubnetIds"})


class NewNetwork(Model):
    """A VPC with a public and a private subnet in each zone."""

    cidr: PrivateCidr = Field(description="Private IPv4 range of the VPC, /16 to /24.")
    availability_zones: Annotated[Listed[Zone], at_least(2, "zones"), distinct("zones")] = Field(
        description="At least two zones of the stack's region."
    )
    nat_gateways: Annotated[NatGateways, Field(strict=False), ByTier("nat_gateways")] = Field(
        description="NAT gateways: one for all zones, or per-zone."
    )

    @model_validator(mode="after")
    def _has_room_for_load_balancers(self) -> "NewNetwork":
        zones = len(self.availability_zones)
        # Half of it is public, and cut for four zones, or for as many as the next power of two.
        largest = SMALLEST_SUBNET - 1 - max(zones - 1, 3).bit_length()
        if IPv4Network(self.cidr).prefixlen > largest:
            allowed = (
                f"/{largest} or larger with {zones} zones, as load balancers ask for subnets of /{SMALLEST_SUBNET}"
            )
            raise refused(allowed, key="cidr", partners=("availabilityZones",))
        return self


class ExistingNetwork(Model):
    """A VPC that another program made; its private subnets need a way out (NAT or endpoints)."""

    vpc_id: VpcId = Field(description="The VPC's id.")
    public_subnet_ids: Annotated[Listed[SubnetId], at_least(2, "subnets"), distinct("subnets")] = Field(
        description="At least two public subnets in different zones, for the load balancers."
    )
    private_subnet_ids: Annotated[Listed[SubnetId], at_least(2, "subnets"), distinct("subnets")] = Field(
        description="At least two private subnets in different zones, for the fleets."
    )


def _kind(given: Any) -> str:
    if isinstance(given, ExistingNetwork):
        return EXISTING
    # With both kinds of keys the new network wins, so that the keys of the other are the ones to take away.
    return EXISTING if isinstance(given, Mapping) and "cidr" not in given and EXISTING_KEYS & given.keys() else NEW


AnyNetwork = Annotated[
    Annotated[NewNetwork, Tag(NEW)] | Annotated[ExistingNetwork, Tag(EXISTING)], Discriminator(_kind)
]
