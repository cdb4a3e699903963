"""From the settings of a deployment to its plan."""

from components.deployment import ServerDeploymentPlan
from components.fleet_plan import Capacity, FleetPlan
from components.hotfix import HotfixLane
from components.monitoring import AlarmThresholds
from components.place import Place
from settings.models import Application, BlueGreenDeploy, Settings


def deployment_plan(
    name: str, application: Application, settings: Settings, place: Place, hotfix: HotfixLane | None
) -> ServerDeploymentPlan:
    """How an application gets onto its machines."""
    deploy = application.deploy
    fleet, alarms = deploy.fleet, deploy.alarms
    return ServerDeploymentPlan(
        fleet=FleetPlan(
            application=name,
            place=place,
            blue_green=isinstance(deploy, BlueGreenDeploy),
            instance_type=fleet.instance_type,
            capacity=Capacity(minimum=fleet.size.min, desired=fleet.size.desired, maximum=fleet.size.max),
            ami_parameter=fleet.ami_parameter,
            port=fleet.port,
            health_path=fleet.health_path,
            volume_gib=fleet.volume_gib,
            certificate_arn=fleet.certificate_arn,
            deletion_protection=settings.defaults.deletion_protection,
        ),
        deployment_config=deploy.deployment_config.value,
        thresholds=AlarmThresholds(
            http_5xx_count=alarms.http5xx_count,
            latency_seconds=alarms.latency_seconds,
            unhealthy_hosts=alarms.unhealthy_hosts,
        ),
        bake_minutes=deploy.bake_minutes if isinstance(deploy, BlueGreenDeploy) else 0,
        hotfix=hotfix.bake if hotfix else None,
        target_url=fleet.url,
    )
