"""The CodeDeploy application that moves a function's alias, and the alarms that bring it back."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.deployment.codedeploy_group import CodeDeployGroup, codedeploy_group, shift_config
from components.deployment.shift import TrafficShift
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
        alarms: any of these brings it back.
        statements: what CodeDeploy may do.
        protect: whether Pulumi refuses to delete the group.
    """

    name: str
    alias: str
    place: Place
    shift: TrafficShift
    alarms: Sequence[pulumi.Input[str]]
    statements: Sequence[Statement]
    protect: bool = False


class FunctionGroup(pulumi.ComponentResource):
    """A CodeDeploy application of platform Lambda with one group and its configuration."""

    def __init__(self, name: str, args: FunctionGroupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:FunctionDeployment", name, None, opts)
        group = CodeDeployGroup(
            name=args.name,
            whose=args.name,
            platform="Lambda",
            place=args.place,
            blue_green=True,
            statements=args.statements,
            alarms=args.alarms,
            protect=args.protect,
        )
        codedeploy_group(name, group, deployment_config=shift_config(name, group, args.shift, parent=self), parent=self)
        self.register_outputs({})
