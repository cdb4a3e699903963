"""The CodeDeploy application of machines on premises, its group, and what counts its machines."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.deployment.codedeploy_group import CodeDeployGroup, codedeploy_group
from components.iam import Statement
from components.monitoring import Measure, Runbook
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
        alarms: any of these stops a deployment.
        statements: what CodeDeploy may do.
        protect: whether Pulumi refuses to delete the group.
    """

    name: str
    tag: str
    place: Place
    deployment_config: str
    alarms: Sequence[pulumi.Input[str]]
    statements: Sequence[Statement]
    protect: bool = False


class MachineGroup(pulumi.ComponentResource):
    """A CodeDeploy application of platform Server with one group: the machines that bear its tag.

    CodeDeploy takes traffic away by a load balancer of AWS alone. What stands before these machines is told by the
    bundle's own hooks, in `ApplicationStop` and `ValidateService`.
    """

    def __init__(self, name: str, args: MachineGroupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:MachineGroup", name, None, opts)
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
                alarms=args.alarms,
                protect=args.protect,
            ),
            deployment_config=args.deployment_config,
            on_premises_instance_tag_filters=[{"key": args.tag, "value": args.name, "type": "KEY_AND_VALUE"}],
            parent=self,
        )
        self.register_outputs({})


def missing_machines(name: str, *, namespace: str, most: int) -> Measure:
    """Machines that don't report. No count is no good news: the function that counts is silent itself."""
    return Measure(
        label="missing",
        says="has machines that don't report, or nobody counts them",
        runbook=Runbook.AGENTS_SILENT,
        namespace=namespace,
        metric=MISSING,
        dimensions={"Application": name},
        threshold=most,
        minutes=2 * VISIT_MINUTES,
        statistic="Maximum",
        period=60 * VISIT_MINUTES,
        without_data="breaching",
    )
