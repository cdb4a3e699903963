"""A stack's settings, resolved: every value is there, valid, and frozen.

`settings.loader.load()` makes them from the Pulumi configuration, `settings.loader.parse()` from plain values.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, PrivateAttr, model_validator

from settings.approvals import Approval
from settings.base import ByTier, Context, Derived, FromParts, Model, Site
from settings.builds import LAMBDA, AnyBuild, Build
from settings.conditions import ConditionsByStage
from settings.deployments import Alarms, AnyDeploy, BlueGreenDeploy, Fleet, FleetSize, InPlaceDeploy, ServerDeploy
from settings.drift import Drift
from settings.fields import (
    Account,
    ApplicationName,
    Listed,
    Region,
    StackName,
    SuiteName,
    VariableName,
    at_least,
    at_most,
    distinct,
    refused,
)
from settings.freezes import Freeze
from settings.jenkins import Jenkins, JenkinsBuild
from settings.ledger import Ledger
from settings.networks import AnyNetwork, ExistingNetwork, NewNetwork
from settings.notifications import Notifications
from settings.overrides import Overrides
from settings.packages import AnyPackages
from settings.people import People
from settings.publishing import AnyPublish
from settings.sources import (
    PROVIDERS,
    AnySource,
    ChangeDetection,
    CodeCommitSource,
    ConnectionSource,
    EcrSource,
    GitSource,
    PromotionSource,
    S3Source,
    Schedule,
    Source,
    is_built,
)
from settings.stages import ExecutionMode, FreeStage, PipelineVariable
from settings.suites import Suite
from settings.tiers import DEFAULTS, DeploymentConfig, FourEyes, NatGateways, Tier, TierDefaults
from settings.watching import ApplicationWatch, Watch

__all__ = [
    "Alarms",
    "Application",
    "Approval",
    "BlueGreenDeploy",
    "Build",
    "ChangeDetection",
    "CodeCommitSource",
    "ConnectionSource",
    "DeploymentConfig",
    "EcrSource",
    "Environment",
    "ExecutionMode",
    "ExistingNetwork",
    "Fleet",
    "FleetSize",
    "FourEyes",
    "FreeStage",
    "GitSource",
    "Hotfix",
    "InPlaceDeploy",
    "Jenkins",
    "JenkinsBuild",
    "NatGateways",
    "NewNetwork",
    "Notifications",
    "Promote",
    "PromotionSource",
    "S3Source",
    "Schedule",
    "ServerDeploy",
    "Settings",
    "Site",
    "Source",
    "Suite",
    "Tier",
    "TierDefaults",
]


class Environment(Model):
    """Which environment the stack is."""

    tier: Annotated[Tier, Field(strict=False)] = Field(description="Which defaults the stack has, and its policies.")
    account: Account = Field(description="The AWS account of the stack: 12 digits, quoted.")
    _name: str = PrivateAttr(default="")

    @property
    def name(self) -> str:
        """The stack's name: not in the file, because the file's own name says it."""
        return self._name

    def model_post_init(self, context: Any) -> None:
        """Take the name from the loader."""
        if isinstance(context, Context):
            self._name = context.stack


class Hotfix(Model):
    """What a hotfix branch may skip on its way; approvals, alarms and the record are not for sale."""

    skip: Annotated[Listed[SuiteName], at_least(1, "suite, or bake"), distinct("names")] = Field(
        description="Suites by name, and bake: the time in which the old fleet waits. Each use is announced by mail."
    )


class Promote(Model):
    """Hand the tested artifact to another stack."""

    to: StackName = Field(description="The stack whose application of the same name has this stack as source.from.")
    _destination: Site = PrivateAttr()

    @property
    def destination(self) -> Site:
        """Where the artifact goes."""
        return self._destination

    def model_post_init(self, context: Any) -> None:
        """Look the other stack up; a stack that isn't there is refused by `settings.rules` with its place."""
        if isinstance(context, Context) and self.to in context.sites:
            self._destination = context.sites[self.to]


