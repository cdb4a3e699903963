"""Fleets, target groups, and the roles of instances."""

from typing import Any

from rulebook.rules import net_fleet
from tests.policies.cases.judging import Kind, after, exempted, judging, making, thing
from tests.policies.harness import UNKNOWN, Given

DEPLOYABLE, HEALTH, MANAGED = net_fleet.RULES


def fleet(**changes: Any) -> Given:
    """A fleet that is right but for the changes."""
    right = {
        "name": "fleet",
        "launchTemplate": {"id": "lt-1"},
        "vpcZoneIdentifiers": ["subnet-1", "subnet-2"],
        "minSize": 2,
        "maxSize": 4,
        "healthCheckType": "ELB",
        "targetGroupArns": ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/1"],
    }
    return making("aws:autoscaling/group:Group")(**{**right, **changes})


def deployed(**properties: Any) -> Given:
    """A deployment group."""
    return thing("aws:codedeploy/deploymentGroup:DeploymentGroup", properties, "deployed")


_fleet = judging(DEPLOYABLE)
_SMALL = _fleet(
    Kind.VIOLATING,
    "one server is enough for it",
    fleet(minSize=1),
    finds=("The Auto Scaling group 'thing' may have too few",),
)
FLEET_CASES = (
    _fleet(Kind.COMPLIANT, "it is right", fleet()),
    _fleet(
        Kind.COMPLIANT, "it mixes kinds of instances", fleet(launchTemplate=None, mixedInstancesPolicy={"x": UNKNOWN})
    ),
    _fleet(
        Kind.COMPLIANT, "it is the idle half", fleet(minSize=0, maxSize=0, targetGroupArns=[], healthCheckType="EC2")
    ),
    _fleet(
        Kind.COMPLIANT,
        "CodeDeploy, which names it, takes its servers out of the load balancer",
        fleet(healthCheckType="EC2"),
        deployed(autoscalingGroups=["fleet"]),
    ),
    _fleet(Kind.COMPLIANT, "it has no load balancer", fleet(healthCheckType=None, targetGroupArns=None)),
    _fleet(Kind.COMPLIANT, "staging may have one server", fleet(minSize=1), stack="staging"),
    _SMALL,
    *exempted(_SMALL),
    _fleet(
        Kind.VIOLATING,
        "it isn't deployed to by CodeDeploy, and keeps silent servers",
        fleet(healthCheckType="EC2"),
        deployed(autoscalingGroups=["other"]),
        finds=("keeps servers that don't answer",),
    ),
    _fleet(
        Kind.VIOLATING, "it is in one zone", fleet(vpcZoneIdentifiers=["subnet-1"]), finds=("fewer than two zones",)
    ),
    _fleet(
        Kind.MISSING,
        "it says its sizes alone",
        making("aws:autoscaling/group:Group")(minSize=2, maxSize=2, launchConfiguration="lc"),
        finds=("isn't made from a launch template", "fewer than two zones"),
    ),
    _fleet(
        Kind.UNKNOWN,
        "what it is made of and where doesn't matter",
        fleet(launchTemplate={"id": UNKNOWN}, vpcZoneIdentifiers=[UNKNOWN, UNKNOWN], targetGroupArns=[UNKNOWN]),
    ),
    _fleet(
        Kind.UNKNOWN,
        "its size isn't known, and it is in one zone",
        fleet(minSize=UNKNOWN, vpcZoneIdentifiers=[UNKNOWN]),
        finds=("fewer than two zones",),
        undecided="minSize",
    ),
    _fleet(
        Kind.UNKNOWN,
        "which fleets CodeDeploy deploys to isn't known",
        fleet(healthCheckType="EC2"),
        deployed(autoscalingGroups=[UNKNOWN]),
        undecided="autoscalingGroups[0]",
    ),
)

