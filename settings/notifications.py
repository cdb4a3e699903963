"""Who is told what of the stack's pipelines, by which channels, and when not."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from settings.base import Model
from settings.detection import TimeZone
from settings.fields import Email, Listed, at_least, distinct, matching, refused

MOST_AUDIENCES = 6
"""Their parameters have to fit into the 4 KB of a function's environment
(https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)."""


class NoticeKind(StrEnum):
    """What people can be told of."""

    APPROVAL_NEEDED = "approval-needed"
    FAILED = "failed"
    SUCCEEDED = "succeeded"
    ROLLED_BACK = "rolled-back"
    SUPERSEDED = "superseded"
    STOPPED = "stopped"
    DRIFT = "drift"


def _clock_is_text(value: Any) -> Any:
    # YAML 1.1 reads 19:00 as a number to the base of 60.
    if isinstance(value, int) and not isinstance(value, bool):
        raise refused('a time such as "19:00", in quotation marks: YAML reads it as a number without them')
    return value


Clock = Annotated[
    str,
    BeforeValidator(_clock_is_text),
    matching(r"([01]\d|2[0-3]):[0-5]\d", 'a time of the day, "00:00" to "23:59", in quotation marks'),
]
AudienceName = Annotated[
    str,
    matching(
        r"(?!everyone$)(?=.{1,20}$)[a-z][a-z0-9]*(-[a-z0-9]+)*",
        "1 to 20 of a-z 0-9 and single -, a letter first, and not everyone, which is what `emails` is",
    ),
]
SlackWorkspace = Annotated[str, matching(r"T[0-9A-Z]{6,20}", "the id of a Slack workspace such as T07EA123LEP")]
SlackChannel = Annotated[
    str, matching(r"[CG][0-9A-Z]{6,20}", "the id of a Slack channel such as C07EZ1ABC23: not its name, no #")
]
Guid = Annotated[
    str,
    matching(
        r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
        "an id such as 1f2e3d4c-5b6a-7980-91a2-b3c4d5e6f708, as the channel's link has it",
    ),
]
TeamsChannel = Annotated[
    str,
    matching(
        r"(?=.{1,255}$)19%3[aA][A-Za-z0-9\-_=+/.,]+%40thread\.(tacv2|skype)",
        "the id of a Teams channel as its link has it, 19%3A…%40thread.tacv2, at most 255 characters",
    ),
]
HookUrl = Annotated[
    str,
    matching(
        r"(?=.{1,250}$)https://[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}(?::\d{1,5})?"
        r"(/[A-Za-z0-9._~%+=,@:\-/]*)?",
        "an address with https:// and a host's name, without a user, a password or a query, at most 250 characters",
    ),
]


class QuietHours(Model):
    """The hours of each day in which only what is urgent passes; the rest follows as one message when they are over."""

    begins: Clock = Field(alias="from", description="When they begin, a time such as `19:00` in quotation marks.")
    ends: Clock = Field(alias="to", description="When they end; earlier than `from` is on the next day.")
    time_zone: TimeZone = Field(default="UTC", description="Whose clock is meant: a zone of the IANA database.")

    @model_validator(mode="after")
    def _leave_some_of_the_day(self) -> "QuietHours":
        if self.begins == self.ends:
            raise refused("another time than that of `from`: who wants nothing at all is no audience", key="to")
        return self


class Slack(Model):
    """A channel of Slack, whose workspace was authorised in the console before."""

    workspace: SlackWorkspace = Field(description="The workspace's id, T… .")
    channel: SlackChannel = Field(description="The channel's id, C… or G… .")


class Teams(Model):
    """A channel of Microsoft Teams, whose team was authorised in the console before."""

    tenant: Guid = Field(description="The tenant's id.")
    team: Guid = Field(description="The team's id.")
    channel: TeamsChannel = Field(description="The channel's id as its link has it, 19%3A…%40thread.tacv2.")


class Audience(Model):
    """Some people, or a machine, and what they want to hear."""

    events: Annotated[
        tuple[Annotated[NoticeKind, Field(strict=False)], ...],
        Field(strict=False),
        at_least(1, "event; leave the key out for all of them"),
        distinct("events"),
    ] = Field(default=tuple(NoticeKind), description="What it is told of; everything by default.")
    emails: Annotated[Listed[Email], distinct("addresses")] = Field(
        default=(), description="Mail addresses; each confirms its subscription once."
    )
    slack: Slack | None = Field(default=None, description="A channel of Slack.")
    teams: Teams | None = Field(default=None, description="A channel of Microsoft Teams.")
    webhook: HookUrl | None = Field(
        default=None, description="An https address that gets signed JSON; the secret is one of Secrets Manager."
    )
    quiet_hours: QuietHours | None = Field(
        default=None,
        description="When only approvals, and what fails or is rolled back in production, is told at once.",
    )

    @model_validator(mode="after")
    def _is_reached(self) -> "Audience":
        if not (self.emails or self.slack or self.teams or self.webhook):
            raise refused("at least one of emails, slack, teams and webhook: an audience has to be reached somehow")
        return self


def _few(audiences: Mapping[str, Audience]) -> Mapping[str, Audience]:
    if len(audiences) > MOST_AUDIENCES:
        raise refused(f"at most {MOST_AUDIENCES} audiences; there are {len(audiences)}")
    return audiences


class Notifications(Model):
    """Who is told about the stack's pipelines and alarms."""

    emails: Annotated[Listed[Email], distinct("addresses")] = Field(
        default=(), description="Mail addresses that hear everything, alarms too; each confirms its subscription once."
    )
    audiences: Annotated[Mapping[AudienceName, Audience], AfterValidator(_few)] = Field(
        default_factory=dict, description="Who else hears what of the pipelines, by name; at most 6."
    )
