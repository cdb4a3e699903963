"""Approvals: whom they ask, what is looked at, and how long they wait."""

from typing import Annotated

from pydantic import Field

from settings.base import Model
from settings.fields import ApprovalName, Email, Listed, WebUrl, at_least, distinct, matching, within


class Asks(Model):
    """What every approval says, wherever it stands."""

    emails: Annotated[
        Listed[Email], at_least(1, "mail address: an approval needs someone to tell"), distinct("addresses")
    ] = Field(description="Who is told that an approval waits; at least one.")
    review_url: WebUrl | None = Field(default=None, description="What the approver looks at: an http(s) address.")
    timeout_minutes: Annotated[int, within(5, 86400, "minutes")] = Field(
        default=2880, description="After how many minutes an unanswered approval fails, 5 to 86400 (60 days)."
    )


class Approval(Asks):
    """A person's yes, after every test and before the deployment."""

    name: ApprovalName = Field(description="The action's name: 1 to 100 of A-Z a-z 0-9 - _, unique in the list.")
    order: Annotated[int, within(1, 20, "")] = Field(
        default=1, description="Approvals of the same number wait beside each other, lower ones first; 1 to 20."
    )
    message: Annotated[
        str,
        matching(r"(?s).{0,400}", "at most 400 characters: the rest of CodePipeline's 1000 is for the evidence"),
    ] = Field(
        default="",
        description="What the approver reads before the evidence, at most 400 characters; with variables such as "
        "`#{Evidence.tag}`.",
    )
