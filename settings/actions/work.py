"""Actions that build, test and call, and a person's yes."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from settings.actions.base import DELIVERED, FreeAction, Input, PlacedAction
from settings.actions.fields import (
    ActionText,
    ArtifactName,
    Artifacts,
    CommandLine,
    FileGlobs,
    FunctionName,
    Image,
    Namespace,
    OutputName,
    Outputs,
    OutputVariable,
    ProjectName,
    StateMachineName,
)
from settings.approvals import Asks
from settings.fields import (
    ApprovalMessage,
    ImageTag,
    Listed,
    RelativePath,
    VariableName,
    VariableText,
    at_least,
    at_most,
    distinct,
    refused,
)


class Purpose(StrEnum):
    """What a CodeBuild action is for; policies ask for tests."""

    BUILD = "build"
    TEST = "test"


class CodeBuildAction(PlacedAction):
    """A project that exists."""

    provider: Literal["codebuild"] = Field(description="What does it.")
    project: ProjectName = Field(description="The project's name.")
    purpose: Annotated[Purpose, Field(strict=False)] = Field(
        default=Purpose.BUILD, description="build or test: the category of the action."
    )
    inputs: Annotated[Artifacts, at_most(5, "artifacts"), DELIVERED] = Field(
        default=(), description="Artifacts that it reads, at most 5; the first has the buildspec."
    )
    outputs: Outputs = Field(default=(), description="Artifacts that it makes, at most 5.")
    batch: bool = Field(default=False, description="Whether the buildspec describes several builds.")
    environment: Mapping[VariableName, VariableText] = Field(
        default_factory=dict, description="Variables of the build, which may be references such as #{Source.CommitId}."
    )
    namespace: Namespace | None = Field(default=None, description="Under which later actions read what it sets.")

    @model_validator(mode="after")
    def _hands_over_at_home(self) -> "CodeBuildAction":
        if self.role_arn and self.outputs:
            raise refused("no outputs with roleArn: CodeBuild hands none from account to account", key="outputs")
        return self


class CommandsAction(FreeAction):
    """Commands that CodePipeline runs by itself."""

    provider: Literal["commands"] = Field(description="What does it.")
    commands: Annotated[Listed[CommandLine], at_least(1, "command"), at_most(50, "commands")] = Field(
        description="What runs: 1 to 50 commands of one line, up to the first that fails."
    )
    inputs: Annotated[Artifacts, at_most(10, "artifacts"), DELIVERED] = Field(
        default=(), description="Artifacts that it reads, at most 10; the first is where the commands run."
    )
    output: OutputName | None = Field(
        default=None, description="The artifact that it makes: of files, of its result, of the outputs of a stack."
    )
    files: FileGlobs = Field(default=(), description="With output: 1 to 10 globs of what becomes of it.")
    output_variables: Annotated[Listed[OutputVariable], distinct("variables"), at_most(15, "variables")] = Field(
        default=(), description="At most 15 of the shell's variables that later actions may read."
    )
    namespace: Namespace | None = Field(default=None, description="Under which later actions read what it sets.")

    @model_validator(mode="after")
    def _together(self) -> "CommandsAction":
        if bool(self.output) != bool(self.files):
            raise refused("output and files together", key="files" if self.files else "output")
        if self.output_variables and not self.namespace:
            raise refused("together with namespace, under which they are read", key="outputVariables")
        return self


class EcrBuildAction(FreeAction):
    """An image that CodePipeline builds and pushes by itself."""

    provider: Literal["ecr-build-and-publish"] = Field(description="What does it.")
    repository: Image = Field(description="A private repository of ECR that exists.")
    tags: Annotated[Listed[ImageTag], distinct("tags"), at_least(1, "tag"), at_most(10, "tags")] = Field(
        description="Tags of the image, 1 to 10."
    )
    dockerfile: RelativePath | None = Field(default=None, description="Path of the Dockerfile, if not in the root.")
    input: Input = None
    namespace: Namespace | None = Field(default=None, description="Under which later actions read the digest.")


class LambdaAction(PlacedAction):
    """A function that answers the pipeline."""

    provider: Literal["lambda"] = Field(description="What does it.")
    function: FunctionName = Field(description="The function's name.")
    text: ActionText | None = Field(default=None, description="What it is handed, a text of 1 to 1000 characters.")
    inputs: Annotated[Artifacts, at_most(5, "artifacts")] = Field(
        default=(), description="Artifacts that it is handed, at most 5."
    )
    outputs: Outputs = Field(default=(), description="Artifacts that it makes, at most 5.")
    namespace: Namespace | None = Field(default=None, description="Under which later actions read what it answers.")


class StepFunctionsAction(PlacedAction):
    """A state machine."""

    provider: Literal["step-functions"] = Field(description="What does it.")
    state_machine: StateMachineName = Field(description="Its name.")
    prefix: StateMachineName | None = Field(default=None, description="What the names of its executions begin with.")
    text: ActionText | None = Field(default=None, description="What it is handed, JSON of 1 to 1000 characters.")
    file: RelativePath | None = Field(default=None, description="Or a file of the artifact that holds the input.")
    input: Annotated[ArtifactName | None, DELIVERED] = Field(default=None, description="With file: the artifact.")
    output: OutputName | None = Field(default=None, description="The artifact of its result; standard machines only.")
    namespace: Namespace | None = Field(default=None, description="Under which later actions read the execution's ARN.")

    @model_validator(mode="after")
    def _one_input(self) -> "StepFunctionsAction":
        if self.text and self.file:
            raise refused("text or file: it has one input", key="text")
        if self.input and not self.file:
            raise refused("with file only: it is what the file is read from", key="input")
        return self


class ManualAction(Asks, FreeAction):
    """A person's yes."""

    provider: Literal["manual"] = Field(description="What does it.")
    message: ApprovalMessage = Field(default="", description="What the approver reads; at most 1000 characters.")
