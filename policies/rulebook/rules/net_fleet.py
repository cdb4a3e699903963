"""Fleets that can be deployed to without a pause, and be reached without a key."""

from collections.abc import Iterator

from rulebook.kit.facts import (
    AUTOSCALING_GROUP,
    DEPLOYMENT_GROUP,
    EXCLUSIVE_ATTACHMENT,
    INSTANCE_PROFILE,
    POLICY_ATTACHMENT,
    ROLE,
    TARGET_GROUP,
)
from rulebook.kit.iam import is_aws_managed
from rulebook.kit.links import declared, linked, may_be_meant, names
from rulebook.kit.rule import (
    Level,
    Levels,
    Outcome,
    Parameter,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Violation,
    each,
)
from rulebook.kit.telling import about_each
from rulebook.kit.values import Node, all_of, some
from rulebook.rules.fleets import names_a_sender
from rulebook.rules.frameworks import owasp, security_hub
from rulebook.rules.names import NAMES, is_named
from rulebook.rules.net_instances import LAUNCHERS
from rulebook.tiers import Tier

_HTTP = frozenset({"HTTP", "HTTPS"})
_AWS_DRAIN = 300


def deployable(stack: Stack) -> Iterator[Outcome]:
    """A fleet has a template, more than one zone, more than one server, and replaces those that don't answer."""

    def judge(fleet: Resource) -> Iterator[Outcome]:
        yield from each(_QUESTIONS, lambda question: _asked(stack, fleet, *question))

    yield from about_each(stack.of(AUTOSCALING_GROUP), judge)


def _asked(stack: Stack, fleet: Resource, path: str, what: str) -> Iterator[Outcome]:
    if _FLAWS[path](stack, fleet):
        yield Violation(message=f"{fleet} {what}.", finding=path, urn=fleet.urn)


def _has_no_template(_: Stack, fleet: Resource) -> bool:
    return not (fleet.properties["launchTemplate"].present or fleet.properties["mixedInstancesPolicy"].present)


def _is_in_one_zone(_: Stack, fleet: Resource) -> bool:
    subnets = declared(fleet, "vpcZoneIdentifiers")
    return len((subnets if subnets.present else declared(fleet, "availabilityZones")).items()) < 2


def _is_too_small(_: Stack, fleet: Resource) -> bool:
    properties = fleet.properties
    # A fleet of nothing is the idle half of two: its first deployment gives it its size.
    return all_of(
        lambda: fleet.environment.tier is Tier.PRODUCTION,
        lambda: properties["minSize"].number(0) < fleet.parameters["minSize"],
        lambda: properties["maxSize"].number(0) > 0,
    )


def _keeps_silent_servers(stack: Stack, fleet: Resource) -> bool:
    """Whether nobody replaces a server that runs but doesn't answer its load balancer.

    CodeDeploy takes servers out of the load balancer while it deploys to them; Auto Scaling, if it listened to the load
    balancer, would replace them one after the other. So a fleet that a deployment group names may listen to EC2 alone.
    """
    return all_of(
        lambda: declared(fleet, "healthCheckType").text("EC2") != "ELB",
        lambda: names_a_sender(fleet),
        lambda: not linked(fleet, stack, DEPLOYMENT_GROUP, key="autoscalingGroups"),
    )


_FLAWS = {
    "launchTemplate": _has_no_template,
    "vpcZoneIdentifiers": _is_in_one_zone,
    "minSize": _is_too_small,
    "healthCheckType": _keeps_silent_servers,
}
_QUESTIONS = (
    ("launchTemplate", "isn't made from a launch template"),
    ("vpcZoneIdentifiers", "is in fewer than two zones"),
    ("minSize", "may have too few servers for production"),
    ("healthCheckType", "keeps servers that don't answer their load balancer"),
)


def target_group_health(resource: Resource) -> Iterator[Outcome]:
    """A target group asks its servers how they are, at a path of their own, and lets them go in time."""
    properties = resource.properties
    if properties["targetType"].text("instance") == "lambda":
        return
    health = properties["healthCheck"]

    def enabled(_: str) -> Iterator[Outcome]:
        if not health["enabled"].flag(default=True):
            message = f"{resource} doesn't check the health of its targets."
            yield Violation(message=message, finding="healthCheck.enabled")

    def path(_: str) -> Iterator[Outcome]:
        default = properties["protocol"].text() if properties["protocol"].known else "HTTP"
        if not health["path"].present and health["protocol"].text(default if default in _HTTP else "TCP") in _HTTP:
            message = f"{resource} has no path of its own to check the health of its targets."
            yield Violation(message=message, finding="healthCheck.path")

    def drain(_: str) -> Iterator[Outcome]:
        if properties["deregistrationDelay"].number(_AWS_DRAIN) > resource.parameters["maxDrain"]:
            message = f"{resource} lets its targets go too slowly."
            yield Violation(message=message, finding="deregistrationDelay")

    yield from each((enabled, path, drain), lambda judge: judge(""))


