"""The CodeDeploy application that moves a function's alias, and the alarms that bring it back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pulumi

from components.deployment.codedeploy_group import CodeDeployGroup, codedeploy_group, shift_config
from components.deployment.functions.placement import FunctionThresholds
from components.deployment.shift import TrafficShift
from components.iam import Statement
from components.monitoring import Measure, alarm
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
        alarms = [
            alarm(name, one, whose=args.name, first=args.name, topic_arn=args.topic_arn, parent=self)
            for one in _measures(args)
        ]
        group = CodeDeployGroup(
            name=args.name,
            whose=args.name,
            platform="Lambda",
            place=args.place,
            blue_green=True,
            statements=args.statements,
            alarms=[one.name for one in alarms],
            protect=args.protect,
        )
        codedeploy_group(name, group, deployment_config=shift_config(name, group, args.shift, parent=self), parent=self)
        self.register_outputs({})


def _measures(args: FunctionGroupArgs) -> Iterator[Measure]:
    """Errors, throttles and slowness of what the alias sends its invocations to."""
    limits = args.thresholds
    for label, metric, says, threshold, statistic in (
        ("errors", "Errors", "ends in errors", limits.errors, "Sum"),
        ("throttles", "Throttles", "is throttled", limits.throttles, "Sum"),
        (
            "duration",
            "Duration",
            "is slow: 95th percentile of the duration in milliseconds",
            limits.duration_ms,
            "p95",
        ),
    ):
        yield Measure(
            label=label,
            says=says,
            namespace="AWS/Lambda",
            metric=metric,
            dimensions={"FunctionName": args.name, "Resource": f"{args.name}:{args.alias}"},
            threshold=threshold,
            minutes=1,
            statistic=statistic,
        )
