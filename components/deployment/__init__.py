"""How a new version gets onto the machines: one module a platform. Each answers with actions and makes what they need."""

from components.deployment.server import (
    ServerDeployment,
    ServerDeploymentArgs,
    ServerDeploymentPlan,
)

__all__ = ["ServerDeployment", "ServerDeploymentArgs", "ServerDeploymentPlan"]
