"""How deployment groups and configurations of every platform go about a deployment."""

from typing import Any

from rulebook.kit.rule import Rule
from rulebook.rules.flow import deployments
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.cases.groups import STYLE, group
from tests.policies.harness import UNKNOWN, Given

CONFIGURATION = "aws:codedeploy/deploymentConfig:DeploymentConfig"
COMPLETE, STATE_SAFE, ALARMS, NO_ALL_AT_ONCE, OUTDATED = deployments.RULES


def case(
    rule: Rule, kind: Kind, what: str, *, finds: tuple[str, ...] = (), undecided: str = "", **properties: Any
) -> Case:
    """A case of one deployment group called `thing`."""
    return Case(rule=rule, kind=kind, what=what, given=(group(**properties),), finds=finds, undecided=undecided)


def plan(provisioning: str = "DISCOVER_EXISTING", retirement: str = "KEEP_ALIVE", **wait: Any) -> dict[str, Any]:
    """A complete blue/green plan as it is on the wire."""
    return {
        "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
        "greenFleetProvisioningOption": {"action": provisioning},
        "terminateBlueInstancesOnDeploymentSuccess": {"action": retirement, **wait},
    }


BALANCER = {"targetGroupInfos": [{"name": "shop"}]}
WHOLE: dict[str, Any] = {"deploymentStyle": STYLE, "loadBalancerInfo": BALANCER, "autoscalingGroups": ["fleet"]}
_GONE_AT_ONCE = case(
    COMPLETE,
    Kind.VIOLATING,
    "the old fleet is gone at once",
    **WHOLE,
    blueGreenDeploymentConfig=plan("COPY_AUTO_SCALING_GROUP", "TERMINATE"),
    finds=("terminationWaitTimeInMinutes`",),
)
COMPLETE_CASES = (
    case(
        COMPLETE,
        Kind.COMPLIANT,
        "a fleet is kept alive, which has no waiting time",
        **WHOLE,
        blueGreenDeploymentConfig=plan(),
    ),
    case(
        COMPLETE,
        Kind.COMPLIANT,
        "a copied fleet ends after an hour",
        **WHOLE,
        blueGreenDeploymentConfig=plan("COPY_AUTO_SCALING_GROUP", "TERMINATE", terminationWaitTimeInMinutes=60),
    ),
    case(
        COMPLETE,
        Kind.COMPLIANT,
        "an ECS service provisions its tasks itself",
        deploymentStyle=STYLE,
        ecsService={"clusterName": "c", "serviceName": "s"},
        loadBalancerInfo={"targetGroupPairInfo": {"targetGroups": [{"name": "a"}, {"name": "b"}]}},
        blueGreenDeploymentConfig={
            "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
            "terminateBlueInstancesOnDeploymentSuccess": {"action": "TERMINATE", "terminationWaitTimeInMinutes": "30"},
        },
    ),
    case(COMPLETE, Kind.COMPLIANT, "Lambda has no fleets", deploymentStyle=STYLE),
    case(
        COMPLETE,
        Kind.COMPLIANT,
        "Lambda is told by its configuration",
        deploymentStyle=STYLE,
        deploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes",
        blueGreenDeploymentConfig={},
    ),
    case(COMPLETE, Kind.COMPLIANT, "it is in place", autoscalingGroups=["fleet"]),
    _GONE_AT_ONCE,
    *exempted(_GONE_AT_ONCE),
    case(
        COMPLETE,
        Kind.VIOLATING,
        "the old fleet stays 29 minutes",
        **WHOLE,
        blueGreenDeploymentConfig=plan(retirement="TERMINATE", terminationWaitTimeInMinutes=29.0),
        finds=("sooner than 30 minutes",),
    ),
    case(
        COMPLETE,
        Kind.VIOLATING,
        "two fleets can't be copied",
        **{**WHOLE, "autoscalingGroups": ["one", UNKNOWN]},
        blueGreenDeploymentConfig=plan("COPY_AUTO_SCALING_GROUP"),
        finds=("hasn't exactly one Auto Scaling group",),
    ),
    Case(
        rule=COMPLETE,
        kind=Kind.VIOLATING,
        what="it goes on by itself where a person has to decide",
        given=(group(**WHOLE, blueGreenDeploymentConfig=plan()),),
        parameters={"allowedReadyActions": ["STOP_DEPLOYMENT"]},
        finds=("something that isn't allowed",),
    ),
    case(
        COMPLETE,
        Kind.MISSING,
        "nothing is said of the fleets",
        deploymentStyle=STYLE,
        autoscalingGroups=["fleet"],
        finds=(
            "loadBalancerInfo",
            "actionOnTimeout",
            "greenFleetProvisioningOption.action",
            "OnDeploymentSuccess.action",
        ),
    ),
    case(
        COMPLETE,
        Kind.UNKNOWN,
        "the plan isn't known, the missing balancer is told all the same",
        deploymentStyle=STYLE,
        blueGreenDeploymentConfig=UNKNOWN,
        finds=("loadBalancerInfo",),
        undecided="blueGreenDeploymentConfig",
    ),
    case(COMPLETE, Kind.UNKNOWN, "the type isn't known", deploymentStyle=UNKNOWN, undecided="deploymentStyle"),
    case(
        COMPLETE,
        Kind.UNKNOWN,
        "how long it waits when it is kept alive, and the balancer's name, don't matter",
        **{**WHOLE, "loadBalancerInfo": {"targetGroupInfos": [{"name": UNKNOWN}]}},
        blueGreenDeploymentConfig=plan(terminationWaitTimeInMinutes=UNKNOWN),
    ),
)

