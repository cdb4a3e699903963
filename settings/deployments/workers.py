"""Further fleets of a server application: no load balancer is before them, and they get the same bundle."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from settings.base import ByTier, FromParts, Model
from settings.deployments.machines import Machines
from settings.fields import matching, refused
from settings.tiers import DeploymentConfig


class WorkerFleet(Machines):
    """The instances of a group of workers; nobody reaches them by the network."""

    @model_validator(mode="after")
    def _is_measured_without_requests(self) -> "WorkerFleet":
        if self.scaling and self.scaling.requests_per_minute is not None:
            raise refused("cpuPercent alone: no load balancer counts what workers do", key="scaling")
        return self


class WorkerGroup(Model):
    """One deployment group beside the main one."""

    fleet: Annotated[WorkerFleet, FromParts()] = Field(description="Its instances.")
    deployment_config: Annotated[DeploymentConfig, Field(strict=False), ByTier("deployment_config")] = Field(
        description="How many of its instances CodeDeploy changes at a time."
    )


WorkerName = Annotated[str, matching(r"[a-z0-9]+(-[a-z0-9]+)*", "a name of a-z 0-9 and single -")]
WorkerGroups = Mapping[WorkerName, WorkerGroup]
