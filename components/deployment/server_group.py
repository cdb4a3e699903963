"""The CodeDeploy application of a server platform, its deployment group, and the functions that swap fleets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import codedeploy

from components.deployment import permissions
from components.deployment.codedeploy_group import CodeDeployGroup, codedeploy_group
from components.deployment.healthy_hosts import OwnConfig, own_config
from components.fleet_plan import FleetPlan
from components.function import DeliveryFunction, DeliveryFunctionArgs, PipelineFunction


@dataclass(frozen=True, kw_only=True)
class ServerDeploymentArgs:
    """Inputs of a `ServerDeployment`.

    Args:
        name: of the CodeDeploy application, and of its main deployment group.
        fleet: the machines.
        deployment_config: how many instances may change at the same time.
        own_config: what that is, where it is the stack's own.
        functions: what swaps the fleets, where there are two.
        parameters: what those work on.
        group_names: the Auto Scaling groups, in the order of the fleet's plan.
        target_group_name: of the load balancer that takes instances out of traffic and back. CodeDeploy wants the
            name, not the ARN.
        alarm_names: the alarms, when they exist.
        key_arn: encrypts the functions' logs.
        log_retention_days: how long those are kept.
        protect: whether Pulumi refuses to delete the deployment group, which knows the fleet that serves.
    """

    name: str
    fleet: FleetPlan
    deployment_config: str
    functions: Sequence[PipelineFunction]
    parameters: Mapping[str, object]
    group_names: Sequence[pulumi.Input[str]]
    target_group_name: pulumi.Input[str]
    alarm_names: Sequence[pulumi.Input[str]]
    key_arn: pulumi.Input[str]
    log_retention_days: int
    own_config: OwnConfig | None = None
    protect: bool = False


class ServerDeployment(pulumi.ComponentResource):
    """A CodeDeploy application with one group, and for blue/green the functions that swap the fleets.

    A failed deployment, or one during which an alarm rings, is rolled back by CodeDeploy itself. Blue/green the group
    is bound to whichever fleet serves; CodeDeploy moves that binding, so Pulumi leaves it alone.
    """

    application: pulumi.Output[str]
    deployment_group: pulumi.Output[str]

    def __init__(self, name: str, args: ServerDeploymentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:ServerDeployment", name, None, opts)
        fleet = args.fleet
        config: pulumi.Input[str] = args.deployment_config
        if args.own_config:
            config = own_config(name, args.own_config, config_name=args.deployment_config, parent=self)
        group = codedeploy_group(
            name,
            CodeDeployGroup(
                name=args.name,
                whose=f"{fleet.application} in {fleet.place.environment}",
                platform="Server",
                place=fleet.place,
                blue_green=fleet.blue_green,
                statements=permissions.deploy_to_fleets(fleet, args.key_arn),
                alarms=args.alarm_names,
                undone_on_request=False,
                protect=args.protect,
            ),
            deployment_config=config,
            autoscaling_groups=[args.group_names[0]],
            blue_green_deployment_config=_between_declared_fleets() if fleet.blue_green else None,
            load_balancer_info={"target_group_infos": [{"name": args.target_group_name}]},
            outdated_instances_strategy="UPDATE",
            ignore_changes=["autoscalingGroups"] if fleet.blue_green else None,
            parent=self,
        )
        for function in args.functions:
            DeliveryFunction(
                f"{name}-{function.package.replace('_', '-')}",
                DeliveryFunctionArgs(
                    function=function,
                    parameters=args.parameters,
                    key_arn=args.key_arn,
                    log_retention_days=args.log_retention_days,
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.application = group.app_name
        self.deployment_group = group.deployment_group_name
        self.register_outputs({"application": self.application, "deploymentGroup": self.deployment_group})


def _between_declared_fleets() -> codedeploy.DeploymentGroupBlueGreenDeploymentConfigArgsDict:
    """CodeDeploy finds the new fleet in the deployment itself, and leaves the old one to the retiring function.

    TERMINATE would delete the declared Auto Scaling group
    (https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BlueInstanceTerminationOption.html).
    """
    return {
        "deployment_ready_option": {"action_on_timeout": "CONTINUE_DEPLOYMENT"},
        "green_fleet_provisioning_option": {"action": "DISCOVER_EXISTING"},
        "terminate_blue_instances_on_deployment_success": {"action": "KEEP_ALIVE"},
    }
