"""The deployments that CodeDeploy starts by itself in the simulation, for instances that come later than a release."""

from typing import TYPE_CHECKING

from deployments.observe import AUTOMATIC

if TYPE_CHECKING:
    from tests.unit.functions.swap_world import SwapWorld

PLACEHOLDER = ""
"""What runs on an instance that no deployment has reached. It answers the health check."""

CREATORS = sorted(AUTOMATIC)


class Hooks:
    """What Auto Scaling and CodeDeploy do for an instance of the fleet that the group is bound to.

    Args:
        slow: whether such a deployment takes its time; the instance waits in `Pending:Wait` meanwhile.
    """

    def __init__(self, world: "SwapWorld") -> None:
        self.world, self.slow = world, False
        self.of: dict[str, tuple[str, list[str]]] = {}

    def running(self) -> list[str]:
        """Those that have not come to an end."""
        return [key for key in self.of if self.world.deployments[key]["status"] == "InProgress"]

    def launch(self, fleet: str, item: list[str]) -> None:
        """An instance has started: the last good revision is there before it is in service."""
        started = self._start(fleet, item, creator="autoscaling")
        if self.slow:
            item[1] = "Pending:Wait"
        else:
            self.end(started, well=True)

    def catch_up(self) -> None:
        """CodeDeploy finds an instance in service that the last release has not reached."""
        for fleet in self.world.bound:
            for item in self.world.fleets[fleet].instances:
                if item[1] == "InService" and self.world.runs[item[0]] == PLACEHOLDER:
                    self._start(fleet, item, creator="CodeDeployAutoUpdate")
                    return

    def end(self, deployment: str, *, well: bool) -> None:
        """It ends; an instance that waited for it goes into service, or is given up."""
        fleet, item = self.of[deployment]
        info = self.world.deployments[deployment]
        info.update(status="Succeeded" if well else "Failed", completeTime=self.world.now)
        if item not in self.world.fleets[fleet].instances or item[1] == "Terminating":
            info["status"] = "Failed"
        elif well:
            self.world.runs[item[0]] = self.world.artifact_of(deployment)
            self.world.reached_by[deployment] = {item[0]}
            if item[1] != "InService":
                self.world.admit(fleet, item)
        elif item[1] != "InService":
            item[1] = "Terminating"

    def _start(self, fleet: str, item: list[str], *, creator: str) -> str:
        deployments = self.world.deployments
        good = [one for one in deployments.values() if one["status"] == "Succeeded" and "creator" not in one][-1]
        started = self.world.add_deployment("InProgress", fleet=fleet, creator=creator)
        deployments[started]["revision"] = good["revision"]
        self.of[started] = fleet, item
        return started
