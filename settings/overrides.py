"""Who the organization excepts, when it denies everybody else to pass by what holds a delivery up."""

from typing import Annotated

from pydantic import Field

from settings.base import Model
from settings.fields import Listed, at_most, distinct, matching

MOST_ROLES = 10
"""Of one action: a service control policy ends at 5,120 characters
(https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html)."""

RoleArn = Annotated[
    str,
    matching(
        r"(?=.{1,200}$)arn:aws[a-z\-]*:iam::\d{12}:role/[\w+=,.@*/\-]+",
        "the ARN of a role, arn:aws:iam::<account>:role/<name>, * where a name isn't known, at most 200 characters",
    ),
]
Roles = Annotated[Listed[RoleArn], at_most(MOST_ROLES, "roles"), distinct("roles")]


class Overrides(Model):
    """Roles by what the organization doesn't deny to them. It allows them nothing: that is what the policies do."""

    condition: Roles = Field(default=(), description="Roles that may override a condition of a stage; at most 10.")
    transition: Roles = Field(default=(), description="Roles that may stop executions before a stage, or let them on.")
    rollback: Roles = Field(default=(), description="Roles that may roll a stage back.")
    retry: Roles = Field(default=(), description="Roles that may retry a stage.")
    stop: Roles = Field(default=(), description="Roles that may stop an execution.")
    approval: Roles = Field(default=(), description="Roles that may answer an approval.")
