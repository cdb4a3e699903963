"""What the network lets in: ports of administration, and load balancers in the clear."""

import re
from collections.abc import Iterator

from rulebook.kit.facts import LISTENER, LOAD_BALANCER, SECURITY_GROUP, SECURITY_GROUP_INGRESS, SECURITY_GROUP_RULE
from rulebook.kit.remedy import Remedy, constant
from rulebook.kit.rule import Level, Levels, Outcome, Parameter, Resource, ResourceRule, Severity, Violation, each
from rulebook.kit.values import Node, all_of, some
from rulebook.rules.frameworks import owasp, security_hub
from rulebook.rules.names import REGEX

_ALL_PROTOCOLS = frozenset({"-1", "all"})
_WITH_PORTS = frozenset({"tcp", "6", "udp", "17"})
# The whole world, also when it is written as two halves.
_WORLD = re.compile(r"/[01]$")
_CIDRS = ("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6")
_ALB_PROTOCOLS = frozenset({"HTTP", "HTTPS"})


def admin_ports(resource: Resource) -> Iterator[Outcome]:
    """Nothing of administration is open to the world."""
    ports: list[float] = resource.parameters["ports"]

    def judge(rule: Node) -> Iterator[Outcome]:
        if all_of(lambda: _is_open(rule, ports), lambda: _is_from_anywhere(rule)):
            where = f" at `{rule.path}`" if rule.path else ""
            yield Violation(
                message=f"{resource} opens a port of administration to the world{where}.", finding=rule.path
            )

    properties = resource.properties
    if resource.kind is SECURITY_GROUP:
        yield from each(properties["ingress"].items(), judge)
    elif resource.kind is SECURITY_GROUP_INGRESS or properties["type"].text() == "ingress":
        yield from judge(properties)


def _is_open(rule: Node, ports: list[float]) -> bool:
    protocol = (rule["protocol"] if rule["protocol"].present else rule["ipProtocol"]).text().lower()
    if protocol in _ALL_PROTOCOLS:
        return True
    if protocol not in _WITH_PORTS:
        return False
    first = rule["fromPort"].number(0)
    last = rule["toPort"].number(first)
    return any(first <= port <= last for port in ports)


def _is_from_anywhere(rule: Node) -> bool:
    return some(_CIDRS, lambda key: some(_texts(rule[key]), lambda cidr: _WORLD.search(cidr.text()) is not None))


def _texts(node: Node) -> list[Node]:
    return [node] if isinstance(node.value, str) else node.items()


def https(resource: Resource) -> Iterator[Outcome]:
    """A load balancer speaks HTTPS of today, is kept from deletion, and writes down who came."""
    yield from _listener(resource) if resource.kind is LISTENER else _balancer(resource)


def _listener(resource: Resource) -> Iterator[Outcome]:
    properties = resource.properties
    # Listeners of gateway load balancers have neither; for others HTTP is what AWS takes an absent protocol for.
    protocol = properties["protocol"].text("HTTP" if properties["port"].present else "")
    if protocol not in _ALB_PROTOCOLS | {"TLS"}:
        return
    if protocol == "HTTP":
        if not some(properties["defaultActions"].items(), _redirects):
            message = f"{resource} serves plain http instead of sending users to https."
            yield Violation(message=message, finding="protocol")
        return
    policy = properties["sslPolicy"]
    # The default of AWS still takes TLS 1.0:
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    if not re.search(resource.parameters["sslPolicies"], policy.text("ELBSecurityPolicy-2016-08")):
        yield Violation(message=f"{resource} takes versions of TLS that are broken.", finding=policy.path)


def _redirects(action: Node) -> bool:
    # An absent protocol keeps that of the request, which is http here.
    return action["type"].text() == "redirect" and action["redirect"]["protocol"].text("#{protocol}") == "HTTPS"


def _balancer(resource: Resource) -> Iterator[Outcome]:
    properties = resource.properties
    switches = {
        "dropInvalidHeaderFields": "hands on header fields that are invalid",
        "enableDeletionProtection": "can be deleted by mistake",
        "accessLogs.enabled": "writes no access logs",
    }

    def judge(path: str) -> Iterator[Outcome]:
        node = properties
        for key in path.split("."):
            node = node[key]
        if not node.flag(default=False):
            yield Violation(message=f"{resource} {switches[path]}: `{path}` isn't true.", finding=path)

    def judged_alone(path: str) -> Iterator[Outcome]:
        # Only application load balancers know headers, and only they log without a TLS listener.
        if path == "enableDeletionProtection" or properties["loadBalancerType"].text("application") == "application":
            yield from judge(path)

    yield from each(switches, judged_alone)


RULES = (
    ResourceRule(
        id="net-no-open-admin-ports",
        title="No port of administration is open to the world.",
        why="Such ports are found within minutes and tried for ever; Session Manager needs none of them.",
        fix="name the networks or groups that may come in, or use Session Manager and remove the rule.",
        severity=Severity.CRITICAL,
        levels=Levels(Level.MANDATORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(SECURITY_GROUP, SECURITY_GROUP_INGRESS, SECURITY_GROUP_RULE),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19",
        parameters=(
            Parameter(
                name="ports",
                schema={"type": "array", "items": {"type": "integer", "minimum": 0}},
                default=[22, 3389, 8080],
                description="The ports: by default those of SSH, Remote Desktop and Jenkins.",
            ),
        ),
        frameworks=(owasp(7), security_hub("EC2.13"), security_hub("EC2.14"), security_hub("EC2.19")),
        check=admin_ports,
    ),
    ResourceRule(
        id="net-alb-https",
        title="A load balancer speaks HTTPS with TLS 1.2 or later, and is protected and logged.",
        why="Over plain http everyone on the way reads sessions and changes answers. Listeners of network load "
        "balancers that pass TCP on are left out, for the servers behind them may speak TLS themselves.",
        fix="use an HTTPS listener with a policy of TLS 1.2 or later, redirect http to it, and set "
        "dropInvalidHeaderFields, enableDeletionProtection and accessLogs.",
        severity=Severity.HIGH,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.MANDATORY),
        kinds=(LISTENER, LOAD_BALANCER),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-1",
        parameters=(
            Parameter(
                name="sslPolicies",
                schema=REGEX,
                default=r"^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)",
                description="Names of the TLS policies of AWS that are good enough, as a regular expression.",
            ),
        ),
        frameworks=(owasp(7), *(security_hub(f"ELB.{number}") for number in (1, 4, 5, 6))),
        check=https,
        remedies=(
            Remedy("dropInvalidHeaderFields", constant(True)),
            Remedy("enableDeletionProtection", constant(True)),
        ),
    ),
)
