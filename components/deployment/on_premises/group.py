"""The CodeDeploy application of machines on premises, its group, and the alarm that stops its deployments."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from components.deployment.codedeploy_group import CodeDeployGroup, codedeploy_group
from components.iam import Statement
from components.place import Place

MISSING = "MachinesMissing"
VISIT_MINUTES = 5
"""How often the machines are looked at. Systems Manager calls one lost that was silent for as long."""


@dataclass(frozen=True, kw_only=True)
class MachineGroupArgs:
    """Inputs of a `MachineGroup`.

    Args:
        name: of the CodeDeploy application and its group, and the value of the machines' tag.
        tag: key of that tag.
        place: where.
        deployment_config: how many machines may change at the same time.
        namespace: of the metric that counts machines that don't report.
        most_missing: more than so many stop a deployment.
        alarms: names of alarms that stop it besides.
        statements: what CodeDeploy may do.
        topic_arn: who hears of the alarm.
        protect: whether Pulumi refuses to delete the group.
    """

    name: str
    tag: str
    place: Place
    deployment_config: str
    namespace: str
    most_missing: int
    alarms: Sequence[str]
    statements: Sequence[Statement]
    topic_arn: str
    protect: bool = False


class MachineGroup(pulumi.ComponentResource):
    """A CodeDeploy application of platform Server with one group: the machines that bear its tag.

    CodeDeploy takes traffic away by a load balancer of AWS alone. What stands before these machines is told by the
    bundle's own hooks, in `ApplicationStop` and `ValidateService`.
    """

    def __init__(self, name: str, args: MachineGroupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:MachineGroup", name, None, opts)
        alarm = self._alarm(name, args)
        codedeploy_group(
            name,
            CodeDeployGroup(
                name=args.name,
                whose=args.name,
                platform="Server",
                place=args.place,
                blue_green=False,
                traffic=False,
                statements=args.statements,
                alarms=[alarm.name, *args.alarms],
                protect=args.protect,
            ),
            deployment_config=args.deployment_config,
            on_premises_instance_tag_filters=[{"key": args.tag, "value": args.name, "type": "KEY_AND_VALUE"}],
            parent=self,
        )
        self.register_outputs({})

    def _alarm(self, name: str, args: MachineGroupArgs) -> cloudwatch.MetricAlarm:
        return cloudwatch.MetricAlarm(
            f"{name}-missing",
            name=f"{args.name}-missing",
            alarm_description=f"{args.name} has machines that don't report, or nobody counts them",
            namespace=args.namespace,
            metric_name=MISSING,
            dimensions={"Application": args.name},
            statistic="Maximum",
            period=VISIT_MINUTES * 60,
            evaluation_periods=2,
            comparison_operator="GreaterThanThreshold",
            threshold=args.most_missing,
            # No count is no good news: the function that counts is silent itself.
            treat_missing_data="breaching",
            alarm_actions=[args.topic_arn],
            ok_actions=[args.topic_arn],
            opts=pulumi.ResourceOptions(parent=self),
        )
