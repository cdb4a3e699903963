"""What sends traffic to a fleet."""

from rulebook.kit.facts import TRAFFIC_ATTACHMENT
from rulebook.kit.links import declared, linked
from rulebook.kit.rule import Resource, Stack
from rulebook.kit.telling import told_of
from rulebook.kit.values import any_of, some

_SENDERS = ("targetGroupArns", "loadBalancers", "trafficSources")


def names_a_sender(fleet: Resource) -> bool:
    """Whether a fleet says itself that it takes traffic: of a load balancer of any generation, or of VPC Lattice.

    See https://docs.aws.amazon.com/autoscaling/ec2/userguide/attach-load-balancer-asg.html.
    """
    return some(_SENDERS, lambda key: bool(declared(fleet, key).items()))


def takes_traffic(stack: Stack, fleet: Resource) -> bool:
    """Whether traffic is sent to a fleet, by its own word or by an attachment of the stack.

    Raises:
        UndecidableError: nothing is known to send it any, and of something it isn't known.
    """
    return any_of(
        lambda: told_of(fleet, lambda: names_a_sender(fleet)),
        lambda: bool(linked(fleet, stack, TRAFFIC_ATTACHMENT, key="autoscalingGroupName")),
    )
