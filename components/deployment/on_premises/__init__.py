"""Deployments to machines that aren't AWS's: what the stack has of them, and how a machine becomes one of them."""

from components.deployment.on_premises.plan import OnPremisesDeploymentPlan

__all__ = ["OnPremisesDeploymentPlan"]
