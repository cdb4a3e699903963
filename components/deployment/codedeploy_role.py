"""The service role of CodeDeploy for one deployment group, and what brings a deployment of it back."""

from collections.abc import Sequence

import pulumi
from pulumi_aws import codedeploy

from components.iam import ServiceRole, ServiceRoleArgs, Statement
from components.place import Place


def codedeploy_role(
    name: str, *, group: str, place: Place, statements: Sequence[Statement], parent: pulumi.Resource
) -> ServiceRole:
    """The role with which CodeDeploy deploys
    (https://docs.aws.amazon.com/codedeploy/latest/userguide/getting-started-create-service-role.html).

    Args:
        name: logical name.
        group: the deployment group's name; the role is called after it.
        place: where.
        statements: everything it may do.
        parent: its owner.
    """
    return ServiceRole(
        name,
        ServiceRoleArgs(
            role_name=f"{group}-codedeploy",
            service="codedeploy.amazonaws.com",
            account=place.account,
            statements=statements,
            description=f"CodeDeploy of {group}",
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def rolled_back() -> codedeploy.DeploymentGroupAutoRollbackConfigurationArgsDict:
    """A deployment that fails, that an alarm stops or that a person stops is undone by CodeDeploy itself."""
    return {
        "enabled": True,
        "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
    }


def stopped_by(alarms: Sequence[pulumi.Input[str]]) -> codedeploy.DeploymentGroupAlarmConfigurationArgsDict:
    """Any of these alarms stops a deployment, and so does not knowing how they are."""
    return {"enabled": True, "alarms": list(alarms), "ignore_poll_alarm_failure": False}
