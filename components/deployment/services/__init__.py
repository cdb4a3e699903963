"""Deployments to ECS on Fargate: a service whose settings this program owns, and whose tasks the pipeline brings."""

from components.deployment.services.placement import ImageRepository, ServicePlacement
from components.deployment.services.plan import ServiceDeploymentPlan
from components.deployment.services.rollout import Hook

__all__ = ["Hook", "ImageRepository", "ServiceDeploymentPlan", "ServicePlacement"]