COPYING: dict[str, Any] = {"blueGreenDeploymentConfig": plan("COPY_AUTO_SCALING_GROUP")}
_PUT_BACK = case(
    STATE_SAFE, Kind.VIOLATING, "the copied fleet isn't ignored", **COPYING, finds=("`autoscalingGroups`",)
)


def ignoring(what: str, *keys: str, finds: tuple[str, ...] = ()) -> Case:
    """A copying group that ignores changes of these keys."""
    given = Given(type=group().type, properties=COPYING, ignore_changes=keys)
    return Case(
        rule=STATE_SAFE, kind=Kind.VIOLATING if finds else Kind.COMPLIANT, what=what, given=(given,), finds=finds
    )


STATE_SAFE_CASES = (
    ignoring("the copied fleet is ignored", "tags", "autoscalingGroups"),
    ignoring("its one element is ignored", "autoscalingGroups[0]"),
    ignoring("everything is ignored", "*"),
    case(STATE_SAFE, Kind.COMPLIANT, "the fleets are declared", blueGreenDeploymentConfig=plan()),
    _PUT_BACK,
    *exempted(_PUT_BACK),
    ignoring("something else is ignored", "autoscalingGroupsX", finds=("`autoscalingGroups`",)),
    case(STATE_SAFE, Kind.MISSING, "nothing is said of the new fleet", blueGreenDeploymentConfig={}),
    case(
        STATE_SAFE,
        Kind.UNKNOWN,
        "where the new fleet comes from isn't known",
        blueGreenDeploymentConfig={"greenFleetProvisioningOption": {"action": UNKNOWN}},
        undecided="blueGreenDeploymentConfig.greenFleetProvisioningOption.action",
    ),
)

_ALARMS_OFF = case(
    ALARMS,
    Kind.VIOLATING,
    "its alarms are off",
    alarmConfiguration={"enabled": False, "alarms": ["a"]},
    finds=("alarmConfiguration.enabled",),
)
ALARMS_CASES = (
    case(ALARMS, Kind.COMPLIANT, "an alarm stops it", alarmConfiguration={"enabled": True, "alarms": ["errors"]}),
    case(ALARMS, Kind.UNKNOWN, "whose name is left open", alarmConfiguration={"enabled": True, "alarms": [UNKNOWN]}),
    Case(rule=ALARMS, kind=Kind.COMPLIANT, what="dev needs none", given=(group(),), stack="dev"),
    _ALARMS_OFF,
    *exempted(_ALARMS_OFF),
    case(
        ALARMS,
        Kind.VIOLATING,
        "no alarm is named, and none would be heard",
        alarmConfiguration={"enabled": True, "alarms": [], "ignorePollAlarmFailure": True},
        finds=("fewer than 1 alarm(s)", "ignorePollAlarmFailure"),
    ),
    Case(
        rule=ALARMS,
        kind=Kind.VIOLATING,
        what="two alarms are wanted",
        given=(group(alarmConfiguration={"enabled": True, "alarms": ["a"]}),),
        parameters={"minAlarms": 2},
        finds=("fewer than 2",),
    ),
    case(ALARMS, Kind.MISSING, "nothing is said of alarms", finds=("alarmConfiguration.enabled",)),
    case(ALARMS, Kind.UNKNOWN, "alarms aren't known", alarmConfiguration=UNKNOWN, undecided="alarmConfiguration"),
    case(
        ALARMS,
        Kind.UNKNOWN,
        "whether they are on isn't known, that none is named is",
        alarmConfiguration={"enabled": UNKNOWN},
        finds=("alarmConfiguration.alarms",),
        undecided="alarmConfiguration.enabled",
    ),
)


