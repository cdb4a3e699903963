"""From the settings of a service of ECS to its deployment."""

import re

from components.deployment.services import Hook, ImageRepository, ServiceDeploymentPlan, ServicePlacement
from components.deployment.services.scaling import TaskScaling, TaskSchedule
from components.place import Place
from components.watching import ErrorLines
from plans.traffic import shift_of, thresholds_of
from settings.deployments import AnyEcsDeploy, ServiceBlueGreenDeploy, tasks
from settings.deployments.ecs import REPOSITORY, Controller
from settings.models import Application, EcrSource, Settings
from settings.publishing import PublishEcr


def service_plan(
    name: str, application: Application, deploy: AnyEcsDeploy, settings: Settings, place: Place
) -> ServiceDeploymentPlan:
    """How an application becomes a service of ECS on Fargate."""
    service = deploy.service
    return ServiceDeploymentPlan(
        service=ServicePlacement(
            application=name,
            place=place,
            repository=_repository(name, application, service.repository, place),
            port=service.port,
            health_path=service.health_path,
            cpu=service.cpu,
            memory_mb=service.memory_mb,
            processor=service.processor.value,
            count=service.count,
            start_seconds=service.start_seconds,
            certificate_arn=service.certificate_arn,
            test_port=service.test_port,
            test_from=service.test_from,
            environment=service.environment,
            secrets=service.secrets,
            policy_arns=service.policy_arns,
            hooks=deploy.hook_functions,
            deletion_protection=settings.defaults.deletion_protection,
            web_acl_arn=service.web_acl_arn,
            scaling=_scaling(service.scaling) if service.scaling else None,
        ),
        shift=None if isinstance(deploy, ServiceBlueGreenDeploy) else shift_of(deploy),
        shift_minutes=deploy.shift_minutes,
        bake_minutes=deploy.bake_minutes,
        thresholds=thresholds_of(deploy.alarms),
        lines=ErrorLines(pattern=deploy.error_lines.pattern, count=deploy.error_lines.count),
        by_ecs=deploy.controller is Controller.ECS,
        hooks=[
            Hook(function=hook.function, stages=[one.name for one in hook.stages]) for hook in deploy.lifecycle_hooks
        ],
        target_url=service.url,
    )


def _scaling(said: tasks.TaskScaling) -> TaskScaling:
    schedules = {
        name: TaskSchedule(expression=one.expression, time_zone=one.time_zone, minimum=one.min)
        for name, one in said.schedules.items()
    }
    return TaskScaling(
        minimum=said.min,
        maximum=said.max,
        cpu_percent=said.cpu_percent,
        memory_percent=said.memory_percent,
        requests_per_minute=said.requests_per_minute,
        schedules=schedules,
    )


def _repository(name: str, application: Application, said: str | None, place: Place) -> ImageRepository:
    """Where the images lie: where they are published to, where they come from, or where the stack file says."""
    if said and (parts := re.fullmatch(REPOSITORY, said)):
        registry, _, _ = said.partition("/")
        return ImageRepository(registry=registry, name=parts[3])
    registry = place.image_registry()
    for target in application.publish:
        if isinstance(target, PublishEcr):
            return ImageRepository(registry=registry, name=place.image_repository(name, target.target))
    if isinstance(application.source, EcrSource):
        return ImageRepository(registry=registry, name=application.source.repository)
    raise AssertionError("settings.service_rules refuses a service without an image")
