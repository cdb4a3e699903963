"""Who is told what of a stack's pipelines: audiences as data, and what reaches them."""

from components.audiences.announcements import Announcements, AnnouncementsArgs
from components.audiences.plan import AnnouncementsPlan, AudiencePlan, Quiet, SlackChannel, TeamsChannel

__all__ = [
    "Announcements",
    "AnnouncementsArgs",
    "AnnouncementsPlan",
    "AudiencePlan",
    "Quiet",
    "SlackChannel",
    "TeamsChannel",
]
