"""A project that looks for drift by the clock, and a role that may only read."""

from components.drift.detection import DriftDetection, DriftDetectionArgs
from components.drift.plan import DriftPlan, drift_project

__all__ = ["DriftDetection", "DriftDetectionArgs", "DriftPlan", "drift_project"]
