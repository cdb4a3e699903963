"""How a new version gets to where it runs: one module a platform, each with its stages and what they need."""

from components.deployment.plan import Deployed, DeploymentPlan, DeploymentSurroundings
from components.deployment.server import ServerDeploymentPlan

__all__ = ["Deployed", "DeploymentPlan", "DeploymentSurroundings", "ServerDeploymentPlan"]
