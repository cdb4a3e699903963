"""From settings to plans: the one place that knows both the stack file's words and the components'."""

from components.approval import ApprovalGate
from components.build import COVERAGE, Job
from components.delivery import DeliveryPlan
from components.deployment import ServerDeploymentPlan
from components.fleet_plan import Capacity, FleetPlan
from components.hotfix import HotfixLane
from components.jenkins import JenkinsJob, JenkinsPlan
from components.monitoring import AlarmThresholds, alarm_names
from components.network import NetworkPlacement
from components.place import Place
from components.platform import NewNetwork, PlatformArgs, PromotedApplication, Retention
from components.sources import SourcePlan
from components.work import Work
from settings.models import (
    Application,
    BlueGreenDeploy,
    Build,
    ExistingNetwork,
    GitSource,
    Jenkins,
    JenkinsBuild,
    NatGateways,
    PromotionSource,
    Settings,
    Site,
    Suite,
)
from source_plans import source_plan

UNIT = "unit"
"""The report of the build's own tests."""

BUILDSPEC = "buildspec.yml"
"""Where CodeBuild itself looks for one."""


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
        jenkins=_jenkins_plan(settings.jenkins, settings) if settings.jenkins else None,
    )


def _jenkins_plan(server: Jenkins, settings: Settings) -> JenkinsPlan:
    place = place_of(settings.site)
    return JenkinsPlan(
        place=place,
        jobs=[
            _jenkins_job(name, place, application.build, server)
            for name, application in settings.applications.items()
            if isinstance(application.build, JenkinsBuild)
        ],
        hostname=server.hostname,
        certificate_arn=server.certificate_arn,
        admin_email=server.admin_email,
        allowed_cidrs=server.allowed_cidrs,
        version=server.action_version,
        instance_type=server.instance_type,
        ami_parameter=server.ami_parameter,
        volume_gib=server.volume_gib,
        executors=server.executors,
        packages=server.packages,
        deletion_protection=settings.defaults.deletion_protection,
    )


def delivery_plans(settings: Settings) -> list[DeliveryPlan]:
    """One plan per application, in the order of the stack file."""
    return [_delivery_plan(name, application, settings) for name, application in settings.applications.items()]


def _delivery_plan(name: str, application: Application, settings: Settings) -> DeliveryPlan:
    place = place_of(settings.site)
    plan = source_plan(name, application, place)
    hotfix = _hotfix_lane(name, application, plan, place)
    alarms = application.deploy.alarms
    return DeliveryPlan(
        application=name,
        place=place,
        source=plan,
        build=_build(name, application, settings, plan),
        suites=[
            _suite_job(suite, name, place, one, application.build if isinstance(application.build, Build) else Build())
            for suite, one in application.suites.items()
        ],
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
            return _build_job(name, place, build, source)
        case JenkinsBuild() as build:
            if settings.jenkins is None:
                raise AssertionError("settings.jenkins_rules refuses a build by Jenkins without a server")
            return _jenkins_job(name, place, build, settings.jenkins)
        case None:
            return None


def _jenkins_job(application: str, place: Place, build: JenkinsBuild, server: Jenkins) -> JenkinsJob:
    return JenkinsJob(
        application=application,
        place=place,
        job=build.job or application,
        script=build.script,
        output=build.output or "",
        timeout_minutes=build.timeout_minutes,
        version=server.action_version,
    )


def _build_job(application: str, place: Place, build: Build, source: SourcePlan) -> Job:
    return Job(
        role="build",
        application=application,
        place=place,
        image=build.image,
        compute_type=build.compute_type.value,
        buildspec=source.buildspec or build.buildspec or BUILDSPEC,
        timeout_minutes=build.timeout_minutes,
        reports=() if source.buildspec else (UNIT, COVERAGE),
        produces=True,
        statements=source.build_permissions,
    )


def _suite_job(name: str, application: str, place: Place, suite: Suite, machine: Build) -> Job:
    return Job(
        role=name,
        application=application,
        place=place,
        image=machine.image,
        compute_type=machine.compute_type.value,
        buildspec=suite.buildspec,
        timeout_minutes=suite.timeout_minutes,
        reports=(name,),
    )


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
