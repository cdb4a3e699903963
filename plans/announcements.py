"""From the settings of a stack to what is told of its pipelines, and to whom."""

from components.audiences import AnnouncementsPlan, AudiencePlan, Quiet, SlackChannel, TeamsChannel
from components.drift import drift_project
from plans.places import place_of
from plans.time_zones import posix_rule
from settings.models import Settings, Tier
from settings.notifications import Audience


def announcements_plan(settings: Settings) -> AnnouncementsPlan:
    """What of the stack's pipelines is told to whom."""
    place = place_of(settings.site)
    return AnnouncementsPlan(
        place=place,
        production=settings.environment.tier is Tier.PRODUCTION,
        pipelines=[f"{application}-{place.environment}" for application in settings.applications],
        drift=drift_project(place) if settings.drift else None,
        audiences=[_audience(name, one) for name, one in settings.notifications.audiences.items()],
    )


def _audience(name: str, audience: Audience) -> AudiencePlan:
    hours, slack, teams = audience.quiet_hours, audience.slack, audience.teams
    return AudiencePlan(
        name=name,
        kinds=[str(kind) for kind in audience.events],
        emails=audience.emails,
        slack=SlackChannel(workspace=slack.workspace, channel=slack.channel) if slack else None,
        teams=TeamsChannel(tenant=teams.tenant, team=teams.team, channel=teams.channel) if teams else None,
        webhook=audience.webhook,
        quiet=Quiet(begins=hours.begins, ends=hours.ends, time_zone=hours.time_zone, rule=posix_rule(hours.time_zone))
        if hours
        else None,
    )
