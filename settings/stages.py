"""What an application changes of the default road: stages of its own, waves, variables, the execution mode."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from settings.actions import AnyAction, Ec2Action, EcrBuildAction, PlacedAction
from settings.actions.fields import ActionName, RoleArn, StageName
from settings.base import Derived, Model
from settings.fields import Listed, Region, at_least, at_most, distinct, matching, refused


class ExecutionMode(StrEnum):
    """What happens to a change that comes while another is under way."""

    QUEUED = "queued"
    SUPERSEDED = "superseded"
    PARALLEL = "parallel"


class PipelineVariable(Model):
    """A value that whoever starts the pipeline may choose."""

    default: Annotated[str, matching(r"(?s).{1,1000}", "text of 1 to 1000 characters")] = Field(
        description="Its value for every start that gives none, 1 to 1000 characters."
    )
    description: Annotated[str, matching(r"(?s).{0,200}", "at most 200 characters")] = Field(
        default="", description="What it is for, as the console shows it; at most 200 characters."
    )


class WaveAccount(Model):
    """A place of a wave that a role reaches."""

    name: ActionName = Field(description="What the place is called in names of actions, 1 to 50 of A-Z a-z 0-9 - _.")
    role_arn: RoleArn = Field(description="The role that does the actions there.")
    region: Annotated[Region | None, Derived("the stack's")] = Field(default=None, description="Where they run.")
    artifact_roles: Annotated[Listed[RoleArn], distinct("roles"), at_most(10, "roles")] = Field(
        default=(), description="What else there reads or writes artifacts, such as a project's role."
    )


class Wave(Model):
    """Places in each of which every action of a stage is done."""

    regions: Annotated[Listed[Region], distinct("regions"), at_most(10, "regions")] = Field(
        default=(), description="Regions of the stack's account."
    )
    accounts: Annotated[
        Listed[WaveAccount], distinct("names of accounts", key=lambda one: one.name), at_most(10, "accounts")
    ] = Field(default=(), description="Places of other accounts, after the regions.")
    in_order: bool = Field(default=False, description="Whether one place follows the other; else all run at once.")

    @model_validator(mode="after")
    def _has_places(self) -> "Wave":
        if not self.regions and not self.accounts:
            raise refused("at least one of regions and accounts: a wave has places")
        for account in self.accounts:
            if account.name in self.regions:
                raise refused(f"places that differ; more than once: {account.name}", key="accounts")
        return self


class FreeStage(Model):
    """A stage of one's own."""

    name: StageName = Field(description="The stage's name: 1 to 60 of A-Z a-z 0-9 - _, unique in the pipeline.")
    before: StageName | None = Field(default=None, description="The stage that it stands before; or after.")
    after: StageName | None = Field(default=None, description="The stage that it stands after; or before.")
    actions: Annotated[
        Listed[AnyAction],
        at_least(1, "action"),
        at_most(50, "actions"),
        distinct("names of actions", key=lambda one: one.name),
    ] = Field(description="What is done in it, 1 to 50 actions.")
    wave: Wave | None = Field(default=None, description="Places in each of which every action is done.")

    @model_validator(mode="after")
    def _stands_in_one_place(self) -> "FreeStage":
        if bool(self.before) == bool(self.after):
            raise refused("either before or after, with the name of a stage", key="after" if self.after else "")
        if self.before == "Source":
            raise refused("another stage: nothing stands before Source", key="before")
        if self.name in (self.before, self.after):
            raise refused("another stage than itself", key="before" if self.before else "after")
        return self

    @model_validator(mode="after")
    def _wave_reaches_its_places(self) -> "FreeStage":
        for action in self.actions if self.wave else ():
            if isinstance(action, Ec2Action | EcrBuildAction):
                raise refused(f"no action of {action.provider} in a wave: it works where the pipeline is", key="wave")
            if isinstance(action, PlacedAction) and (action.region or action.role_arn):
                raise refused(f"actions without region and roleArn in a wave, as {action.name} has", key="wave")
        return self
