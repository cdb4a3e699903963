"""From the settings of a fleet to the parts of its plan."""

from components.scaling import Scaling, Schedule
from settings.deployments.server import Fleet


def scaling_of(fleet: Fleet) -> Scaling:
    """What moves a fleet by itself."""
    asked = fleet.scaling
    schedules = {
        name: Schedule(cron=one.cron, time_zone=one.time_zone, minimum=one.min) for name, one in fleet.schedules.items()
    }
    return Scaling(
        cpu_percent=asked.cpu_percent if asked else None,
        requests_per_minute=asked.requests_per_minute if asked else None,
        warmup_seconds=asked.warmup_seconds if asked else None,
        schedules=schedules,
    )
