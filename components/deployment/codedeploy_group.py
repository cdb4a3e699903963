"""A group of CodeDeploy on any platform, with its application and its role, and what brings a deployment back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import codedeploy

from components.deployment.shift import TrafficShift, config_name, routing
from components.iam import ServiceRole, ServiceRoleArgs, Statement
from components.place import Place


@dataclass(frozen=True, kw_only=True)
class CodeDeployGroup:
    """What the groups of all platforms have in common.

    Args:
        name: of the group, and of the application where it makes one; the role is called after it, and a configuration
            of its own, too.
        whose: whose machines, function or tasks they are, as the role's description says it.
        platform: `Server`, `Lambda` or `ECS`.
        place: where.
        blue_green: whether the new version comes beside the old one, or in its place.
        traffic: whether CodeDeploy takes traffic away and lets it in.
        statements: everything CodeDeploy may do
            (https://docs.aws.amazon.com/codedeploy/latest/userguide/getting-started-create-service-role.html).
        alarms: any of these stops a deployment, and so does not knowing how they are.
        undone_on_request: whether a deployment that a person stops is undone, as one that fails or that an alarm stops.
        protect: whether Pulumi refuses to delete the group.
    """

    name: str
    whose: str
    platform: str
    place: Place
    blue_green: bool
    statements: Sequence[Statement]
    alarms: Sequence[pulumi.Input[str]]
    traffic: bool = True
    undone_on_request: bool = True
    protect: bool = False


def codedeploy_group(
    name: str,
    group: CodeDeployGroup,
    *,
    deployment_config: pulumi.Input[str],
    parent: pulumi.Resource,
    application: pulumi.Input[str] | None = None,
    ignore_changes: list[str] | None = None,
    **own: Any,
) -> codedeploy.DeploymentGroup:
    """The role and the group, and the application unless another group has made it.

    Args:
        name: logical name, in front of those of all three.
        group: what it has in common with the others.
        deployment_config: how much changes at a time.
        parent: their owner.
        application: the name of one that another group has made; None makes one.
        ignore_changes: what CodeDeploy moves itself.
        own: what only the groups of its platform have.
    """
    if application is None:
        application = codedeploy.Application(
            f"{name}-application",
            name=group.name,
            compute_platform=group.platform,
            opts=pulumi.ResourceOptions(parent=parent),
        ).name
    role = ServiceRole(
        f"{name}-role",
        ServiceRoleArgs(
            role_name=f"{group.name}-codedeploy",
            service="codedeploy.amazonaws.com",
            account=group.place.account,
            statements=group.statements,
            description=f"CodeDeploy of {group.whose}",
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return codedeploy.DeploymentGroup(
        f"{name}-group",
        app_name=application,
        deployment_group_name=group.name,
        service_role_arn=role.arn,
        deployment_config_name=deployment_config,
        deployment_style={
            "deployment_type": "BLUE_GREEN" if group.blue_green else "IN_PLACE",
            "deployment_option": "WITH_TRAFFIC_CONTROL" if group.traffic else "WITHOUT_TRAFFIC_CONTROL",
        },
        auto_rollback_configuration={
            "enabled": True,
            "events": [
                "DEPLOYMENT_FAILURE",
                "DEPLOYMENT_STOP_ON_ALARM",
                *(["DEPLOYMENT_STOP_ON_REQUEST"] if group.undone_on_request else []),
            ],
        },
        alarm_configuration={"enabled": True, "alarms": list(group.alarms), "ignore_poll_alarm_failure": False},
        opts=pulumi.ResourceOptions(
            # Not the application: who waits for a component waits for its children, not for theirs.
            parent=parent,
            protect=group.protect,
            ignore_changes=ignore_changes,
        ),
        **own,
    )


def shift_config(
    name: str, group: CodeDeployGroup, shift: TrafficShift | None, *, parent: pulumi.Resource
) -> pulumi.Output[str]:
    """A configuration that moves the traffic as the stack file says, and its name; None is all of it at once."""
    return codedeploy.DeploymentConfig(
        f"{name}-config",
        deployment_config_name=config_name(group.name, shift),
        compute_platform=group.platform,
        traffic_routing_config=routing(shift),
        opts=pulumi.ResourceOptions(parent=parent),
    ).deployment_config_name
