"""How an application gets to where it runs: a module for each platform, with a class for each of its strategies.

To add a platform: write its classes and their union in a module of their own, and add that union to `AnyDeploy`.
"""

from typing import Annotated

from pydantic import Field

from settings.deployments.ecs import (
    AnyEcsDeploy,
    ServiceBlueGreenDeploy,
    ServiceCanaryDeploy,
    ServiceDeploy,
    ServiceLinearDeploy,
)
from settings.deployments.lambda_ import AnyLambdaDeploy, CanaryDeploy, LambdaDeploy, LinearDeploy
from settings.deployments.machines import AMAZON_LINUX, FleetSize, Machines, with_image
from settings.deployments.on_premises import Agents, OnPremisesDeploy, System
from settings.deployments.server import (
    Alarms,
    AnyServerDeploy,
    BlueGreenDeploy,
    Bound,
    Fleet,
    InPlaceDeploy,
    ServerDeploy,
)
from settings.deployments.shift import Canary, Linear
from settings.deployments.workers import WorkerFleet, WorkerGroup

__all__ = [
    "AMAZON_LINUX",
    "Agents",
    "Alarms",
    "AnyDeploy",
    "AnyEcsDeploy",
    "AnyLambdaDeploy",
    "BlueGreenDeploy",
    "Bound",
    "Canary",
    "CanaryDeploy",
    "Fleet",
    "FleetSize",
    "InPlaceDeploy",
    "LambdaDeploy",
    "Linear",
    "LinearDeploy",
    "Machines",
    "OnPremisesDeploy",
    "ServerDeploy",
    "ServiceBlueGreenDeploy",
    "ServiceCanaryDeploy",
    "ServiceDeploy",
    "ServiceLinearDeploy",
    "System",
    "WorkerFleet",
    "WorkerGroup",
    "with_image",
]

AnyDeploy = Annotated[
    AnyServerDeploy | AnyLambdaDeploy | AnyEcsDeploy | OnPremisesDeploy, Field(discriminator="platform")
]
