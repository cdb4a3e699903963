"""Further fleets of a server application: no load balancer is before them, and they get the same bundle."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, model_validator

from settings.base import ByTier, FromParts, Model
from settings.deployments.machines import Machines, can_halve, for_one_instance
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
        description="How many of its instances CodeDeploy changes at a time; one where `desired` is 1, if not said."
    )

    @model_validator(mode="before")
    @classmethod
    def _changes_one_of_one(cls, given: Any) -> Any:
        return for_one_instance(given)

    @model_validator(mode="after")
    def _can_begin(self) -> "WorkerGroup":
        can_halve(self.fleet, self.deployment_config)
        return self


WorkerName = Annotated[str, matching(r"[a-z0-9]+(-[a-z0-9]+)*", "a name of a-z 0-9 and single -")]
WorkerGroups = Mapping[WorkerName, WorkerGroup]
