"""The CodeDeploy application that moves the traffic of a service, and the alarms that bring it back."""

from collections.abc import Iterator
from dataclasses import dataclass

import pulumi

from components.deployment.codedeploy_group import CodeDeployGroup, codedeploy_group, shift_config
from components.deployment.services import permissions
from components.deployment.services.delivered import DeliveredService
from components.deployment.services.front import ServiceFront
from components.deployment.services.placement import ServicePlacement
from components.deployment.shift import TrafficShift
from components.monitoring import AlarmThresholds, Measure, alarm, errors, slowness, unhealthy


@dataclass(frozen=True, kw_only=True)
class ServiceGroupArgs:
    """Inputs of a `ServiceGroup`.

    Args:
        placement: the service.
        front: whose listeners move.
        delivered: whose tasks are replaced.
        shift: how the traffic moves; None is all at once.
        bake_minutes: how long the old tasks stay after that.
        thresholds: above which an alarm brings it back.
        topic_arn: who hears of alarms.
        protect: whether Pulumi refuses to delete the group.
    """

    placement: ServicePlacement
    front: ServiceFront
    delivered: DeliveredService
    shift: TrafficShift | None
    bake_minutes: int
    thresholds: AlarmThresholds
    topic_arn: str
    protect: bool = False


class ServiceGroup(pulumi.ComponentResource):
    """A CodeDeploy application of platform ECS with one group, its configuration and its alarms.

    Errors and slowness are measured for the load balancer as a whole, for the target group that serves changes with
    every deployment; health is measured for each of the two.
    """

    def __init__(self, name: str, args: ServiceGroupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:ServiceDeployment", name, None, opts)
        placement, front = args.placement, args.front
        alarms = [
            alarm(name, one, whose=placement.name, first=placement.name, topic_arn=args.topic_arn, parent=self)
            for one in _measures(args)
        ]
        group = CodeDeployGroup(
            name=placement.name,
            whose=placement.name,
            platform="ECS",
            place=placement.place,
            blue_green=True,
            statements=permissions.shift_traffic(placement),
            alarms=[one.name for one in alarms],
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


def _measures(args: ServiceGroupArgs) -> Iterator[Measure]:
    """Errors and slowness of the whole front, and the health of each target group."""
    balancer = {"LoadBalancer": args.front.balancer_suffix}
    yield errors(args.thresholds, balancer)
    yield slowness(args.thresholds, balancer)
    for group_name, group in zip(args.placement.colours, args.front.groups, strict=True):
        colour = group_name.rsplit("-", 1)[-1]
        dimensions = {**balancer, "TargetGroup": group.arn_suffix}
        yield unhealthy(args.thresholds, dimensions, label=f"unhealthy-{colour}", whom="tasks")