class Application(Model):
    """One application's road: source, build, suites, approvals, deployment, promotion."""

    source: AnySource = Field(description="Where the code comes from.")
    build: Annotated[AnyBuild | None, Derived("of its parts")] = Field(
        default=None, description="Build and unit tests; refused where the source was built by another stack."
    )
    suites: Mapping[SuiteName, Suite] = Field(
        default_factory=dict, description="Test suites by name, each a project of its own."
    )
    publish: Annotated[
        Listed[AnyPublish], distinct("names (name) of targets", key=lambda one: one.target), at_most(20, "targets")
    ] = Field(default=(), description="Where what passed its tests is published to, before any approval.")
    approvals: Annotated[
        Listed[Approval], distinct("names of approvals", key=lambda one: one.name), ByTier("approvals")
    ] = Field(
        description="Who says yes before the deployment; [] is continuous deployment (policy refuses it in production)."
    )
    four_eyes: Annotated[FourEyes, Field(strict=False), ByTier("four_eyes")] = Field(
        description="Whom an approver must not be: authors (nor who started it), starter, or none, which only records. "
        "Unless it is none, two approvals take two people."
    )
    deploy: AnyDeploy = Field(description="How the application is deployed.")
    hotfix: Hotfix | None = Field(
        default=None, description="With flow git-flow, in a stack that its hotfix branches feed: the fast lane."
    )
    promote: Promote | None = Field(default=None, description="Where the tested artifact goes next.")
    execution_mode: Annotated[ExecutionMode, Field(strict=False)] = Field(
        default=ExecutionMode.QUEUED, description="What happens to a change that comes while another is under way."
    )
    variables: Mapping[VariableName, PipelineVariable] = Field(
        default_factory=dict, description="Values by name that whoever starts the pipeline may choose; at most 45."
    )
    stages: Annotated[
        Listed[FreeStage], distinct("names of stages", key=lambda one: one.name), at_most(40, "stages")
    ] = Field(default=(), description="Stages of one's own, beside those of the road.")
    watch: Annotated[ApplicationWatch, FromParts()] = Field(description="What watches it besides its alarms.")
    conditions: ConditionsByStage = Field(
        default_factory=dict, description="By the name of a stage: what it asks, and what it does when it fails."
    )

    @model_validator(mode="before")
    @classmethod
    def _suites_on_the_same_machine(cls, given: Any) -> Any:
        """A suite that doesn't say how large its machine is gets one like the build's.

        Lambda is left to each to choose: a suite may need more than its 15 minutes, Docker, a cache or the network.
        """
        if not isinstance(given, Mapping) or not isinstance(suites := given.get("suites"), Mapping):
            return given
        build = given.get("build")
        size = build.get("computeType") if isinstance(build, Mapping) else None
        if size is None or str(size).startswith(LAMBDA):
            return given
        sized = {
            name: {"computeType": size, **suite} if isinstance(suite, Mapping) else suite
            for name, suite in suites.items()
        }
        return {**given, "suites": sized}

    @model_validator(mode="after")
    def _suites_have_an_image(self) -> "Application":
        build = self.build if isinstance(self.build, Build) else Build()
        for name, suite in self.suites.items():
            if suite.compute_type.on_lambda and (problem := build.misfit(suite.compute_type)):
                raise refused(f"a machine that the build's image runs on, for suite {name}: {problem[1]}", key="suites")
        return self

    @model_validator(mode="before")
    @classmethod
    def _built_unless_promoted(cls, given: Any) -> Any:
        # `build:` with nothing below is what YAML makes of a build that says nothing.
        if not isinstance(given, Mapping) or given.get("build") is not None:
            return given
        source = given.get("source")
        provider = source.get("provider") if isinstance(source, Mapping) else None
        return {**given, "build": {}} if provider in list(PROVIDERS) and not is_built(source) else given


class Settings(Model):
    """Everything a stack is made from."""

    environment: Environment = Field(description="Which environment the stack is.")
    region: Region = Field(description="The AWS region of the stack (key aws:region).")
    network: AnyNetwork = Field(description="The network: a new one by cidr, or an existing one by vpcId.")
    notifications: Annotated[Notifications, FromParts()] = Field(description="Who is told.")
    people: People = Field(
        default_factory=dict,
        description="By mail address, the names that a person has besides in Git and in AWS: other addresses, users, "
        "sessions.",
    )
    code_artifact: AnyPackages | None = Field(
        default=None, description="Packages: what builds resolve through, and what publishing to codeartifact needs."
    )
    applications: Annotated[Mapping[ApplicationName, Application], at_least(1, "application")] = Field(
        description="The applications by name; at least one."
    )
    freezes: Annotated[Listed[Freeze], distinct("freezes"), at_most(20, "freezes")] = Field(
        default=(), description="When no application enters a stage that deploys; at most 20."
    )
    drift: Drift | None = Field(
        default=None, description="When the stack looks by itself for what was changed behind Pulumi's back."
    )
    overrides: Annotated[Overrides, FromParts()] = Field(
        description="Whom the organization's guardrail excepts, by what they may do; it allows them nothing by itself."
    )
    watch: Annotated[Watch, FromParts()] = Field(description="What all alarms of the stack have in common.")
    ledger: Annotated[Ledger, FromParts()] = Field(description="What is kept of the releases, and for how long.")
    jenkins: Jenkins | None = Field(
        default=None, description="The Jenkins server, where an application has `build.server`; refused where none has."
    )

    @property
    def defaults(self) -> TierDefaults:
        """What the tier decides and no key overrides."""
        return DEFAULTS[self.environment.tier]

    @property
    def site(self) -> Site:
        """Where this stack is."""
        return Site(environment=self.environment.name, account=self.environment.account, region=self.region)
