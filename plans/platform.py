"""From the settings of a stack to what its applications share."""

from collections.abc import Iterable

from components.network import NetworkPlacement
from components.places import guests_of
from components.platform_args import NewNetwork, PlatformArgs, Retention
from components.release_bucket import PromotedApplication
from components.stages import Road
from plans.announcements import announcements_plan
from plans.approvals import asking
from plans.jenkins import jenkins_plan
from plans.ledger import ledger_plan
from plans.places import place_of
from plans.publishing import stores_plan
from settings.builds import Build, Cache
from settings.deployments import AnyDeploy, ServiceDeploy
from settings.models import ExistingNetwork, NatGateways, PromotionSource, ServerDeploy, Settings


def platform_args(settings: Settings, roads: Iterable[Road]) -> PlatformArgs:
    """What the stack's applications share.

    Args:
        settings: of the stack.
        roads: its pipelines, whose actions say in which regions and for whom there are artifact stores.
    """
    place, roads = place_of(settings.site), list(roads)
    defaults = settings.defaults
    network = settings.network
    return PlatformArgs(
        place=place,
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
            audit_days=defaults.audit_retention_days,
            artifact_days=defaults.artifact_retention_days,
            key_deletion_days=defaults.kms_deletion_window_days,
            protect=defaults.protect,
            force_destroy=defaults.force_destroy,
        ),
        emails=settings.notifications.emails,
        announcements=announcements_plan(settings),
        ledger=ledger_plan(settings, roads),
        promoted=[
            PromotedApplication(application=name, origin=place_of(application.source.origin))
            for name, application in settings.applications.items()
            if isinstance(application.source, PromotionSource)
        ],
        stores=stores_plan(settings, place),
        load_balancers=settings.jenkins is not None
        or any(_has_balancer(one.deploy) for one in settings.applications.values()),
        build_bucket=any(
            machine.cache is Cache.S3 or machine.logs_in_s3
            for application in settings.applications.values()
            for machine in (
                *([application.build] if isinstance(application.build, Build) else ()),
                *application.suites.values(),
            )
        ),
        jenkins=jenkins_plan(settings, place),
        guests=guests_of((action for road in roads for _, action in road.actions), place),
        approving=asking(settings),
        runbooks=settings.watch.runbooks,
    )


def _has_balancer(deploy: AnyDeploy) -> bool:
    """Whether the stack makes a load balancer for it."""
    return isinstance(deploy, ServiceDeploy) or (isinstance(deploy, ServerDeploy) and deploy.fleet.balancer is None)
