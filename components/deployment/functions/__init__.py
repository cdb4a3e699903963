"""Deployments to Lambda: a function whose settings this program owns, and whose code the pipeline brings."""

from components.deployment.functions.placement import FunctionPlacement, FunctionThresholds
from components.deployment.functions.plan import FunctionDeploymentPlan

__all__ = ["FunctionDeploymentPlan", "FunctionPlacement", "FunctionThresholds"]
