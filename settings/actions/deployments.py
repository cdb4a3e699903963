"""Actions that deploy to what exists already."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from settings.actions.base import DELIVERED, FreeAction, Input, PlacedAction
from settings.actions.fields import (
    ActionText,
    ArtifactName,
    Bucket,
    ChangeSetName,
    DeployedKey,
    DeploymentName,
    EcsName,
    InstanceTag,
    InstanceTagValue,
    Key,
    Namespace,
    OutputName,
    RoleHere,
    Share,
    StackNameHere,
    TargetFolder,
    TargetGroupName,
)
from settings.base import Model
from settings.fields import Listed, RelativePath, VariableName, VariableText, at_most, distinct, refused, within


class StackMode(StrEnum):
    """What CloudFormation does."""

    CREATE_UPDATE = "create-update"
    REPLACE_ON_FAILURE = "replace-on-failure"
    DELETE_ONLY = "delete-only"
    CHANGE_SET_REPLACE = "change-set-replace"
    CHANGE_SET_EXECUTE = "change-set-execute"

    @property
    def is_of_change_sets(self) -> bool:
        """Whether it works on a change set."""
        return self in (StackMode.CHANGE_SET_REPLACE, StackMode.CHANGE_SET_EXECUTE)

    @property
    def takes_a_template(self) -> bool:
        """Whether it makes something of a template."""
        return self not in (StackMode.DELETE_ONLY, StackMode.CHANGE_SET_EXECUTE)


class Capability(StrEnum):
    """What a template has to be allowed expressly."""

    IAM = "CAPABILITY_IAM"
    NAMED_IAM = "CAPABILITY_NAMED_IAM"
    AUTO_EXPAND = "CAPABILITY_AUTO_EXPAND"


class ArtifactFile(Model):
    """A file in an artifact."""

    artifact: Annotated[ArtifactName | None, DELIVERED] = Field(default=None, description="The artifact.")
    file: RelativePath = Field(description="The file's path in it.")


class CloudFormationAction(PlacedAction):
    """A stack, or a change set of one."""

    provider: Literal["cloudformation"] = Field(description="What does it.")
    stack: StackNameHere = Field(description="The stack's name.")
    mode: Annotated[StackMode, Field(strict=False)] = Field(description="What is done to the stack.")
    change_set: ChangeSetName | None = Field(default=None, description="With the modes of change sets: its name.")
    template: ArtifactFile | None = Field(default=None, description="The template; not to delete, not to execute.")
    template_configuration: ArtifactFile | None = Field(default=None, description="A template configuration file.")
    parameters: Mapping[VariableName, VariableText] = Field(
        default_factory=dict, description="Parameters of the template, over those of the configuration."
    )
    capabilities: Annotated[Listed[Annotated[Capability, Field(strict=False)]], distinct("capabilities")] = Field(
        default=(), description="What the template is allowed expressly."
    )
    deployment_role: RoleHere | None = Field(
        default=None, description="The role by which CloudFormation works; only to execute a change set there is none."
    )
    output: OutputName | None = Field(default=None, description="The artifact that the stack's outputs become.")
    output_file: RelativePath | None = Field(default=None, description="With output: the file in it.")
    namespace: Namespace | None = Field(default=None, description="Under which later actions read the stack's outputs.")

    @model_validator(mode="after")
    def _fits_its_mode(self) -> "CloudFormationAction":
        if self.mode.is_of_change_sets != bool(self.change_set):
            raise refused("changeSet with the modes of change sets, and with no other", key="changeSet")
        if self.mode.takes_a_template != bool(self.template):
            raise refused("template with the modes that make something, and with no other", key="template")
        if (self.mode is not StackMode.CHANGE_SET_EXECUTE) != bool(self.deployment_role):
            raise refused("deploymentRole with every mode but change-set-execute", key="deploymentRole")
        if not self.mode.takes_a_template and (self.parameters or self.template_configuration):
            key = "parameters" if self.parameters else "templateConfiguration"
            raise refused("with a template only", key=key)
        if bool(self.output) != bool(self.output_file):
            raise refused("output and outputFile together", key="outputFile" if self.output_file else "output")
        return self


class S3Action(PlacedAction):
    """Files into a bucket."""

    provider: Literal["s3"] = Field(description="What does it.")
    bucket: Bucket = Field(description="The bucket's name; it may hold {region} and {account}.")
    extract: bool = Field(default=True, description="Whether the files of the artifact are put there; else the zip.")
    key: DeployedKey | None = Field(
        default=None, description="A folder of the bucket; without extract the object's key."
    )
    key_arn: Key | None = Field(
        default=None, description="The KMS key that encrypts them, if not the bucket's default."
    )
    cache_control: ActionText | None = Field(default=None, description="The Cache-Control header of the objects.")
    input: Input = None

    @model_validator(mode="after")
    def _zip_has_a_key(self) -> "S3Action":
        if not self.extract and not self.key:
            raise refused("true, or key with the name that the zip gets", key="extract")
        return self


class EcsAction(PlacedAction):
    """A service, task after task."""

    provider: Literal["ecs"] = Field(description="What does it.")
    cluster: EcsName = Field(description="The cluster's name.")
    service: EcsName = Field(description="The service's name.")
    family: EcsName = Field(description="The family of the service's task definition.")
    task_roles: Annotated[Listed[RoleHere], distinct("roles"), at_most(5, "roles")] = Field(
        default=(), description="The roles in the task definition: of the task and of its execution."
    )
    image_definitions: RelativePath | None = Field(
        default=None, description="The file with the image; imagedefinitions.json if none."
    )
    steady_minutes: Annotated[int, within(1, 60, "minutes")] | None = Field(
        default=None, description="How long the service has to become steady, 1 to 60 minutes."
    )
    input: Input = None


class CodeDeployAction(PlacedAction):
    """A deployment group that exists."""

    provider: Literal["codedeploy"] = Field(description="What does it.")
    application: DeploymentName = Field(description="The application in CodeDeploy.")
    deployment_group: DeploymentName = Field(description="Its deployment group.")
    deployment_config: DeploymentName = Field(
        default="CodeDeployDefault.OneAtATime", description="The group's deployment configuration."
    )
    input: Input = None


class Instances(StrEnum):
    """Which machines Systems Manager knows them as."""

    EC2 = "ec2"
    MANAGED_NODE = "managed-node"


class Ec2Action(FreeAction):
    """Instances with a tag, by Systems Manager."""

    provider: Literal["ec2"] = Field(description="What does it.")
    tag: InstanceTag = Field(description="The key of a tag that the instances have.")
    value: InstanceTagValue = Field(description="The value of that tag.")
    instances: Annotated[Instances, Field(strict=False)] = Field(
        default=Instances.EC2, description="ec2, or managed-node for machines outside of EC2."
    )
    directory: TargetFolder = Field(description="Where the files are put: an absolute path.")
    pre_script: RelativePath | None = Field(default=None, description="A script of the artifact that runs before.")
    post_script: RelativePath = Field(description="A script of the artifact that runs afterwards.")
    most_at_once: Share | None = Field(default=None, description='How many change at a time: "2" or "50%".')
    most_errors: Share | None = Field(default=None, description='How many may fail: "1" or "10%".')
    target_groups: Annotated[Listed[TargetGroupName], distinct("groups"), at_most(10, "groups")] = Field(
        default=(), description="Target groups that an instance leaves while it changes."
    )
    input: Input = None
