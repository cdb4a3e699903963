"""How carefully a deployment group goes about a deployment: fleets, alarms, speed, late instances."""

from collections.abc import Iterator
from typing import Any

from rulebook.kit.facts import DEPLOYMENT_CONFIGURATION, DEPLOYMENT_GROUP
from rulebook.kit.remedy import Remedy, constant
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
from rulebook.kit.values import Node, all_of, some
from rulebook.rules.frameworks import aws_config, well_architected
from rulebook.rules.names import NAMES, is_named

COPY = "COPY_AUTO_SCALING_GROUP"
READY_ACTIONS = ("CONTINUE_DEPLOYMENT", "STOP_DEPLOYMENT")
API = "https://docs.aws.amazon.com/codedeploy/latest/APIReference"
_SERVER_KEYS = ("autoscalingGroups", "ec2TagFilters", "ec2TagSets", "onPremisesInstanceTagFilters")
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}


def blue_green_complete(resource: Resource) -> Iterator[Outcome]:
    """A blue/green group says where the traffic is shifted, where the new fleet comes from, and what becomes of the
    old one."""
    properties = resource.properties
    if properties["deploymentStyle"]["deploymentType"].text("IN_PLACE") != "BLUE_GREEN" or _is_lambda(properties):
        return
    yield from each((_balancer, _ready, _provisioning, _retirement), lambda question: question(resource))


def _balancer(resource: Resource) -> Iterator[Outcome]:
    info = resource.properties["loadBalancerInfo"]
    if not some(("targetGroupInfos", "elbInfos", "targetGroupPairInfo"), lambda key: bool(info[key].items())):
        yield _lacks(resource, "loadBalancerInfo", "names no load balancer that shifts the traffic")


def _ready(resource: Resource) -> Iterator[Outcome]:
    action = resource.properties["blueGreenDeploymentConfig"]["deploymentReadyOption"]["actionOnTimeout"]
    if not action.present:
        yield _lacks(resource, action.path, "doesn't say what happens when the new fleet is ready")
    elif action.text() not in resource.parameters["allowedReadyActions"]:
        yield _lacks(resource, action.path, "does something that isn't allowed when the new fleet is ready")


def _provisioning(resource: Resource) -> Iterator[Outcome]:
    properties = resource.properties
    # ECS starts the tasks of the new version itself.
    if properties["ecsService"].present:
        return
    action = properties["blueGreenDeploymentConfig"]["greenFleetProvisioningOption"]["action"]
    if not action.present:
        yield _lacks(resource, action.path, "doesn't say where the new fleet comes from")
    elif action.text() == COPY and len(properties["autoscalingGroups"].items()) != 1:
        yield _lacks(resource, "autoscalingGroups", "copies a fleet but hasn't exactly one Auto Scaling group")


def _retirement(resource: Resource) -> Iterator[Outcome]:
    old = resource.properties["blueGreenDeploymentConfig"]["terminateBlueInstancesOnDeploymentSuccess"]
    action, wait = old["action"], old["terminationWaitTimeInMinutes"]
    least = int(resource.parameters["minBlueRetentionMinutes"])
    if not action.present:
        yield _lacks(resource, action.path, "doesn't say what becomes of the old fleet")
    # With KEEP_ALIVE CodeDeploy never ends it, and takes no time:
    # https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BlueInstanceTerminationOption.html
    elif all_of(lambda: action.text() != "KEEP_ALIVE", lambda: wait.number(0) < least):
        yield _lacks(resource, wait.path, f"ends the old fleet sooner than {least} minutes after the shift")


def _is_lambda(properties: Node) -> bool:
    """Lambda groups are BLUE_GREEN without fleets; only what is absent tells them from groups of servers."""
    configuration = properties["deploymentConfigName"]
    if configuration.known and configuration.text().startswith("CodeDeployDefault.Lambda"):
        return True
    keys = (*_SERVER_KEYS, "ecsService", "loadBalancerInfo", "blueGreenDeploymentConfig")
    return not any(properties[key].present for key in keys)


def _lacks(resource: Resource, path: str, what: str) -> Violation:
    return Violation(message=f"{resource} deploys blue/green but {what}, at `{path}`.", finding=path)


