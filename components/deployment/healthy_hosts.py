"""A deployment configuration of the stack's own for servers: how many instances stay healthy, and zone after zone."""

import hashlib
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import codedeploy


@dataclass(frozen=True, kw_only=True)
class HealthyHosts:
    """How many instances stay healthy: `HOST_COUNT` or `FLEET_PERCENT`, and the number."""

    kind: str
    value: int


@dataclass(frozen=True, kw_only=True)
class Zones:
    """One zone after the other.

    Args:
        monitor_minutes: how long CodeDeploy waits after each zone.
        first_monitor_minutes: how long after the first one; None is as after the others.
        least: how many instances of a zone stay healthy; None is AWS's default, none.
    """

    monitor_minutes: int
    first_monitor_minutes: int | None
    least: HealthyHosts | None


@dataclass(frozen=True, kw_only=True)
class OwnConfig:
    """How much of a fleet changes at a time, in the program's words."""

    least: HealthyHosts
    zones: Zones | None

    def name_for(self, group: str) -> str:
        """The name of the configuration of a deployment group.

        AWS can't change a configuration, nor delete one that a group has. So another one has another name: it is there
        before the group takes it, and the old one goes after.
        """
        return f"{group}-{hashlib.sha256(repr(self).encode()).hexdigest()[:8]}"


def own_config(name: str, config: OwnConfig, *, config_name: str, parent: pulumi.Resource) -> pulumi.Output[str]:
    """The configuration, and its name when it exists
    (https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeploymentConfig.html)."""
    return codedeploy.DeploymentConfig(
        f"{name}-config",
        deployment_config_name=config_name,
        compute_platform="Server",
        minimum_healthy_hosts={"type": config.least.kind, "value": config.least.value},
        zonal_config=_zonal(config.zones) if config.zones else None,
        opts=pulumi.ResourceOptions(parent=parent),
    ).deployment_config_name


def _zonal(zones: Zones) -> Any:
    first, least = zones.first_monitor_minutes, zones.least
    return {
        "monitor_duration_in_seconds": zones.monitor_minutes * 60,
        **({} if first is None else {"first_zone_monitor_duration_in_seconds": first * 60}),
        **({"minimum_healthy_hosts_per_zone": {"type": least.kind, "value": least.value}} if least else {}),
    }
