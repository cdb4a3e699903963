"""The CodeDeploy application that moves the traffic of a service."""

from dataclasses import dataclass

import pulumi

from components.deployment.codedeploy_group import CodeDeployGroup, codedeploy_group, shift_config
from components.deployment.services import permissions
from components.deployment.services.alarms import ServiceWatch
from components.deployment.services.delivered import DeliveredService
from components.deployment.shift import TrafficShift


@dataclass(frozen=True, kw_only=True)
class ServiceGroupArgs:
    """Inputs of a `ServiceGroup`.

    Args:
        watch: the service, its front whose listeners move, and what is watched there.
        delivered: whose tasks are replaced.
        shift: how the traffic moves; None is all at once.
        bake_minutes: how long the old tasks stay after that.
        protect: whether Pulumi refuses to delete the group.
    """

    watch: ServiceWatch
    delivered: DeliveredService
    shift: TrafficShift | None
    bake_minutes: int
    protect: bool = False


class ServiceGroup(pulumi.ComponentResource):
    """A CodeDeploy application of platform ECS with one group and its configuration."""

    def __init__(self, name: str, args: ServiceGroupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:ServiceDeployment", name, None, opts)
        placement, front = args.watch.placement, args.watch.front
        group = CodeDeployGroup(
            name=placement.name,
            whose=placement.name,
            platform="ECS",
            place=placement.place,
            blue_green=True,
            statements=permissions.shift_traffic(placement),
            alarms=args.watch.alarms,
            protect=args.protect,
        )
        codedeploy_group(
            name,
            group,
            deployment_config=shift_config(name, group, args.shift, parent=self),
            blue_green_deployment_config={
                "deployment_ready_option": {"action_on_timeout": "CONTINUE_DEPLOYMENT"},
                "terminate_blue_instances_on_deployment_success": {
                    "action": "TERMINATE",
                    "termination_wait_time_in_minutes": args.bake_minutes,
                },
            },
            ecs_service={"cluster_name": args.delivered.cluster, "service_name": args.delivered.service},
            load_balancer_info={
                "target_group_pair_info": {
                    "prod_traffic_route": {"listener_arns": [front.users.arn]},
                    "test_traffic_route": {"listener_arns": [front.testers.arn]},
                    "target_groups": [{"name": one.name} for one in front.groups],
                }
            },
            parent=self,
        )
        self.register_outputs({})
