"""From the settings of a fleet to the parts of its plan."""

from components.agent import PinnedAgent
from components.deployment.healthy_hosts import HealthyHosts, OwnConfig, Zones
from components.instance_mix import SpotMix
from components.scaling import Scaling, Schedule
from components.shared_listener import SharedListener
from settings.deployments import healthy_hosts as said
from settings.deployments.machines import Machines
from settings.deployments.server import Fleet


def scaling_of(fleet: Machines) -> Scaling:
    """What moves a fleet by itself."""
    asked = fleet.scaling
    schedules = {
        name: Schedule(
            cron=one.cron,
            time_zone=one.time_zone,
            minimum=one.min,
            # A smaller minimum makes no fleet smaller, and there is no policy that would.
            desired=one.min if one.desired is None and asked is None else one.desired,
        )
        for name, one in fleet.schedules.items()
    }
    return Scaling(
        cpu_percent=asked.cpu_percent if asked else None,
        requests_per_minute=asked.requests_per_minute if asked else None,
        warmup_seconds=asked.warmup_seconds if asked else None,
        schedules=schedules,
    )


def spot_of(fleet: Machines) -> SpotMix | None:
    """Its instances that AWS may take back."""
    if fleet.spot is None:
        return None
    return SpotMix(
        instance_types=(fleet.instance_type, *fleet.spot.instance_types),
        on_demand_base=fleet.on_demand_base,
        on_demand_percent=fleet.spot.on_demand_percent,
    )


def refresh_of(fleet: Machines) -> int | None:
    """How much of it stays in service while its instances are replaced; None where they are not."""
    return fleet.instance_refresh.min_healthy_percent if fleet.instance_refresh else None


def agent_of(fleet: Machines) -> PinnedAgent | None:
    """The agent that its instances install; None is AWS's latest."""
    agent = fleet.agent
    if not agent.package or not agent.sha256:
        return None
    return PinnedAgent(package=agent.package, sha256=agent.sha256)


def listener_of(fleet: Fleet) -> SharedListener | None:
    """The listener of others that it is behind."""
    balancer = fleet.balancer
    if balancer is None or fleet.url is None:
        return None
    return SharedListener(
        listener_arn=balancer.listener_arn,
        balancer_suffix=balancer.suffix,
        security_group_id=balancer.security_group_id,
        priority=balancer.priority,
        hosts=balancer.hosts,
        paths=balancer.paths,
        url=fleet.url,
    )


def config_of(config: said.OwnConfig | None) -> OwnConfig | None:
    """A deployment configuration of the stack's own, where there is one."""
    if config is None:
        return None
    zonal = config.zonal
    zones = None
    if zonal:
        per_zone = zonal.minimum_healthy_per_zone
        zones = Zones(
            monitor_minutes=zonal.monitor_minutes,
            first_monitor_minutes=zonal.first_zone_monitor_minutes,
            least=_hosts(per_zone) if per_zone else None,
        )
    return OwnConfig(least=_hosts(config.minimum_healthy), zones=zones)


def _hosts(hosts: said.HealthyHosts) -> HealthyHosts:
    if hosts.count is not None:
        return HealthyHosts(kind="HOST_COUNT", value=hosts.count)
    return HealthyHosts(kind="FLEET_PERCENT", value=hosts.percent or 0)
