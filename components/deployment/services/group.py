"""The CodeDeploy application that moves the traffic of a service, and the alarms that bring it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, codedeploy

from components.deployment.functions.group import routing
from components.deployment.functions.placement import TrafficShift
from components.deployment.services import permissions
from components.deployment.services.delivered import DeliveredService
from components.deployment.services.front import ServiceFront
from components.deployment.services.placement import ServicePlacement
from components.iam import ServiceRole, ServiceRoleArgs
from components.monitoring import AlarmThresholds


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
        child = pulumi.ResourceOptions(parent=self)
        alarms = self._alarms(name, args)
        application = codedeploy.Application(
            f"{name}-application", name=placement.name, compute_platform="ECS", opts=child
        )
        configuration = codedeploy.DeploymentConfig(
            f"{name}-config",
            deployment_config_name=placement.name,
            compute_platform="ECS",
            traffic_routing_config=routing(args.shift) if args.shift else {"type": "AllAtOnce"},
            opts=child,
        )
        role = ServiceRole(
            f"{name}-role",
            ServiceRoleArgs(
                role_name=f"{placement.name}-codedeploy",
                service="codedeploy.amazonaws.com",
                account=placement.place.account,
                statements=permissions.shift_traffic(placement),
                description=f"CodeDeploy of {placement.name}",
            ),
            opts=child,
        )
        codedeploy.DeploymentGroup(
            f"{name}-group",
            app_name=application.name,
            deployment_group_name=placement.name,
            service_role_arn=role.arn,
            deployment_config_name=configuration.deployment_config_name,
            deployment_style={"deployment_type": "BLUE_GREEN", "deployment_option": "WITH_TRAFFIC_CONTROL"},
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
                    "target_groups": [{"name": group.name} for group in front.groups],
                }
            },
            auto_rollback_configuration={
                "enabled": True,
                "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
            },
            alarm_configuration={
                "enabled": True,
                "alarms": [alarm.name for alarm in alarms],
                "ignore_poll_alarm_failure": False,
            },
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.register_outputs({})

    def _alarms(self, name: str, args: ServiceGroupArgs) -> list[cloudwatch.MetricAlarm]:
        limits = args.thresholds
        measured: dict[str, dict[str, Any]] = {
            "http-5xx": {
                "alarm_description": f"{args.placement.name} answers with errors",
                "metric_name": "HTTPCode_Target_5XX_Count",
                "threshold": limits.http_5xx_count,
                "evaluation_periods": 1,
                "statistic": "Sum",
            },
            "latency": {
                "alarm_description": f"{args.placement.name} is slow: 95th percentile of the response time in seconds",
                "metric_name": "TargetResponseTime",
                "threshold": limits.latency_seconds,
                "evaluation_periods": 2,
                "extended_statistic": "p95",
            },
        }
        unhealthy = {
            "alarm_description": f"{args.placement.name} has tasks that fail their health check",
            "metric_name": "UnHealthyHostCount",
            "threshold": limits.unhealthy_hosts,
            "evaluation_periods": 3,
            "statistic": "Maximum",
        }
        balancer = {"LoadBalancer": args.front.balancer_suffix}
        alarms = [self._alarm(name, args, label, balancer, **values) for label, values in measured.items()]
        for group_name, group in zip(args.placement.colours, args.front.groups, strict=True):
            label = f"unhealthy-{group_name.rsplit('-', 1)[-1]}"
            dimensions = {**balancer, "TargetGroup": group.arn_suffix}
            alarms.append(self._alarm(name, args, label, dimensions, **unhealthy))
        return alarms

    def _alarm(
        self,
        name: str,
        args: ServiceGroupArgs,
        label: str,
        dimensions: Mapping[str, pulumi.Input[str]],
        **measure: Any,
    ) -> cloudwatch.MetricAlarm:
        return cloudwatch.MetricAlarm(
            f"{name}-{label}",
            name=f"{args.placement.name}-{label}",
            namespace="AWS/ApplicationELB",
            dimensions=dict(dimensions),
            period=60,
            comparison_operator="GreaterThanThreshold",
            treat_missing_data="notBreaching",
            alarm_actions=[args.topic_arn],
            ok_actions=[args.topic_arn],
            opts=pulumi.ResourceOptions(parent=self),
            **measure,
        )
