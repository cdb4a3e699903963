"""From an application's settings to its delivery: source, build, suites, approvals, deployment."""

from components.delivery_plan import DeliveryPlan
from components.hotfix import HotfixLane
from components.place import Place
from components.sources import SourcePlan
from components.stage_conditions import RoadConditions
from components.work import Work
from plans.approvals import approvals_plan, with_checks
from plans.builds import build_job, machine_of, preparation, suite_plan
from plans.conditions import calendar, stage_conditions
from plans.deployments import deployment_plan
from plans.jenkins import jenkins_job
from plans.places import place_of
from plans.promotion import admission, promotion
from plans.publishing import packages_of, publications
from plans.sources import source_plan
from plans.stages import free_road
from settings.builds import Build
from settings.models import Application, GitSource, JenkinsBuild, Settings


def delivery_plans(settings: Settings) -> list[DeliveryPlan]:
    """One plan per application, in the order of the stack file."""
    return [_delivery_plan(name, application, settings) for name, application in settings.applications.items()]


def _delivery_plan(name: str, application: Application, settings: Settings) -> DeliveryPlan:
    place = place_of(settings.site)
    plan = source_plan(name, application, place)
    hotfix = _hotfix_lane(name, application, plan, place)
    packages = packages_of(name, settings, place)
    free = free_road(name, application, place, plan.revision)
    approvals = approvals_plan(name, application, settings, place, free)
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
        approvals=approvals,
        deployment=deployment_plan(name, application, settings, place, hotfix),
        promotion=promotion(name, application, place, plan),
        admission=admission(name, application, place),
        hotfix=hotfix,
        parameters=application.build.parameters if isinstance(application.build, Build) else {},
        free=with_checks(free, approvals),
        conditions=RoadConditions(
            asked=stage_conditions(name, application, place),
            calendar=calendar(name, application, settings, place, hotfix),
        ),
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
