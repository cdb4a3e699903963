"""What every action of a free stage says, and those that run in other places."""

from typing import Annotated

from pydantic import Field, model_validator

from settings.actions.fields import ActionName, ArtifactName, RoleArn
from settings.base import Derived, Model
from settings.fields import Listed, Region, at_most, distinct, refused, within

DELIVERED = Derived("the bundle; before the build the source")
Input = Annotated[ArtifactName | None, DELIVERED, Field(description="The artifact that it reads.")]


class FreeAction(Model):
    """What every action says."""

    name: ActionName = Field(description="The action's name: 1 to 50 of A-Z a-z 0-9 - _, unique in its stage.")
    order: Annotated[int, within(1, 50, "")] = Field(
        default=1, description="Actions of the same number run beside each other, lower ones first; 1 to 50."
    )


class PlacedAction(FreeAction):
    """An action that may run in another region, or by a role of another account."""

    region: Annotated[Region | None, Derived("the stack's")] = Field(
        default=None, description="Where it runs; the stack makes an artifact store there."
    )
    role_arn: RoleArn | None = Field(
        default=None, description="The role that does it, as in another account; the pipeline's own where none is said."
    )
    artifact_roles: Annotated[Listed[RoleArn], distinct("roles"), at_most(10, "roles")] = Field(
        default=(), description="With roleArn: what else there reads or writes artifacts, such as a project's role."
    )

    @model_validator(mode="after")
    def _roles_belong_to_a_role(self) -> "PlacedAction":
        if self.artifact_roles and not self.role_arn:
            raise refused(
                "with roleArn only: roles of the stack's account need no permission here", key="artifactRoles"
            )
        return self
