"""From the settings of a stack to its look for drift."""

from pathlib import Path

from components.drift import DriftPlan
from plans.places import place_of
from settings.models import Settings

PROGRAM = "delivery"
"""The name in Pulumi.yaml."""

DIFFERENCES = Path(__file__).resolve().parent.parent / "operations" / "drift" / "differences.py"
"""What `operations drift` goes by, and the project as well."""


def drift_plan(settings: Settings) -> DriftPlan | None:
    """What is looked at, or None where nobody looks by the clock."""
    drift = settings.drift
    if drift is None:
        return None
    return DriftPlan(
        place=place_of(settings.site),
        program=PROGRAM,
        differences=DIFFERENCES.read_text(encoding="utf-8"),
        expression=drift.schedule.expression,
        time_zone=drift.schedule.time_zone,
        state=drift.state,
        state_key_arn=drift.key_arn,
        image=drift.image,
    )