targets = making("aws:lb/targetGroup:TargetGroup")
CHECK = {"enabled": True, "path": "/health"}
_health = judging(HEALTH)
_SLOW = _health(
    Kind.VIOLATING,
    "targets are let go slowly",
    targets(protocol="HTTP", healthCheck=CHECK, deregistrationDelay=900),
    finds=("The target group 'thing' lets its targets go too slowly",),
)
HEALTH_CASES = (
    _health(Kind.COMPLIANT, "it is checked", targets(protocol="HTTP", healthCheck=CHECK, deregistrationDelay=30)),
    _health(Kind.COMPLIANT, "TCP has no paths", targets(protocol="TCP", deregistrationDelay="60")),
    _health(Kind.COMPLIANT, "functions need no check", targets(targetType="lambda")),
    _SLOW,
    *exempted(_SLOW),
    _health(
        Kind.VIOLATING,
        "no health is checked",
        targets(protocol="HTTP", healthCheck={**CHECK, "enabled": False}),
        finds=("doesn't check the health",),
    ),
    _health(
        Kind.VIOLATING,
        "TCP is checked by http, without a path",
        targets(protocol="TCP", healthCheck={"protocol": "HTTP"}),
        finds=("(`healthCheck.path`)",),
    ),
    _health(Kind.MISSING, "nothing is said", targets(protocol="HTTPS", port=443), finds=("(`healthCheck.path`)",)),
    _health(
        Kind.MISSING,
        "300 seconds, which AWS gives, are too many here",
        targets(protocol="HTTP", healthCheck=CHECK),
        parameters={"maxDrain": 120},
        finds=("`deregistrationDelay`",),
    ),
    _health(
        Kind.UNKNOWN,
        "the delay isn't known",
        targets(protocol="HTTP", healthCheck={"path": UNKNOWN}, deregistrationDelay=UNKNOWN),
        undecided="deregistrationDelay",
    ),
)

CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
ROLE = thing("aws:iam/role:Role", {"name": "instances"})
PROFILE = after(
    thing("aws:iam/instanceProfile:InstanceProfile", {"name": "profile", "role": UNKNOWN}, "profile"),
    key="role",
    others=(ROLE,),
)


def attached(arn: str, **properties: Any) -> Given:
    """A policy of the role."""
    return thing("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {"policyArn": arn, **properties}, "attached")


def launched(**properties: Any) -> Given:
    """A launch template with the profile."""
    given = thing(
        "aws:ec2/launchTemplate:LaunchTemplate", {"iamInstanceProfile": {"arn": UNKNOWN}, **properties}, "launched"
    )
    return after(given, key="iamInstanceProfile", others=(PROFILE,))


_OWN = "arn:aws:iam::111122223333:policy/team/sessions"
_managed = judging(MANAGED)
_NONE = _managed(
    Kind.VIOLATING,
    "the role has another policy",
    ROLE,
    PROFILE,
    launched(),
    attached("arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy", role="instances"),
    finds=("The role 'thing' is for instances, and has no policy for Session Manager",),
)
MANAGED_CASES = (
    _managed(Kind.COMPLIANT, "the policy is attached", ROLE, PROFILE, launched(), attached(CORE, role="instances")),
    _managed(
        Kind.COMPLIANT,
        "the policy is attached to several roles, and an instance names its profile",
        ROLE,
        PROFILE,
        thing("aws:ec2/instance:Instance", {"iamInstanceProfile": "profile", "keyName": UNKNOWN}, "launched"),
        thing(
            "aws:iam/policyAttachment:PolicyAttachment", {"policyArn": CORE, "roles": ["x", "instances"]}, "attached"
        ),
    ),
    _managed(
        Kind.COMPLIANT,
        "the policies are given as a whole",
        ROLE,
        PROFILE,
        launched(),
        thing(
            "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
            {"roleName": "instances", "policyArns": [CORE]},
            "all",
        ),
    ),
    _managed(
        Kind.COMPLIANT,
        "the organization has a policy of its own",
        ROLE,
        PROFILE,
        launched(),
        attached(_OWN, role="instances"),
        parameters={"policies": ["sess*"]},
    ),
    _managed(
        Kind.COMPLIANT,
        "the profile is of another stack",
        thing("aws:ec2/launchTemplate:LaunchTemplate", {"iamInstanceProfile": {"name": "elsewhere"}}),
        PROFILE,
        ROLE,
    ),
    _NONE,
    *exempted(_NONE),
    _managed(
        Kind.VIOLATING,
        "there is a key for SSH",
        ROLE,
        PROFILE,
        launched(keyName="ops"),
        attached(CORE, role="instances"),
        finds=("The launch template 'launched' has a key for SSH at `keyName`",),
    ),
    _managed(
        Kind.MISSING,
        "there is no profile",
        thing("aws:ec2/launchConfiguration:LaunchConfiguration", {"imageId": "ami-1"}),
        finds=("The launch configuration 'thing' has no instance profile",),
    ),
    _managed(
        Kind.UNKNOWN,
        "the policy isn't known, and there is a key",
        ROLE,
        PROFILE,
        launched(keyName="ops"),
        attached(UNKNOWN, role="instances"),
        finds=("`keyName`",),
        undecided="policyArn",
    ),
)

CASES = (*FLEET_CASES, *HEALTH_CASES, *MANAGED_CASES)
