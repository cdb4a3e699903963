"""What the plans of several platforms read alike: how the traffic moves, and what stops it."""

from components.deployment import ShiftKind, TrafficShift
from components.monitoring import AlarmThresholds
from settings.deployments import Alarms, Bound, Canary, Linear


def shift_of(deploy: Canary | Linear) -> TrafficShift:
    """How the traffic moves in steps."""
    match deploy:
        case Canary(canary=step):
            kind = ShiftKind.CANARY
        case Linear(linear=step):
            kind = ShiftKind.LINEAR
    return TrafficShift(kind=kind, percent=step.percent, minutes=step.minutes)


def thresholds_of(alarms: Alarms) -> AlarmThresholds:
    """Above which measures of a load balancer a deployment is stopped."""
    return AlarmThresholds(
        http_5xx_count=alarms.http5xx_count,
        latency_seconds=alarms.latency_seconds if alarms.latency is Bound.FIXED else None,
        unhealthy_hosts=alarms.unhealthy_hosts,
        rejected_connections=alarms.rejected_connections,
        busy_percent=alarms.busy_percent,
    )