def ssm_managed(stack: Stack) -> Iterator[Outcome]:
    """Instances are reached through Session Manager, and have no key that somebody could keep."""

    def keyless(launcher: Resource) -> Iterator[Outcome]:
        key = declared(launcher, "keyName")
        if key.present and key.text("") != "":
            yield Violation(message=f"{launcher} has a key for SSH at `keyName`.", finding="keyName", urn=launcher.urn)

    def managed(launcher: Resource) -> Iterator[Outcome]:
        profile = declared(launcher, "iamInstanceProfile")
        if not profile.present:
            message = f"{launcher} has no instance profile, and so no Session Manager."
            yield Violation(message=message, finding="iamInstanceProfile", urn=launcher.urn)
            return
        for one in [one for one in stack.of(INSTANCE_PROFILE) if _is_profile(launcher, profile, one)]:
            for role in [role for role in may_be_meant(one, stack, ROLE, keys=("role",)) if names(one, "role", role)]:
                if not _has_session_manager(stack, role):
                    message = f"{role} is for instances, and has no policy for Session Manager."
                    yield Violation(message=message, finding="iamInstanceProfile", urn=role.urn)

    launchers = stack.of(*LAUNCHERS)
    yield from about_each(launchers, keyless)
    yield from about_each(launchers, managed)


def _is_profile(launcher: Resource, given: Node, profile: Resource) -> bool:
    on = launcher.dependencies.get("iamInstanceProfile", ())
    if on:
        return profile.urn in on
    holders = (given,) if not isinstance(given.value, dict) else (given["arn"], given["name"])
    return some(
        [one for one in holders if one.present],
        lambda one: one.text().rsplit("/", 1)[-1] == profile.properties["name"].text(),
    )


def _has_session_manager(stack: Stack, role: Resource) -> bool:
    patterns = role.parameters["policies"]

    def is_one(node: Node) -> bool:
        arn = node.text()
        return is_aws_managed(arn, patterns) or is_named(arn.rsplit("/", 1)[-1], patterns)

    attached = [
        *(part.properties["policyArn"] for part in linked(role, stack, POLICY_ATTACHMENT, key="role")),
        *(part.properties["policyArn"] for part in linked(role, stack, POLICY_ATTACHMENT, key="roles")),
        *(
            arn
            for part in linked(role, stack, EXCLUSIVE_ATTACHMENT, key="roleName")
            for arn in part.properties["policyArns"].items()
        ),
        *declared(role, "managedPolicyArns").items(),
    ]
    return some(attached, is_one)


RULES = (
    StackRule(
        id="net-asg-deployable",
        title="A fleet can be deployed to, and lose a server or a zone, without a pause.",
        why="A deployment takes servers away, and so does a zone that fails. The load balancer's view of health is "
        "asked of fleets behind one; not of those that CodeDeploy deploys to, because it takes servers out of the load "
        "balancer itself, and Auto Scaling would then replace them in the middle of the deployment. To see that, the "
        "rule is about the whole stack.",
        fix="use a launchTemplate, two subnets in two zones, healthCheckType ELB, and a minSize of 2 in production.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.MANDATORY),
        kinds=(AUTOSCALING_GROUP, DEPLOYMENT_GROUP),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/autoscaling-controls.html",
        parameters=(
            Parameter(
                name="minSize",
                schema={"type": "integer", "minimum": 1},
                default=2,
                description="How many servers a fleet of production must always have.",
            ),
        ),
        frameworks=(owasp(7), *(security_hub(f"AutoScaling.{number}") for number in (1, 2, 9))),
        check=deployable,
    ),
    ResourceRule(
        id="net-target-group-health",
        title="A target group checks its servers at a path of their own, and lets them go in time.",
        why="A deployment waits for health before it goes on, and for old connections before it ends. Absent, the path "
        "is `/`, which is rarely the one that tells; targets that are functions are left out.",
        fix="set healthCheck.path to what answers only when all is well, and deregistrationDelay in seconds.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(TARGET_GROUP,),
        reference="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
        parameters=(
            Parameter(
                name="maxDrain",
                schema={"type": "integer", "minimum": 0},
                default=_AWS_DRAIN,
                description="How many seconds old connections may last at most; AWS gives them 300 by default.",
            ),
        ),
        frameworks=(owasp(7),),
        check=target_group_health,
    ),
    StackRule(
        id="net-ssm-managed",
        title="Instances are reached through Session Manager, and not by SSH keys.",
        why="A key is kept by people who have left; Session Manager asks IAM each time and writes down what was done. "
        "Profiles and roles of other stacks aren't seen.",
        fix="attach AmazonSSMManagedInstanceCore to the role of the instance profile, and remove keyName.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.MANDATORY),
        kinds=(*LAUNCHERS, INSTANCE_PROFILE, ROLE, POLICY_ATTACHMENT, EXCLUSIVE_ATTACHMENT),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/ssm-controls.html#ssm-1",
        parameters=(
            Parameter(
                name="policies",
                schema=NAMES,
                default=["AmazonSSMManagedInstanceCore", "AmazonSSMManagedEC2InstanceDefaultPolicy"],
                description="Names of policies, of AWS or your own, that let Session Manager in, `*` for any text.",
            ),
        ),
        frameworks=(owasp(2), security_hub("SSM.1")),
        check=ssm_managed,
    ),
)