def blue_green_state_safe(resource: Resource) -> Iterator[Outcome]:
    """Where CodeDeploy replaces the Auto Scaling group of a group, Pulumi doesn't put the old one back."""
    option = resource.properties["blueGreenDeploymentConfig"]["greenFleetProvisioningOption"]
    ignored = any(key.split("[")[0] in {"autoscalingGroups", "*"} for key in resource.ignore_changes)
    if not ignored and option["action"].text() == COPY:
        yield Violation(
            message=f"{resource} lets CodeDeploy replace its Auto Scaling group, and doesn't ignore changes of "
            "`autoscalingGroups`.",
            finding="autoscalingGroups",
        )


def deploy_alarms(resource: Resource) -> Iterator[Outcome]:
    """An alarm can stop a deployment."""
    alarms = resource.properties["alarmConfiguration"]
    least = int(resource.parameters["minAlarms"])

    def enabled(_: str) -> Iterator[Outcome]:
        if not alarms["enabled"].flag(default=False):
            yield Violation(
                message=f"{resource} is deployed without an alarm that stops it.", finding="alarmConfiguration.enabled"
            )

    def enough(_: str) -> Iterator[Outcome]:
        # A group whose alarms are off has one finding, not two.
        if alarms["enabled"].known and not alarms["enabled"].flag(default=False):
            return
        if len(alarms["alarms"].items()) < least:
            yield Violation(
                message=f"{resource} has fewer than {least} alarm(s) that stop a deployment.",
                finding="alarmConfiguration.alarms",
            )

    def heeded(_: str) -> Iterator[Outcome]:
        if alarms["ignorePollAlarmFailure"].flag(default=False):
            yield Violation(
                message=f"{resource} goes on deploying when its alarms can't be read.",
                finding="alarmConfiguration.ignorePollAlarmFailure",
            )

    for question in (enabled, enough, heeded):
        yield from each(("",), question)


def no_all_at_once(resource: Resource) -> Iterator[Outcome]:
    """No deployment changes everything at the same moment."""
    if resource.kind is DEPLOYMENT_GROUP:
        # Absent is CodeDeployDefault.OneAtATime, in the provider's schema as well.
        configuration = resource.properties["deploymentConfigName"]
        if is_named(configuration.text(), resource.parameters["forbidden"]):
            yield Violation(
                message=f"{resource} deploys to everything at once, by `{configuration.path}`.",
                finding=configuration.path,
            )
    elif resource.properties["computePlatform"].text("Server") == "Server":
        yield from _healthy_hosts(resource)
    else:
        routing = resource.properties["trafficRoutingConfig"]["type"]
        if routing.text("AllAtOnce") == "AllAtOnce":
            yield Violation(
                message=f"{resource} shifts all traffic at once, by `{routing.path}`.", finding=routing.path
            )


def _healthy_hosts(resource: Resource) -> Iterator[Outcome]:
    hosts = resource.properties["minimumHealthyHosts"]
    percent = hosts["type"].text() == "FLEET_PERCENT"
    least = int(resource.parameters["minHealthyPercent" if percent else "minHealthyHosts"])
    if hosts["value"].number(0) < least:
        unit = "% of the fleet" if percent else " host(s)"
        yield Violation(
            message=f"{resource} keeps fewer than {least}{unit} healthy, by `{hosts.path}.value`.",
            finding=f"{hosts.path}.value",
        )


def update_outdated_instances(resource: Resource) -> Iterator[Outcome]:
    """Instances that start during a deployment get the new version too."""
    strategy = resource.properties["outdatedInstancesStrategy"]
    if strategy.text("UPDATE") == "IGNORE":
        yield Violation(
            message=f"{resource} leaves instances that start during a deployment on the old version, by "
            f"`{strategy.path}`.",
            finding=strategy.path,
        )


