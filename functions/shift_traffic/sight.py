"""What `shift_traffic` sees, as plain values."""

from dataclasses import dataclass, field

from deployments.sight import Deployment, Reach
from fleets.sight import Fleet, Group, Target


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What this function looks at.

    Args:
        running: ids of the group's deployments that have not come to an end.
        deployment: the one of this execution, None while there is none.
        way_back: whether the execution rolls the stage back; read only while there is none of this execution.
        served: the group's last successful deployment; read only while there is none of this execution.
        rollback: the deployment that rolls ours back, None while there is none.
        targets: the balancer's targets; not read while ours runs.
        reach: which instances out of the traffic what serves or a later deployment has reached; read only where the
            fleet of that isn't behind the load balancer yet.
        failures: what failed instances say; read only when ours has failed.
    """

    group: Group
    fleets: dict[str, Fleet]
    running: tuple[str, ...] = ()
    deployment: Deployment | None = None
    way_back: bool = False
    served: Deployment | None = None
    rollback: Deployment | None = None
    targets: tuple[Target, ...] = ()
    reach: Reach = field(default_factory=Reach)
    failures: tuple[str, ...] = ()


def foreign(sight: Sight) -> str:
    """Id of a deployment of the group that is not ours and runs or came after ours, empty when there is none."""
    own = {"", sight.deployment.id, sight.deployment.rollback} if sight.deployment else {""}
    running = next((identity for identity in sight.running if identity not in own), "")
    later = sight.group.last_attempt if sight.deployment and sight.group.last_attempt not in own else ""
    return running or later
