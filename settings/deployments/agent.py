"""The agent of CodeDeploy in a stack file: which file of AWS's it is, and what keeps it current."""

from typing import Annotated

from pydantic import Field, model_validator

from settings.base import Derived, Model
from settings.fields import matching, refused

Sha256 = Annotated[str, matching(r"[0-9a-f]{64}", "64 hexadecimal digits, as sha256sum prints them")]
AgentPackage = Annotated[
    str,
    matching(
        r"codedeploy-agent[-_]\d+\.\d+\.\d+[\w.\-]*\.(deb|rpm|msi)",
        "a file of releases/ in AWS's bucket that names its version, such as codedeploy-agent-1.8.0-12.noarch.rpm",
    ),
]
_FIELD = r"[0-9*/,\-]+"
AssociationSchedule = Annotated[
    str,
    matching(
        rf"cron\((?=[^?]*\?[^?]*$){_FIELD} {_FIELD} [0-9*/,\-?LW]+ \* [0-9A-Z*/,\-?#]+ {_FIELD}\)",
        "a schedule of State Manager in cron, for every month, such as cron(0 2 ? * SUN *); by a rate AWS would also "
        "change the agent of instances that have just started",
    ),
]
"""ApplyOnlyAtCronInterval in https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateAssociation.html;
and https://docs.aws.amazon.com/systems-manager/latest/userguide/reference-cron-and-rate-expressions.html, by which no
month can be named."""

WEEKLY = "cron(0 2 ? * SUN *)"
"""What CodeDeploy's own guide has as its example: in the night to Sunday, when hardly anybody deploys."""


class FleetAgent(Model):
    """The agent on EC2 instances: pinned to a file, or AWS's latest and kept so."""

    package: AgentPackage | None = Field(
        default=None, description="File of AWS's bucket, below releases/, an .rpm; not said: AWS's latest."
    )
    sha256: Sha256 | None = Field(default=None, description="Digest of that file; another one isn't installed.")
    updates: Annotated[AssociationSchedule | None, Derived(f"{WEEKLY}, and never where the agent is pinned")] = Field(
        default=None, description="When State Manager brings AWS's latest agent to running instances."
    )

    @model_validator(mode="after")
    def _pinned_by_its_digest(self) -> "FleetAgent":
        if (self.package is None) != (self.sha256 is None):
            given, missing = ("package", "sha256") if self.package else ("sha256", "package")
            raise refused("package and sha256 together, or neither", key=given, partners=(missing,))
        if self.package and not self.package.endswith(".rpm"):
            raise refused("an .rpm, which Amazon Linux takes", key="package")
        if self.package and self.updates:
            raise refused("no updates of an agent that is pinned; a new pin comes with new instances", key="updates")
        return self

    @property
    def schedule(self) -> str | None:
        """When the agent is updated; None is never."""
        return None if self.package else self.updates or WEEKLY
