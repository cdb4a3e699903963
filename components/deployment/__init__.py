"""How a new version gets onto the machines: one module a platform, each with its actions and what they need."""

from components.deployment.server import (
    ServerDeployment,
    ServerDeploymentArgs,
    ServerDeploymentPlan,
)

__all__ = ["ServerDeployment", "ServerDeploymentArgs", "ServerDeploymentPlan"]
