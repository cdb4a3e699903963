"""From a source's settings to its plan, for every provider."""

from dataclasses import replace

from components.place import Place
from components.sources import (
    CodeCommitRepositoryPlan,
    ConnectedRepositoryPlan,
    ConnectionPlan,
    Detection,
    Events,
    Manual,
    Polling,
    PullRequests,
    References,
    Schedule,
    SourcePlan,
    codecommit_source,
    connection_source,
    ecr_source,
    promotion_source,
    s3_source,
)
from components.triggers import Patterns, PullRequestEvent
from plans.guard import guard_plan, webhook_check
from settings import models
from settings.git import PullRequestEvent as Happening

_EVENTS: dict[Happening, PullRequestEvent] = {
    Happening.OPENED: "OPEN",
    Happening.UPDATED: "UPDATED",
    Happening.CLOSED: "CLOSED",
}


def source_plan(name: str, application: models.Application, place: Place) -> SourcePlan:
    """Where an application's changes come from.

    Args:
        name: the application.
        application: its settings.
        place: where its pipeline runs.
    """
    detection = _detection(application.source)
    match application.source:
        case models.CodeCommitSource() as source:
            guard = guard_plan(name, application, source, place) if source.owned else None
            plan = codecommit_source(
                repository=source.repository,
                branch=source.branch,
                references=_references(source),
                detection=detection,
                place=place,
                owned=CodeCommitRepositoryPlan(
                    repository=source.repository,
                    application=name,
                    guard=guard,
                )
                if source.owned
                else None,
            )
            return replace(plan, check=guard.check.build if guard and guard.check else None)
        case models.ConnectionSource() as source:
            requests = source.pull_requests
            owned = _connected(name, application, source, place)
            behind = connection_source(
                repository=source.repository,
                branch=source.branch,
                references=_references(source),
                pull_requests=PullRequests(
                    into=requests.into, events=tuple(_EVENTS[event] for event in requests.events)
                )
                if requests
                else None,
                detection=detection,
                place=place,
                connection=source.connection,
                owned=owned,
            )
            return replace(behind, check=owned.check.build if owned and owned.check else None)
        case models.S3Source() as source:
            return s3_source(
                bucket=source.bucket,
                key=source.key,
                detection=detection,
                place=place,
                owned=source.owned,
                key_arn=source.key_arn,
                is_built=source.built,
            )
        case models.EcrSource() as source:
            return ecr_source(repository=source.repository, tag=source.tag, detection=detection, place=place)
        case models.PromotionSource() as source:
            return promotion_source(
                application=name, origin=source.origin.environment, detection=detection, place=place
            )


def _connected(
    name: str, application: models.Application, source: models.ConnectionSource, place: Place
) -> ConnectedRepositoryPlan | None:
    check = webhook_check(name, application, source, place)
    if source.connection and not check:
        return None
    return ConnectedRepositoryPlan(
        connection=source.connection
        or ConnectionPlan(
            connection_name=f"{name}-{place.environment}", provider_type=source.provider_type, place=place
        ),
        check=check,
    )


def _detection(source: models.Source) -> Detection:
    match source.change_detection:
        case models.ChangeDetection.EVENTS:
            return Events()
        case models.ChangeDetection.POLLING:
            return Polling()
        case models.ChangeDetection.MANUAL:
            return Manual()
        case models.ChangeDetection.SCHEDULE:
            if source.schedule is None:
                raise AssertionError("settings.detection refuses a schedule without its expression")
            return Schedule(expression=source.schedule.expression, time_zone=source.schedule.time_zone)


def _references(source: models.GitSource) -> References:
    return References(
        branches=source.branches,
        tags=source.tags,
        paths=Patterns(includes=source.paths.includes, excludes=source.paths.excludes),
    )
