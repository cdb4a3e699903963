"""How a deployment group changes what is running, and what it does when that fails."""

from collections.abc import Iterator

from rulebook.kit.facts import DEPLOYMENT_GROUP, name_of
from rulebook.kit.remedy import Asked, Remedy, constant, joined
from rulebook.kit.rule import (
    Level,
    Levels,
    Outcome,
    Parameter,
    Resource,
    ResourceRule,
    Severity,
    Violation,
    each,
)
from rulebook.kit.values import Node, some
from rulebook.rules.frameworks import aws_config, well_architected
from rulebook.rules.names import NAMES, is_named

ON_FAILURE, ON_ALARM = "DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"
EXEMPT_GROUPS = Parameter(
    name="exemptGroups",
    schema=NAMES,
    default=[],
    description="Logical names of groups that may be in place, `*` for any text; an exemption says more.",
)


def blue_green(resource: Resource) -> Iterator[Outcome]:
    """A production deployment shifts traffic to a new fleet instead of changing the running one."""
    properties, parameters = resource.properties, resource.parameters
    if may_be_in_place(resource) or _never_in_place(properties):
        return
    if parameters["onPremises"] == "allowInPlace" and _only_on_premises(properties):
        return
    if takes_no_traffic(properties):
        # Whether its fleets bear it out, beside a group that is blue/green, is asked by flow-workers-beside-blue-green.
        return
    style = properties["deploymentStyle"]

    def judge(question: tuple[str, str, str, str]) -> Iterator[Outcome]:
        key, wanted, default, what = question
        if style[key].text(default) != wanted:
            yield Violation(message=f"{resource} {what}.", finding=f"deploymentStyle.{key}")

    # Absent means in place and without traffic control:
    # https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentStyle.html
    in_place = "deploymentType", "BLUE_GREEN", "IN_PLACE", "deploys to production in place, not blue/green"
    blind = (
        *("deploymentOption", "WITH_TRAFFIC_CONTROL", "WITHOUT_TRAFFIC_CONTROL"),
        "deploys to production without taking traffic away from the instances it changes",
    )
    yield from each((in_place, blind), judge)


def may_be_in_place(group: Resource) -> bool:
    """Whether the organization has named a group as one that needn't be blue/green."""
    return is_named(name_of(group.urn), group.parameters[EXEMPT_GROUPS.name])


def _never_in_place(properties: Node) -> bool:
    """ECS and Lambda know blue/green only; Lambda is told by the configurations that AWS made for it."""
    configuration = properties["deploymentConfigName"]
    return properties["ecsService"].present or (
        configuration.known and configuration.text().startswith("CodeDeployDefault.Lambda")
    )


def _only_on_premises(properties: Node) -> bool:
    elsewhere = ("autoscalingGroups", "ec2TagFilters", "ec2TagSets")
    return bool(properties["onPremisesInstanceTagFilters"].items()) and not some(
        elsewhere, lambda key: bool(properties[key].items())
    )


def takes_no_traffic(properties: Node) -> bool:
    """Whether a group is of workers: of Auto Scaling groups alone, with no load balancer, and it says so itself.

    CodeDeploy shifts traffic between servers by a load balancer, so such a group can't be blue/green. What isn't known
    or isn't said makes it no group of workers.
    """
    style, option = properties["deploymentStyle"], "WITHOUT_TRAFFIC_CONTROL"
    if not (style.known and all(style[key].known for key in ("deploymentType", "deploymentOption"))):
        return False
    if style["deploymentType"].text("") != "IN_PLACE" or style["deploymentOption"].text("") != option:
        return False
    if properties["loadBalancerInfo"].present or properties["ecsService"].present:
        return False
    elsewhere = ("ec2TagFilters", "ec2TagSets", "onPremisesInstanceTagFilters")
    return bool(properties["autoscalingGroups"].items()) and not some(
        elsewhere, lambda key: bool(properties[key].items())
    )


def _events(asked: Asked) -> list[str]:
    # The alarm's event does no harm where there is no alarm.
    return [*asked.parameters["requiredEvents"], ON_ALARM]


def auto_rollback(resource: Resource) -> Iterator[Outcome]:
    """A deployment that fails, or that an alarm stops, is undone without a person."""
    rollback = resource.properties["autoRollbackConfiguration"]
    alarms = resource.properties["alarmConfiguration"]

    def enabled(_: str) -> Iterator[Outcome]:
        if not rollback["enabled"].flag(default=False):
            yield Violation(
                message=f"{resource} doesn't roll back automatically.", finding="autoRollbackConfiguration.enabled"
            )

    def has(event: str) -> Iterator[Outcome]:
        if event == ON_ALARM and not alarms["enabled"].flag(default=False):
            return
        if rollback.present and not some(rollback["events"].items(), lambda one: one.text() == event):
            yield Violation(
                message=f"{resource} doesn't roll back on {event}.", finding=f"autoRollbackConfiguration.events:{event}"
            )

    yield from each(("",), enabled)
    yield from each((*resource.parameters["requiredEvents"], ON_ALARM), has)


RULES = (
    ResourceRule(
        id="flow-prod-blue-green",
        title="Production is deployed blue/green, with traffic control.",
        why="In place, a bad version is on the only fleet there is, and going back is another deployment. A group of "
        "Auto Scaling groups alone that says IN_PLACE and WITHOUT_TRAFFIC_CONTROL and names no load balancer has no "
        "traffic to shift: of that one, flow-workers-beside-blue-green asks.",
        fix="set deploymentStyle to BLUE_GREEN and WITH_TRAFFIC_CONTROL, with a load balancer and a second fleet.",
        severity=Severity.HIGH,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.MANDATORY),
        kinds=(DEPLOYMENT_GROUP,),
        reference="https://docs.aws.amazon.com/codedeploy/latest/userguide/welcome.html#welcome-deployment-overview-blue-green",
        parameters=(
            Parameter(
                name="onPremises",
                schema={"type": "string", "enum": ["forbid", "allowInPlace"]},
                default="forbid",
                description="Whether groups of on-premises instances alone, which CodeDeploy can't deploy blue/green, "
                "may be in place.",
            ),
            EXEMPT_GROUPS,
        ),
        frameworks=(well_architected("OPS06-BP03"),),
        check=blue_green,
    ),
    ResourceRule(
        id="flow-auto-rollback",
        title="A failed deployment is rolled back automatically, and so is one that an alarm stops.",
        why="Until a person has read the alarm, customers meet the broken version.",
        fix="enable autoRollbackConfiguration with DEPLOYMENT_FAILURE, and DEPLOYMENT_STOP_ON_ALARM if it has alarms.",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(DEPLOYMENT_GROUP,),
        reference="https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html",
        parameters=(
            Parameter(
                name="requiredEvents",
                schema=NAMES,
                default=[ON_FAILURE],
                description="Events that must roll back; the alarm's is added where the group has alarms.",
            ),
        ),
        frameworks=(aws_config("codedeploy-deployment-group-auto-rollback-enabled"),),
        check=auto_rollback,
        remedies=(
            Remedy("autoRollbackConfiguration.enabled", constant(True)),
            Remedy("autoRollbackConfiguration.events", joined(_events)),
        ),
    ),
)
