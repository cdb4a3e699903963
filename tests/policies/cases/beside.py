"""Groups that take no traffic, alone and beside the one that does."""

from typing import Any

from rulebook.rules.flow import beside, groups
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.cases.groups import GROUP, STYLE
from tests.policies.cases.judging import after, thing
from tests.policies.harness import UNKNOWN, Given

(BESIDE,) = beside.RULES
BLUE_GREEN, _ = groups.RULES
IN_PLACE = {"deploymentType": "IN_PLACE", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL"}
APPLICATION = thing("aws:codedeploy/application:Application", {"name": UNKNOWN}, "shop")
PET = thing("random:index/randomPet:RandomPet", {"length": 2}, "pet")
BALANCED = {"loadBalancerInfo": {"targetGroupInfos": [{"name": "shop"}]}}


def workers(**properties: Any) -> Given:
    """A group of workers called `thing`."""
    own = {"appName": "shop", "deploymentGroupName": "shop-reports", "autoscalingGroups": ["shop-reports"]}
    return Given(type=GROUP, properties={**own, "deploymentStyle": IN_PLACE, **properties})


def main(**properties: Any) -> Given:
    """The main group of an application."""
    own = {"appName": "shop", "deploymentGroupName": "shop", "autoscalingGroups": ["shop-blue"], **BALANCED}
    return Given(type=GROUP, name="main", properties={**own, "deploymentStyle": STYLE, **properties})


def named_after(source: Given, *groups: Given) -> tuple[Given, ...]:
    """A resource, and groups whose application has its name from it."""
    return source, *(after(group, key="appName", others=(source,)) for group in groups)


def case(kind: Kind, what: str, *given: Given, **more: Any) -> Case:
    """A case of `flow-workers-beside-blue-green`."""
    return Case(rule=BESIDE, kind=kind, what=what, given=given, **more)


FOUND = ("The deployment group 'thing' deploys to production in place and without a load balancer",)
_ALONE = case(Kind.VIOLATING, "workers are all that an application has", workers(), finds=FOUND)
BESIDE_CASES = (
    case(Kind.COMPLIANT, "workers are beside a blue/green group of their application", workers(), main()),
    case(Kind.COMPLIANT, "a group in place has a load balancer, which is another rule's", workers(**BALANCED)),
    case(Kind.COMPLIANT, "dev may have workers alone", workers(), stack="dev"),
    case(
        Kind.COMPLIANT,
        "the administrator names the group, whose fleets then aren't asked for",
        workers(autoscalingGroups=[UNKNOWN]),
        parameters={"exemptGroups": ["thi*"]},
    ),
    _ALONE,
    *exempted(_ALONE),
    case(
        Kind.VIOLATING,
        "the administrator names the group beside it alone",
        workers(),
        main(appName="till"),
        parameters={"exemptGroups": ["main"]},
        finds=FOUND,
    ),
    case(Kind.VIOLATING, "the blue/green group is another application's", workers(), main(appName="till"), finds=FOUND),
    case(
        Kind.VIOLATING,
        "two applications have their names, which are known, from one resource",
        *named_after(PET, workers(appName="pet-a"), main(appName="pet-b")),
        finds=FOUND,
    ),
    case(
        Kind.VIOLATING,
        "the group beside it is in place as well",
        workers(),
        main(deploymentStyle={**STYLE, "deploymentType": "IN_PLACE"}),
        finds=FOUND,
    ),
    case(Kind.MISSING, "the group beside it says no style", workers(), main(deploymentStyle=None), finds=FOUND),
    case(
        Kind.UNKNOWN,
        "the application of the group beside it isn't known",
        workers(),
        main(appName=UNKNOWN),
        undecided="appName of main",
    ),
    case(
        Kind.UNKNOWN,
        "the name of the application isn't known, and both have it from one resource",
        *named_after(APPLICATION, workers(appName=UNKNOWN), main(appName=UNKNOWN)),
    ),
    case(
        Kind.UNKNOWN,
        "the style of the group beside it isn't known",
        workers(),
        main(deploymentStyle=UNKNOWN),
        undecided="deploymentStyle",
    ),
)

FLEET = "aws:autoscaling/group:Group"
TAKES_TRAFFIC = ("says that it takes no traffic, and its Auto Scaling group 'reports' takes some",)
SENDS = {"lbTargetGroupArn": UNKNOWN}


def fleet(**properties: Any) -> Given:
    """The fleet of the workers, called `reports`."""
    return thing(FLEET, {"name": "shop-reports", **properties}, "reports")


def attached(**properties: Any) -> Given:
    """An attachment of a load balancer to the fleet of the workers."""
    own = {"autoscalingGroupName": "shop-reports", **SENDS}
    return thing("aws:autoscaling/attachment:Attachment", {**own, **properties}, "attached")


def beside_main(kind: Kind, what: str, *given: Given, **more: Any) -> Case:
    """A case in which a blue/green group is beside the workers, and only their fleet is in question."""
    return case(kind, what, workers(), main(), *given, **more)


_BALANCED = beside_main(
    Kind.VIOLATING,
    "a fleet that says it takes no traffic is behind a load balancer",
    fleet(targetGroupArns=[UNKNOWN]),
    finds=TAKES_TRAFFIC,
)
_OTHER = thing(FLEET, {"name": UNKNOWN, "targetGroupArns": [UNKNOWN]}, "other")
_UNNAMED = fleet(name=UNKNOWN)
FLEET_CASES = (
    beside_main(Kind.COMPLIANT, "the fleet of the workers has no load balancer", fleet(targetGroupArns=[])),
    beside_main(
        Kind.COMPLIANT,
        "another fleet has the load balancer",
        fleet(),
        thing(FLEET, {"name": "shop-blue", "targetGroupArns": [UNKNOWN]}, "blue"),
        attached(autoscalingGroupName="shop-blue"),
    ),
    case(
        Kind.COMPLIANT,
        "the administrator names the group of a fleet that takes traffic",
        workers(),
        fleet(targetGroupArns=[UNKNOWN]),
        parameters={"exemptGroups": ["thing"]},
    ),
    _BALANCED,
    *exempted(_BALANCED),
    beside_main(
        Kind.VIOLATING,
        "the fleet is behind a classic load balancer",
        fleet(loadBalancers=["shop"]),
        finds=TAKES_TRAFFIC,
    ),
    beside_main(
        Kind.VIOLATING,
        "the fleet has a source of traffic",
        fleet(trafficSources=[{"identifier": UNKNOWN, "type": "vpc-lattice"}]),
        finds=TAKES_TRAFFIC,
    ),
    beside_main(
        Kind.VIOLATING, "a load balancer is attached to the fleet by its name", fleet(), attached(), finds=TAKES_TRAFFIC
    ),
    beside_main(
        Kind.VIOLATING,
        "a source of traffic is attached to the fleet",
        fleet(),
        thing(
            "aws:autoscaling/trafficSourceAttachment:TrafficSourceAttachment",
            {"autoscalingGroupName": "shop-reports", "trafficSource": {"identifier": UNKNOWN, "type": "elbv2"}},
            "attached",
        ),
        finds=TAKES_TRAFFIC,
    ),
    case(
        Kind.VIOLATING,
        "a fleet takes traffic, and its application has no blue/green group either",
        workers(),
        fleet(targetGroupArns=[UNKNOWN]),
        finds=(*TAKES_TRAFFIC, *FOUND),
    ),
    beside_main(Kind.MISSING, "the fleet isn't declared in the stack"),
    case(
        Kind.UNKNOWN,
        "names aren't known, and a load balancer is attached to the fleet that the group depends on",
        _UNNAMED,
        after(workers(autoscalingGroups=[UNKNOWN]), key="autoscalingGroups", others=(_UNNAMED,)),
        main(),
        after(attached(autoscalingGroupName=UNKNOWN), key="autoscalingGroupName", others=(_UNNAMED,)),
        finds=TAKES_TRAFFIC,
    ),
    case(
        Kind.UNKNOWN,
        "names aren't known, and the fleet with the load balancer is another than the group depends on",
        _UNNAMED,
        _OTHER,
        after(workers(autoscalingGroups=[UNKNOWN]), key="autoscalingGroups", others=(_UNNAMED,)),
        main(),
        after(attached(autoscalingGroupName=UNKNOWN), key="autoscalingGroupName", others=(_OTHER,)),
    ),
    beside_main(
        Kind.UNKNOWN,
        "nothing that could send traffic is given, though the provider will tell",
        fleet(targetGroupArns=UNKNOWN, loadBalancers=UNKNOWN, trafficSources=UNKNOWN),
    ),
    beside_main(
        Kind.UNKNOWN,
        "whether there is a target group isn't known",
        PET,
        after(fleet(targetGroupArns=UNKNOWN), key="targetGroupArns", others=(PET,)),
        undecided="targetGroupArns of reports",
    ),
    beside_main(
        Kind.UNKNOWN,
        "to which fleet a load balancer is attached isn't known",
        fleet(),
        attached(autoscalingGroupName=UNKNOWN),
        undecided="autoscalingGroupName of attached",
    ),
    case(
        Kind.UNKNOWN,
        "which fleet the group deploys to isn't known, and one takes traffic",
        workers(autoscalingGroups=[UNKNOWN]),
        main(),
        fleet(targetGroupArns=[UNKNOWN]),
        undecided="autoscalingGroups[0] of thing",
    ),
    case(
        Kind.UNKNOWN,
        "which fleet the group deploys to isn't known, and none takes traffic",
        workers(autoscalingGroups=[UNKNOWN]),
        main(),
        fleet(),
    ),
)


def blue_green(kind: Kind, what: str, *, finds: tuple[str, ...] = (), **properties: Any) -> Case:
    """A case of `flow-prod-blue-green`, which leaves groups without traffic to the other rule, and no more."""
    return Case(rule=BLUE_GREEN, kind=kind, what=what, given=(workers(**properties),), finds=finds)


BOTH = ("in place", "without taking traffic away")
NARROW_CASES = (
    blue_green(Kind.COMPLIANT, "workers have no traffic to shift"),
    blue_green(Kind.VIOLATING, "a group with a load balancer controls no traffic", finds=BOTH, **BALANCED),
    blue_green(Kind.VIOLATING, "a group without a balancer says nothing of it", finds=BOTH, deploymentStyle=None),
    blue_green(
        Kind.VIOLATING,
        "a group without a balancer is found by tags",
        finds=BOTH,
        autoscalingGroups=[],
        ec2TagFilters=[{"key": "site", "type": "KEY_ONLY"}],
    ),
    blue_green(
        Kind.VIOLATING,
        "a group has machines on premises beside its workers",
        finds=BOTH,
        onPremisesInstanceTagFilters=[{"key": "site", "type": "KEY_ONLY"}],
    ),
)

CASES = (*BESIDE_CASES, *FLEET_CASES, *NARROW_CASES)
