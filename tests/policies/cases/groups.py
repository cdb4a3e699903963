"""Deployment groups of servers, Lambda functions, ECS services and machines on premises."""

from dataclasses import replace
from typing import Any

from rulebook.rules.flow import groups
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.harness import UNKNOWN, Given

GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"
BLUE_GREEN, ROLLBACK = groups.RULES


def group(**properties: Any) -> Given:
    """A deployment group called `thing`."""
    return Given(type=GROUP, properties={"appName": "shop", "deploymentGroupName": "shop", **properties})


STYLE = {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
_IN_PLACE = Case(
    rule=BLUE_GREEN,
    kind=Kind.VIOLATING,
    what="a production group deploys in place",
    given=(group(deploymentStyle={**STYLE, "deploymentType": "IN_PLACE"}),),
    finds=("The deployment group 'thing' deploys to production in place",),
)


def blue_green(kind: Kind, what: str, *, finds: tuple[str, ...] = (), undecided: str = "", **properties: Any) -> Case:
    """A case of `flow-prod-blue-green`."""
    return Case(rule=BLUE_GREEN, kind=kind, what=what, given=(group(**properties),), finds=finds, undecided=undecided)


_ON_PREMISES = group(onPremisesInstanceTagFilters=[{"key": "site", "type": "KEY_AND_VALUE", "value": "berlin"}])
BLUE_GREEN_CASES = (
    blue_green(
        Kind.COMPLIANT,
        "two declared fleets are discovered and kept",
        deploymentStyle=STYLE,
        autoscalingGroups=["shop-blue"],
        blueGreenDeploymentConfig={
            "greenFleetProvisioningOption": {"action": "DISCOVER_EXISTING"},
            "terminateBlueInstancesOnDeploymentSuccess": {"action": "KEEP_ALIVE"},
        },
    ),
    blue_green(Kind.COMPLIANT, "ECS knows nothing else", ecsService={"clusterName": "c", "serviceName": "s"}),
    blue_green(Kind.COMPLIANT, "Lambda knows nothing else", deploymentConfigName="CodeDeployDefault.LambdaAllAtOnce"),
    Case(rule=BLUE_GREEN, kind=Kind.COMPLIANT, what="dev may be in place", given=(group(),), stack="dev"),
    Case(
        rule=BLUE_GREEN,
        kind=Kind.COMPLIANT,
        what="on-premises groups may be in place where that is allowed",
        given=(_ON_PREMISES,),
        parameters={"onPremises": "allowInPlace"},
    ),
    Case(
        rule=BLUE_GREEN,
        kind=Kind.COMPLIANT,
        what="a group is named by the administrator",
        given=(group(),),
        parameters={"exemptGroups": ["thi*"]},
    ),
    _IN_PLACE,
    *exempted(_IN_PLACE),
    Case(
        rule=BLUE_GREEN,
        kind=Kind.VIOLATING,
        what="a group has servers too, and only on-premises ones may be in place",
        given=(replace(_ON_PREMISES, properties={**_ON_PREMISES.properties, "autoscalingGroups": ["fleet"]}),),
        parameters={"onPremises": "allowInPlace"},
        finds=("in place", "without taking traffic away"),
    ),
    Case(
        rule=BLUE_GREEN,
        kind=Kind.VIOLATING,
        what="on-premises groups are in place",
        given=(_ON_PREMISES,),
        finds=("in place", "without taking traffic away"),
    ),
    blue_green(
        Kind.VIOLATING,
        "no traffic is controlled, whatever the type will be",
        deploymentStyle={"deploymentType": UNKNOWN, "deploymentOption": "WITHOUT_TRAFFIC_CONTROL"},
        finds=("without taking traffic away",),
        undecided="deploymentStyle.deploymentType",
    ),
    blue_green(Kind.MISSING, "no style means in place", finds=("in place", "without taking traffic away")),
    blue_green(Kind.UNKNOWN, "which fleet it is doesn't matter", deploymentStyle=STYLE, autoscalingGroups=[UNKNOWN]),
    blue_green(Kind.UNKNOWN, "the style isn't known", deploymentStyle=UNKNOWN, undecided="deploymentStyle"),
)

ON = {"enabled": True, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]}
ALARMS = {"enabled": True, "alarms": [UNKNOWN]}
_NO_ROLLBACK = Case(
    rule=ROLLBACK,
    kind=Kind.VIOLATING,
    what="rollback is switched off",
    given=(group(autoRollbackConfiguration={**ON, "enabled": False}),),
    finds=("The deployment group 'thing' doesn't roll back automatically",),
)


def rollback(kind: Kind, what: str, *, finds: tuple[str, ...] = (), undecided: str = "", **properties: Any) -> Case:
    """A case of `flow-auto-rollback`."""
    return Case(rule=ROLLBACK, kind=kind, what=what, given=(group(**properties),), finds=finds, undecided=undecided)


ROLLBACK_CASES = (
    rollback(Kind.COMPLIANT, "failure and alarm", autoRollbackConfiguration=ON, alarmConfiguration=ALARMS),
    rollback(
        Kind.COMPLIANT,
        "without alarms, failure is enough",
        autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
    ),
    _NO_ROLLBACK,
    *exempted(_NO_ROLLBACK),
    rollback(
        Kind.VIOLATING,
        "its alarms don't roll back",
        autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
        alarmConfiguration=ALARMS,
        finds=("doesn't roll back on DEPLOYMENT_STOP_ON_ALARM",),
    ),
    rollback(Kind.MISSING, "nothing is said", finds=("doesn't roll back automatically",)),
    rollback(
        Kind.UNKNOWN,
        "events aren't known",
        autoRollbackConfiguration={"enabled": True, "events": UNKNOWN},
        undecided="autoRollbackConfiguration.events",
    ),
)

CASES = (*BLUE_GREEN_CASES, *ROLLBACK_CASES)
