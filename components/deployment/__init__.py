"""How a new version gets to where it runs: one module a platform, each with its stages and what they need."""

from components.deployment.functions import FunctionDeploymentPlan, FunctionPlacement, FunctionThresholds
from components.deployment.on_premises import OnPremisesDeploymentPlan
from components.deployment.plan import ByHand, Deployed, DeploymentPlan, DeploymentSurroundings
from components.deployment.server import ServerDeploymentPlan
from components.deployment.shift import ShiftKind, TrafficShift
from components.deployment.workers import WorkerPlan

__all__ = [
    "ByHand",
    "Deployed",
    "DeploymentPlan",
    "DeploymentSurroundings",
    "FunctionDeploymentPlan",
    "FunctionPlacement",
    "FunctionThresholds",
    "OnPremisesDeploymentPlan",
    "ServerDeploymentPlan",
    "ShiftKind",
    "TrafficShift",
    "WorkerPlan",
]