RULES = (
    ResourceRule(
        id="flow-blue-green-complete",
        title="A blue/green deployment group says how traffic shifts, where the new fleet comes from and how long the "
        "old one stays.",
        why="What is left out is only missed in the first real deployment: without provisioning, CodeDeploy finds no "
        "instances; with the old fleet gone at once, there is nothing to go back to. A fleet kept alive has no time "
        "limit. A group that names neither servers nor a service nor a balancer is taken for one of Lambda functions, "
        "which need none of this.",
        fix="set loadBalancerInfo and all of blueGreenDeploymentConfig, with KEEP_ALIVE or a long enough wait.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.MANDATORY),
        kinds=(DEPLOYMENT_GROUP,),
        reference=f"{API}/API_BlueGreenDeploymentConfiguration.html",
        parameters=(
            Parameter(
                name="minBlueRetentionMinutes",
                schema=_COUNT,
                default=30,
                description="How many minutes the old fleet must stay after the shift, where CodeDeploy ends it.",
            ),
            Parameter(
                name="allowedReadyActions",
                schema=NAMES,
                default=list(READY_ACTIONS),
                description="What may happen when the new fleet is ready, in CodeDeploy's words.",
            ),
        ),
        frameworks=(well_architected("OPS06-BP03"),),
        check=blue_green_complete,
    ),
    ResourceRule(
        id="flow-blue-green-state-safe",
        title="A deployment group whose Auto Scaling group CodeDeploy replaces ignores that change.",
        why="With COPY_AUTO_SCALING_GROUP the fleet of the state is gone after the first deployment; the next update "
        "would bind the group to it again, or fail.",
        fix="add autoscalingGroups to ignore_changes of the deployment group, or deploy between two declared fleets.",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.MANDATORY),
        kinds=(DEPLOYMENT_GROUP,),
        reference=f"{API}/API_GreenFleetProvisioningOption.html",
        frameworks=(well_architected("OPS06-BP03"),),
        check=blue_green_state_safe,
    ),
    ResourceRule(
        id="flow-deploy-alarms",
        title="An alarm stops a deployment that harms the service.",
        why="CodeDeploy only sees whether scripts end well; whether customers are served, an alarm sees.",
        fix="enable alarmConfiguration with the service's alarms, and leave ignorePollAlarmFailure off.",
        severity=Severity.HIGH,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.MANDATORY),
        kinds=(DEPLOYMENT_GROUP,),
        reference=f"{API}/API_AlarmConfiguration.html",
        parameters=(
            Parameter(
                name="minAlarms",
                schema={"type": "integer", "minimum": 1},
                default=1,
                description="How many alarms there must be.",
            ),
        ),
        frameworks=(aws_config("codedeploy-deployment-group-auto-rollback-monitor-enabled"),),
        check=deploy_alarms,
    ),
    ResourceRule(
        id="flow-no-all-at-once",
        title="No deployment changes every instance, or shifts all traffic, at once.",
        why="A version that doesn't start takes the whole service down before anybody has seen one instance fail. "
        "AWS's own HalfAtATime is allowed; a configuration of one's own is held to the numbers of AWS Config.",
        fix="deploy with CodeDeployDefault.OneAtATime, a canary or linear configuration, or one that keeps enough "
        "hosts healthy.",
        severity=Severity.HIGH,
        levels=Levels(Level.OFF, Level.ADVISORY, Level.MANDATORY),
        kinds=(DEPLOYMENT_GROUP, DEPLOYMENT_CONFIGURATION),
        reference="https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html",
        parameters=(
            Parameter(
                name="forbidden",
                schema=NAMES,
                default=[f"CodeDeployDefault.{platform}AllAtOnce" for platform in ("", "Lambda", "ECS")],
                description="Names of deployment configurations that no group may have, `*` for any text.",
            ),
            Parameter(
                name="minHealthyPercent",
                schema=_COUNT,
                default=66,
                description="The share of the fleet, in percent, that a configuration of one's own must keep healthy.",
            ),
            Parameter(
                name="minHealthyHosts",
                schema=_COUNT,
                default=1,
                description="The number of hosts that a configuration of one's own must keep healthy.",
            ),
        ),
        frameworks=(
            aws_config("codedeploy-ec2-minimum-healthy-hosts-configured"),
            aws_config("codedeploy-lambda-allatonce-traffic-shift-disabled"),
        ),
        check=no_all_at_once,
    ),
    ResourceRule(
        id="flow-update-outdated-instances",
        title="Instances that start during a deployment are brought to the new version.",
        why="Otherwise a fleet that grows during a deployment serves two versions until the next one.",
        fix="set outdatedInstancesStrategy to UPDATE, or leave it out.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.ADVISORY, Level.MANDATORY),
        kinds=(DEPLOYMENT_GROUP,),
        reference=f"{API}/API_CreateDeploymentGroup.html",
        frameworks=(aws_config("codedeploy-deployment-group-outdated-instances-update"),),
        check=update_outdated_instances,
        remedies=(Remedy("outdatedInstancesStrategy", constant("UPDATE")),),
    ),
)
