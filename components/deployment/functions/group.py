"""The CodeDeploy application that moves a function's alias, and the alarms that bring it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, codedeploy

from components.deployment.codedeploy_role import codedeploy_role, rolled_back, stopped_by
from components.deployment.functions.placement import FunctionThresholds, ShiftKind, TrafficShift
from components.iam import Statement
from components.place import Place


@dataclass(frozen=True, kw_only=True)
class FunctionGroupArgs:
    """Inputs of a `FunctionGroup`.

    Args:
        name: of the function, the CodeDeploy application, its group and its configuration.
        alias: what moves.
        place: where.
        shift: how it moves.
        thresholds: above which an alarm brings it back.
        statements: what CodeDeploy may do.
        topic_arn: who hears of alarms.
        protect: whether Pulumi refuses to delete the group.
    """

    name: str
    alias: str
    place: Place
    shift: TrafficShift
    thresholds: FunctionThresholds
    statements: Sequence[Statement]
    topic_arn: str
    protect: bool = False


class FunctionGroup(pulumi.ComponentResource):
    """A CodeDeploy application of platform Lambda with one group, its configuration and its alarms."""

    def __init__(self, name: str, args: FunctionGroupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:FunctionDeployment", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        alarms = [
            self._alarm(name, args, "errors", "Errors", "ends in errors", args.thresholds.errors, statistic="Sum"),
            self._alarm(
                name, args, "throttles", "Throttles", "is throttled", args.thresholds.throttles, statistic="Sum"
            ),
            self._alarm(
                name,
                args,
                "duration",
                "Duration",
                "is slow: 95th percentile of the duration in milliseconds",
                args.thresholds.duration_ms,
                extended_statistic="p95",
            ),
        ]
        application = codedeploy.Application(
            f"{name}-application", name=args.name, compute_platform="Lambda", opts=child
        )
        configuration = codedeploy.DeploymentConfig(
            f"{name}-config",
            deployment_config_name=args.name,
            compute_platform="Lambda",
            traffic_routing_config=routing(args.shift),
            opts=child,
        )
        role = codedeploy_role(
            f"{name}-role", group=args.name, place=args.place, statements=args.statements, parent=self
        )
        codedeploy.DeploymentGroup(
            f"{name}-group",
            app_name=application.name,
            deployment_group_name=args.name,
            service_role_arn=role.arn,
            deployment_config_name=configuration.deployment_config_name,
            deployment_style={"deployment_type": "BLUE_GREEN", "deployment_option": "WITH_TRAFFIC_CONTROL"},
            auto_rollback_configuration=rolled_back(),
            alarm_configuration=stopped_by([alarm.name for alarm in alarms]),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.register_outputs({})

    def _alarm(
        self,
        name: str,
        args: FunctionGroupArgs,
        label: str,
        metric: str,
        says: str,
        threshold: int,
        **statistic: Any,
    ) -> cloudwatch.MetricAlarm:
        return cloudwatch.MetricAlarm(
            f"{name}-{label}",
            name=f"{args.name}-{label}",
            alarm_description=f"{args.name} {says}",
            namespace="AWS/Lambda",
            metric_name=metric,
            dimensions={"FunctionName": args.name, "Resource": f"{args.name}:{args.alias}"},
            period=60,
            evaluation_periods=1,
            comparison_operator="GreaterThanThreshold",
            threshold=threshold,
            treat_missing_data="notBreaching",
            alarm_actions=[args.topic_arn],
            ok_actions=[args.topic_arn],
            opts=pulumi.ResourceOptions(parent=self),
            **statistic,
        )


def routing(shift: TrafficShift) -> codedeploy.DeploymentConfigTrafficRoutingConfigArgsDict:
    """How CodeDeploy is told the steps of a shift, of an alias or of a service."""
    step: codedeploy.DeploymentConfigTrafficRoutingConfigTimeBasedCanaryArgsDict = {
        "interval": shift.minutes,
        "percentage": shift.percent,
    }
    if shift.kind is ShiftKind.CANARY:
        return {"type": shift.kind.value, "time_based_canary": step}
    return {"type": shift.kind.value, "time_based_linear": step}
