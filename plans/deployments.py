"""From the settings of a deployment to its plan: a case for each platform."""

from dataclasses import replace

from components.deployment import (
    DeploymentPlan,
    FunctionDeploymentPlan,
    FunctionPlacement,
    FunctionThresholds,
    OnPremisesDeploymentPlan,
    ServerDeploymentPlan,
)
from components.fleet_plan import Capacity, FleetPlan
from components.hotfix import HotfixLane
from components.place import Place
from components.watching import ErrorLines
from plans.fleets import agent_of, config_of, listener_of, refresh_of, scaling_of, spot_of
from plans.services import service_plan
from plans.traffic import shift_of, thresholds_of
from plans.watching import canary_of
from plans.workers import workers_of
from settings.deployments import AnyLambdaDeploy, Bound, LambdaDeploy, OnPremisesDeploy, ServiceDeploy
from settings.deployments.on_premises import OWN_TAG
from settings.models import Application, BlueGreenDeploy, ServerDeploy, Settings


def deployment_plan(
    name: str, application: Application, settings: Settings, place: Place, hotfix: HotfixLane | None
) -> DeploymentPlan:
    """How an application gets to where it runs."""
    canary = canary_of(name, application, settings, place)
    match application.deploy:
        case LambdaDeploy() as deploy:
            return replace(_function_plan(name, deploy, place), canary=canary)
        case OnPremisesDeploy() as deploy:
            return replace(on_premises_plan(name, deploy, place), canary=canary)
        case ServiceDeploy() as deploy:
            return replace(service_plan(name, application, deploy, settings, place), canary=canary)
        case ServerDeploy() as deploy:
            return replace(_server_plan(name, deploy, settings, place, hotfix), canary=canary)


def _function_plan(name: str, deploy: AnyLambdaDeploy, place: Place) -> FunctionDeploymentPlan:
    function, alarms = deploy.function, deploy.alarms
    hooks = {
        "BeforeAllowTraffic": deploy.hooks.before_allow_traffic,
        "AfterAllowTraffic": deploy.hooks.after_allow_traffic,
    }
    return FunctionDeploymentPlan(
        application=name,
        place=place,
        function=FunctionPlacement(
            runtime=function.runtime.value,
            handler=function.handler,
            processor=function.processor.value,
            memory_mb=function.memory_mb,
            timeout_seconds=function.timeout_seconds,
            environment=function.environment,
            policy_arns=function.policy_arns,
            in_network=function.vpc,
            reserved_concurrency=function.reserved_concurrency,
        ),
        shift=shift_of(deploy),
        hooks={event: handler for event, handler in hooks.items() if handler},
        thresholds=FunctionThresholds(
            errors=alarms.errors,
            throttles=alarms.throttles,
            duration_ms=alarms.duration_ms if alarms.duration is Bound.FIXED else None,
            concurrency=alarms.concurrency or _most_of(function.reserved_concurrency),
        ),
        lines=ErrorLines(pattern=deploy.error_lines.pattern, count=deploy.error_lines.count),
        watch_minutes=deploy.watch_minutes,
        target_url=deploy.url,
    )


def _most_of(reserved: int | None) -> int | None:
    """Four fifths of what a function may do at a time; None where it has what the account has left."""
    return max(1, reserved * 4 // 5) if reserved else None


def on_premises_plan(name: str, deploy: OnPremisesDeploy, place: Place) -> OnPremisesDeploymentPlan:
    """How an application gets onto machines on premises."""
    return OnPremisesDeploymentPlan(
        application=name,
        place=place,
        deployment_config=deploy.deployment_config.value,
        tag=OWN_TAG,
        tags=deploy.tags,
        systems=[system.value for system in deploy.agents],
        most_missing=deploy.alarms.missing,
        alarms=deploy.alarms.existing,
        target_url=deploy.url,
    )


def _server_plan(
    name: str, deploy: ServerDeploy, settings: Settings, place: Place, hotfix: HotfixLane | None
) -> ServerDeploymentPlan:
    fleet, own = deploy.fleet, config_of(deploy.config)
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
            web_acl_arn=fleet.web_acl_arn,
            shared=listener_of(fleet),
            scaling=scaling_of(fleet),
            spot=spot_of(fleet),
            refresh_percent=refresh_of(fleet),
            agent=agent_of(fleet),
            agent_updates=fleet.agent.schedule,
        ),
        deployment_config=own.name_for(f"{name}-{place.environment}") if own else deploy.deployment_config.value,
        own_config=own,
        thresholds=thresholds_of(deploy.alarms),
        watch_minutes=deploy.watch_minutes if isinstance(deploy, BlueGreenDeploy) else 0,
        bake_minutes=deploy.bake_minutes if isinstance(deploy, BlueGreenDeploy) else 0,
        hotfix=hotfix.bake if hotfix else None,
        target_url=fleet.url,
        workers=workers_of(name, deploy, place),
    )
