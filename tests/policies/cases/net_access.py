"""Security groups, listeners and load balancers."""

from typing import Any

from rulebook.rules import net_access
from tests.policies.cases.judging import Kind, exempted, judging, making
from tests.policies.harness import UNKNOWN, Given

PORTS, HTTPS = net_access.RULES
WORLD = ["0.0.0.0/0"]
group = making("aws:ec2/securityGroup:SecurityGroup")
ingress_rule = making("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
group_rule = making("aws:ec2/securityGroupRule:SecurityGroupRule")


def ingress(first: Any, last: Any, protocol: Any = "tcp", cidrs: Any = WORLD) -> dict[str, Any]:
    """One rule inside a security group."""
    return {"protocol": protocol, "fromPort": first, "toPort": last, "cidrBlocks": cidrs}


_ports = judging(PORTS)
_SSH = _ports(
    Kind.VIOLATING,
    "SSH is open, in dev",
    group(ingress=[ingress(443, 443), ingress(20, 25)]),
    finds=("The security group 'thing' opens a port of administration to the world at `ingress[1]`",),
    stack="dev",
)
PORTS_CASES = (
    _ports(Kind.COMPLIANT, "users may come in", group(ingress=[ingress(80, 80), ingress(443, 443)])),
    _ports(Kind.COMPLIANT, "SSH is for the office", group(ingress=[ingress(22, 22, cidrs=["203.0.113.0/24"])])),
    _ports(Kind.COMPLIANT, "everyone may ask whether it is there", group(ingress=[ingress(-1, -1, protocol="icmp")])),
    _ports(Kind.COMPLIANT, "a rule lets out", group_rule(type="egress", **ingress(0, 65535))),
    _ports(
        Kind.COMPLIANT,
        "the organization uses other ports",
        group(ingress=[ingress(22, 22)]),
        parameters={"ports": [2222]},
    ),
    _SSH,
    *exempted(_SSH),
    _ports(
        Kind.VIOLATING,
        "everything is open, whatever the ports say",
        group(ingress=[{"protocol": "-1", "fromPort": 0, "toPort": 0, "ipv6CidrBlocks": ["::/0"]}]),
        finds=("`ingress[0]`",),
    ),
    _ports(
        Kind.VIOLATING,
        "the world is written in two halves",
        group(ingress=[ingress(3389, 3389, cidrs=["0.0.0.0/1", "128.0.0.0/1"])]),
        finds=("`ingress[0]`",),
    ),
    _ports(
        Kind.VIOLATING,
        "a rule of its own opens Jenkins",
        ingress_rule(ipProtocol="tcp", fromPort=8080, toPort=8080, cidrIpv4="0.0.0.0/0"),
        finds=("The ingress rule 'thing' opens a port of administration to the world.",),
    ),
    _ports(
        Kind.VIOLATING,
        "an older rule of its own opens SSH",
        group_rule(type="ingress", **ingress(22, 22, protocol="6")),
        finds=("The security group rule 'thing'",),
    ),
    _ports(
        Kind.VIOLATING,
        "the default group is open",
        making("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")(ingress=[ingress(22, 22)]),
        finds=("`ingress[0]`",),
    ),
    _ports(Kind.MISSING, "nothing comes in", group(name="g")),
    _ports(Kind.MISSING, "a rule names no network", ingress_rule(ipProtocol="-1", referencedSecurityGroupId="sg-1")),
    _ports(
        Kind.UNKNOWN,
        "one network isn't known, another is the world",
        group(ingress=[ingress(22, 22, cidrs=[UNKNOWN]), ingress(22, 22, cidrs=[UNKNOWN, "0.0.0.0/0"])]),
        finds=("`ingress[1]`",),
        undecided="ingress[0].cidrBlocks[0]",
    ),
    _ports(
        Kind.UNKNOWN,
        "the network isn't known, but the port is no such",
        group(ingress=[ingress(443, 443, cidrs=UNKNOWN)]),
    ),
)

listener = making("aws:lb/listener:Listener")
TARGETS = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/1"
FORWARD = [{"type": "forward", "targetGroupArn": TARGETS}]
_https = judging(HTTPS)


def balancer(**changes: Any) -> Given:
    """A load balancer that is right but for the changes."""
    right = {"dropInvalidHeaderFields": True, "enableDeletionProtection": True, "accessLogs": {"enabled": True}}
    return making("aws:lb/loadBalancer:LoadBalancer")(**{**right, **changes})


def redirect(protocol: str | None) -> list[dict[str, Any]]:
    """An action that sends users elsewhere."""
    return [{"type": "redirect", "redirect": {"statusCode": "HTTP_301", "protocol": protocol}}]


_PLAIN = _https(
    Kind.VIOLATING,
    "users are served in the clear",
    listener(port=80, protocol="HTTP", defaultActions=FORWARD),
    finds=("The listener 'thing' serves plain http",),
)
HTTPS_CASES = (
    _https(
        Kind.COMPLIANT,
        "it speaks TLS of today",
        listener(port=443, protocol="HTTPS", sslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06", defaultActions=FORWARD),
    ),
    _https(
        Kind.COMPLIANT, "users are sent to https", listener(port=80, protocol="HTTP", defaultActions=redirect("HTTPS"))
    ),
    _https(Kind.COMPLIANT, "TCP is passed on", listener(port=5432, protocol="TCP", defaultActions=FORWARD)),
    _https(Kind.COMPLIANT, "it is a gateway's", listener(defaultActions=FORWARD)),
    _https(Kind.COMPLIANT, "the load balancer is right", balancer()),
    _https(
        Kind.COMPLIANT,
        "a network load balancer knows neither headers nor logs of TCP",
        making("aws:alb/loadBalancer:LoadBalancer")(loadBalancerType="network", enableDeletionProtection=True),
    ),
    _https(Kind.COMPLIANT, "dev may be plain", listener(port=80, protocol="HTTP", defaultActions=FORWARD), stack="dev"),
    _PLAIN,
    *exempted(_PLAIN),
    _https(
        Kind.VIOLATING,
        "the redirection keeps plain http",
        listener(port=80, protocol="HTTP", defaultActions=redirect(None)),
        finds=("(`protocol`)",),
    ),
    _https(
        Kind.VIOLATING,
        "an old version of TLS is taken, by a network load balancer",
        listener(port=443, protocol="TLS", sslPolicy="ELBSecurityPolicy-TLS13-1-0-2021-06"),
        finds=("takes versions of TLS that are broken (`sslPolicy`)",),
    ),
    _https(
        Kind.VIOLATING,
        "header fields that are invalid are handed on",
        balancer(dropInvalidHeaderFields=False),
        finds=("`dropInvalidHeaderFields`",),
    ),
    _https(
        Kind.VIOLATING,
        "logs are switched off",
        balancer(accessLogs={"enabled": False, "bucket": "b"}),
        finds=("writes no access logs: `accessLogs.enabled`",),
    ),
    _https(
        Kind.MISSING,
        "a load balancer says nothing",
        making("aws:lb/loadBalancer:LoadBalancer")(name="lb"),
        finds=("`dropInvalidHeaderFields`", "`enableDeletionProtection`", "`accessLogs.enabled`"),
    ),
    _https(
        Kind.MISSING, "a listener has a port alone", listener(port=80, defaultActions=FORWARD), finds=("plain http",)
    ),
    _https(Kind.MISSING, "no policy is named", listener(port=443, protocol="HTTPS"), finds=("`sslPolicy`",)),
    _https(
        Kind.UNKNOWN,
        "the kind of load balancer isn't known",
        balancer(loadBalancerType=UNKNOWN, enableDeletionProtection=False),
        finds=("`enableDeletionProtection`",),
        undecided="loadBalancerType",
    ),
    _https(Kind.UNKNOWN, "the protocol isn't known", listener(port=80, protocol=UNKNOWN), undecided="protocol"),
)

CASES = (*PORTS_CASES, *HTTPS_CASES)
