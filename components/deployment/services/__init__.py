"""Deployments to ECS on Fargate: a service whose settings this program owns, and whose tasks the pipeline brings."""

from components.deployment.services.placement import ImageRepository, ServicePlacement
from components.deployment.services.plan import ServiceDeploymentPlan

__all__ = ["ImageRepository", "ServiceDeploymentPlan", "ServicePlacement"]
