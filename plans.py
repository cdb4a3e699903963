"""From settings to plans: the one place that knows both the stack file's words and the components'."""

from build_plans import build_job, machine_of, preparation, suite_plan
from components.approval import ApprovalGate
from components.delivery import DeliveryPlan
from components.deployment import ServerDeploymentPlan
from components.fleet_plan import Capacity, FleetPlan
from components.hotfix import HotfixLane
from components.monitoring import AlarmThresholds, alarm_names
from components.network import NetworkPlacement
from components.place import Place
from components.platform import NewNetwork, PlatformArgs, PromotedApplication, Retention
from components.sources import SourcePlan
from components.work import Work
from jenkins_plans import jenkins_job, jenkins_plan
from publish_plans import packages_of, publications, stores_plan
from settings.builds import Build, Cache
from settings.models import (
    Application,
    BlueGreenDeploy,
    ExistingNetwork,
    GitSource,
    JenkinsBuild,
    NatGateways,
    PromotionSource,
    Settings,
    Site,
)
from source_plans import source_plan


def place_of(site: Site) -> Place:
    """The environment of a stack, this one or a neighbour."""
    return Place(environment=site.environment, account=site.account, region=site.region)


def platform_args(settings: Settings) -> PlatformArgs:
    """What the stack's applications share."""
    defaults = settings.defaults
    network = settings.network
    return PlatformArgs(
        place=place_of(settings.site),
        network=NetworkPlacement(
            vpc_id=network.vpc_id,
            public_subnet_ids=network.public_subnet_ids,
            private_subnet_ids=network.private_subnet_ids,
        )
        if isinstance(network, ExistingNetwork)
        else NewNetwork(
            cidr=network.cidr,
            availability_zones=network.availability_zones,
            nat_gateway_per_zone=network.nat_gateways is NatGateways.PER_ZONE,
            flow_logs=defaults.flow_logs,
        ),
        retention=Retention(
            log_days=defaults.log_retention_days,
            artifact_days=defaults.artifact_retention_days,
            key_deletion_days=defaults.kms_deletion_window_days,
            protect=defaults.protect,
            force_destroy=defaults.force_destroy,
        ),
        emails=settings.notifications.emails,
        promoted=[
            PromotedApplication(application=name, origin=place_of(application.source.origin))
            for name, application in settings.applications.items()
            if isinstance(application.source, PromotionSource)
        ],
        stores=stores_plan(settings, place_of(settings.site)),
        build_bucket=any(
            machine.cache is Cache.S3 or machine.logs_in_s3
            for application in settings.applications.values()
            for machine in (
                *([application.build] if isinstance(application.build, Build) else ()),
                *application.suites.values(),
            )
        ),
        jenkins=jenkins_plan(settings, place_of(settings.site)),
    )


def delivery_plans(settings: Settings) -> list[DeliveryPlan]:
    """One plan per application, in the order of the stack file."""
    return [_delivery_plan(name, application, settings) for name, application in settings.applications.items()]


def _delivery_plan(name: str, application: Application, settings: Settings) -> DeliveryPlan:
    place = place_of(settings.site)
    plan = source_plan(name, application, place)
    hotfix = _hotfix_lane(name, application, plan, place)
    alarms = application.deploy.alarms
    packages = packages_of(name, settings, place)
    return DeliveryPlan(
        application=name,
        place=place,
        source=plan,
        build=_build(name, application, settings, plan),
        preparation=preparation(name, place, application.build, plan, packages)
        if isinstance(application.build, Build)
        else None,
        suites=[
            suite_plan(suite, name, place, one, machine_of(application.build), packages)
            for suite, one in application.suites.items()
        ],
        publications=publications(name, application, settings, place, plan),
        approvals=[
            ApprovalGate(
                name=approval.name,
                application=name,
                place=place,
                emails=approval.emails,
                review_url=approval.review_url,
                timeout_minutes=approval.timeout_minutes,
                message=approval.message or f"{name} to {place.environment}: {plan.revision}",
                run_order=order,
            )
            for order, approval in enumerate(application.approvals, start=1)
        ],
        deployment=_deployment_plan(name, application, settings, place, hotfix),
        thresholds=AlarmThresholds(
            http_5xx_count=alarms.http5xx_count,
            latency_seconds=alarms.latency_seconds,
            unhealthy_hosts=alarms.unhealthy_hosts,
        ),
        promote_to=place_of(application.promote.destination) if application.promote else None,
        hotfix=hotfix,
        target_url=application.deploy.fleet.url,
        parameters=application.build.parameters if isinstance(application.build, Build) else {},
    )


def _hotfix_lane(name: str, application: Application, plan: SourcePlan, place: Place) -> HotfixLane | None:
    source = application.source
    if not application.hotfix or not isinstance(source, GitSource) or not source.branch_names.hotfix or not plan.branch:
        return None
    return HotfixLane(
        application=name,
        place=place,
        branches=(source.branch_names.hotfix,),
        branch=plan.branch,
        skips=application.hotfix.skip,
    )


def _build(name: str, application: Application, settings: Settings, source: SourcePlan) -> Work | None:
    """Who builds the application, if anybody does."""
    place = place_of(settings.site)
    match application.build:
        case Build() as build:
            return build_job(name, place, build, source, packages_of(name, settings, place))
        case JenkinsBuild() as build:
            return jenkins_job(name, build, settings, place)
        case None:
            return None


def _deployment_plan(
    name: str, application: Application, settings: Settings, place: Place, hotfix: HotfixLane | None
) -> ServerDeploymentPlan:
    deploy = application.deploy
    fleet = deploy.fleet
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
        alarms=alarm_names(name, place),
        bake_minutes=deploy.bake_minutes if isinstance(deploy, BlueGreenDeploy) else 0,
        hotfix=hotfix.bake if hotfix else None,
    )
