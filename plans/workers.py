"""From the settings of workers to their plans."""

from components.deployment import WorkerPlan
from components.fleet_plan import Capacity, FleetPlan
from components.place import Place
from plans.fleets import agent_of, refresh_of, scaling_of, spot_of
from settings.deployments import Machines, ServerDeploy


def workers_of(name: str, deploy: ServerDeploy, place: Place) -> tuple[WorkerPlan, ...]:
    """The groups beside the main one, in the order of the file."""
    return tuple(
        WorkerPlan(
            worker=worker,
            fleet=_fleet_of(name, worker, group.fleet, deploy, place),
            deployment_config=group.deployment_config.value,
            busy_percent=deploy.alarms.busy_percent,
        )
        for worker, group in deploy.workers.items()
    )


def _fleet_of(name: str, worker: str, fleet: Machines, deploy: ServerDeploy, place: Place) -> FleetPlan:
    return FleetPlan(
        application=name,
        place=place,
        blue_green=False,
        instance_type=fleet.instance_type,
        capacity=Capacity(minimum=fleet.size.min, desired=fleet.size.desired, maximum=fleet.size.max),
        ami_parameter=fleet.ami_parameter,
        # Nobody asks there. The bundle is the main fleet's, and finds what it finds on that.
        port=deploy.fleet.port,
        health_path=deploy.fleet.health_path,
        volume_gib=fleet.volume_gib,
        certificate_arn=None,
        deletion_protection=False,
        scaling=scaling_of(fleet),
        spot=spot_of(fleet),
        refresh_percent=refresh_of(fleet),
        agent=agent_of(fleet),
        agent_updates=fleet.agent.schedule,
        worker=worker,
    )
