"""How ECS moves the traffic of a service by itself: in which steps, whom it asks, and what brings the traffic back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.deployment.services import permissions
from components.deployment.services.alarms import ServiceWatch
from components.deployment.services.placement import CONTAINER, ServicePlacement
from components.deployment.shift import ShiftKind, TrafficShift
from components.iam import ServiceRole, ServiceRoleArgs, Statement

MOVED_BY_ECS = ["desiredCount", "loadBalancers", "taskDefinition"]
"""What a deployment of ECS's own moves: the tasks, and which of the two target groups is the first. The count is
scaling's."""


@dataclass(frozen=True, kw_only=True)
class Hook:
    """A function that ECS asks, by name, and the stages at which it does, in ECS's words."""

    function: str
    stages: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class ServiceRolloutArgs:
    """Inputs of a `ServiceRollout`.

    Args:
        watch: the service, its front and what is watched there.
        shift: how the traffic moves; None is all at once.
        bake_minutes: how long the old tasks stay after that.
        hooks: who is asked.
        protect: whether Pulumi refuses to delete the service.
    """

    watch: ServiceWatch
    shift: TrafficShift | None
    bake_minutes: int
    hooks: Sequence[Hook]
    protect: bool = False


class ServiceRollout(pulumi.ComponentResource):
    """The roles by which ECS moves listener rules and asks functions.

    Attributes:
        service: what the service is told besides what every service is.
        load_balancer: the same of its load balancer.
        protect: whether Pulumi refuses to delete it.
    """

    service: Mapping[str, Any]
    load_balancer: Mapping[str, Any]
    protect: bool

    def __init__(self, name: str, args: ServiceRolloutArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:ServiceDeployment", name, None, opts)
        placement, front = args.watch.placement, args.watch.front
        traffic = self._role(name, placement, "traffic", permissions.move_traffic(placement))
        users, testers = front.rules
        self.protect = args.protect
        self.load_balancer = {
            "target_group_arn": front.groups[0].arn,
            "container_name": CONTAINER,
            "container_port": placement.port,
            "advanced_configuration": {
                "alternate_target_group_arn": front.groups[1].arn,
                "production_listener_rule": users.arn,
                "test_listener_rule": testers.arn,
                "role_arn": traffic.arn,
            },
        }
        self.service = {
            "deployment_controller": {"type": "ECS"},
            "deployment_circuit_breaker": {"enable": True, "rollback": True},
            "alarms": {"alarm_names": list(args.watch.alarms), "enable": True, "rollback": True},
            "deployment_configuration": {
                **_strategy(args.shift),
                "bake_time_in_minutes": str(args.bake_minutes),
                "lifecycle_hooks": self._hooks(name, placement, args.hooks),
            },
        }
        self.register_outputs({})

    def _hooks(self, name: str, placement: ServicePlacement, hooks: Sequence[Hook]) -> list[dict[str, Any]]:
        if not hooks:
            return []
        functions = [hook.function for hook in hooks]
        asking = self._role(name, placement, "hooks", permissions.ask_hooks(placement.place, functions))
        return [
            {
                "hook_target_arn": placement.place.arn("lambda", f"function:{hook.function}"),
                "role_arn": asking.arn,
                "lifecycle_stages": list(hook.stages),
            }
            for hook in hooks
        ]

    def _role(self, name: str, placement: ServicePlacement, duty: str, statements: Sequence[Statement]) -> ServiceRole:
        return ServiceRole(
            f"{name}-{duty}",
            ServiceRoleArgs(
                role_name=f"{placement.name}-{duty}",
                service=permissions.ECS,
                account=placement.place.account,
                statements=statements,
                description=f"ECS, in deployments of {placement.name}",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )


def _strategy(shift: TrafficShift | None) -> dict[str, Any]:
    """How the traffic moves, as ECS is told it; None is all of it at once."""
    if shift is None:
        return {"strategy": "BLUE_GREEN"}
    percent, minutes = float(shift.percent), str(shift.minutes)
    if shift.kind is ShiftKind.CANARY:
        steps = {"canary_percent": percent, "canary_bake_time_in_minutes": minutes}
        return {"strategy": "CANARY", "canary_configuration": steps}
    return {
        "strategy": "LINEAR",
        "linear_configuration": {"step_percent": percent, "step_bake_time_in_minutes": minutes},
    }