def configuration(kind: Kind, what: str, *, finds: tuple[str, ...] = (), undecided: str = "", **own: Any) -> Case:
    """A case of a deployment configuration of one's own."""
    given = Given(type=CONFIGURATION, properties=own)
    return Case(rule=NO_ALL_AT_ONCE, kind=kind, what=what, given=(given,), finds=finds, undecided=undecided)


_AT_ONCE = case(
    NO_ALL_AT_ONCE,
    Kind.VIOLATING,
    "a group deploys to everything at once",
    deploymentConfigName="CodeDeployDefault.AllAtOnce",
    finds=("`deploymentConfigName`",),
)
HOSTS, PERCENT = "HOST_COUNT", "FLEET_PERCENT"
AT_ONCE_CASES = (
    case(NO_ALL_AT_ONCE, Kind.COMPLIANT, "half at a time", deploymentConfigName="CodeDeployDefault.HalfAtATime"),
    configuration(Kind.COMPLIANT, "two thirds stay", minimumHealthyHosts={"type": PERCENT, "value": 66}),
    configuration(Kind.COMPLIANT, "one host stays", minimumHealthyHosts={"type": HOSTS, "value": 1.0}),
    configuration(
        Kind.COMPLIANT, "a canary", computePlatform="Lambda", trafficRoutingConfig={"type": "TimeBasedCanary"}
    ),
    _AT_ONCE,
    *exempted(_AT_ONCE),
    *(
        case(
            NO_ALL_AT_ONCE,
            Kind.VIOLATING,
            f"a group of {platform} shifts at once",
            deploymentConfigName=f"CodeDeployDefault.{platform}AllAtOnce",
            finds=("`deploymentConfigName`",),
        )
        for platform in ("Lambda", "ECS")
    ),
    configuration(
        Kind.VIOLATING,
        "too few of the fleet stay",
        minimumHealthyHosts={"type": PERCENT, "value": 65},
        finds=("fewer than 66% of the fleet",),
    ),
    configuration(
        Kind.VIOLATING,
        "no host stays",
        minimumHealthyHosts={"type": HOSTS, "value": 0},
        finds=("fewer than 1 host(s)",),
    ),
    configuration(
        Kind.VIOLATING,
        "traffic shifts at once",
        computePlatform="ECS",
        trafficRoutingConfig={"type": "AllAtOnce"},
        finds=("`trafficRoutingConfig.type`",),
    ),
    case(NO_ALL_AT_ONCE, Kind.MISSING, "absent is one at a time"),
    configuration(Kind.MISSING, "nothing is said of hosts", finds=("`minimumHealthyHosts.value`",)),
    configuration(
        Kind.MISSING, "absent is all traffic", computePlatform="Lambda", finds=("`trafficRoutingConfig.type`",)
    ),
    case(
        NO_ALL_AT_ONCE,
        Kind.UNKNOWN,
        "a configuration of the same program isn't known",
        deploymentConfigName=UNKNOWN,
        undecided="deploymentConfigName",
    ),
    configuration(
        Kind.UNKNOWN,
        "how many stay isn't known",
        minimumHealthyHosts={"type": HOSTS, "value": UNKNOWN},
        undecided="minimumHealthyHosts.value",
    ),
)

_LEFT_BEHIND = case(
    OUTDATED,
    Kind.VIOLATING,
    "late instances are left behind",
    outdatedInstancesStrategy="IGNORE",
    finds=("`outdatedInstancesStrategy`",),
)
OUTDATED_CASES = (
    case(OUTDATED, Kind.COMPLIANT, "late instances are updated", outdatedInstancesStrategy="UPDATE"),
    _LEFT_BEHIND,
    *exempted(_LEFT_BEHIND),
    case(OUTDATED, Kind.MISSING, "absent is UPDATE"),
    case(OUTDATED, Kind.UNKNOWN, "not known", outdatedInstancesStrategy=UNKNOWN, undecided="outdatedInstancesStrategy"),
)

CASES = (*COMPLETE_CASES, *STATE_SAFE_CASES, *ALARMS_CASES, *AT_ONCE_CASES, *OUTDATED_CASES)
