"""A deployment by CloudFormation: a stack, or a change set of one
(https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from components.actions.position import Position
from components.iam import Statement, pass_role
from components.stages import Action, Artifact, Category


class Mode(StrEnum):
    """What is done to the stack, in AWS's words."""

    CREATE_UPDATE = "CREATE_UPDATE"
    REPLACE_ON_FAILURE = "REPLACE_ON_FAILURE"
    DELETE_ONLY = "DELETE_ONLY"
    CHANGE_SET_REPLACE = "CHANGE_SET_REPLACE"
    CHANGE_SET_EXECUTE = "CHANGE_SET_EXECUTE"


_CALLS: Mapping[Mode, tuple[str, ...]] = {
    Mode.CREATE_UPDATE: ("CreateStack", "DescribeStacks", "UpdateStack"),
    Mode.REPLACE_ON_FAILURE: ("CreateStack", "DeleteStack", "DescribeStacks", "UpdateStack"),
    Mode.DELETE_ONLY: ("DeleteStack", "DescribeStacks"),
    Mode.CHANGE_SET_REPLACE: ("CreateChangeSet", "DeleteChangeSet", "DescribeChangeSet", "DescribeStacks"),
    Mode.CHANGE_SET_EXECUTE: ("DescribeChangeSet", "DescribeStacks", "ExecuteChangeSet"),
}
"""Of the calls that AWS documents for the action, those of each mode."""


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """A file in an artifact."""

    artifact: Artifact
    file: str

    @property
    def path(self) -> str:
        """As the action names it."""
        return f"{self.artifact.name}::{self.file}"


@dataclass(frozen=True, kw_only=True)
class StackChange:
    """What is done to a stack.

    Args:
        stack: its name.
        mode: what is done.
        change_set: its name, with the modes of change sets.
        template: with every mode that makes something of it.
        configuration: a template configuration file.
        parameters: of the template, over those of the configuration.
        capabilities: such as `CAPABILITY_IAM`.
        role_arn: the role by which CloudFormation makes the resources; AWS wants one with every mode that does.
        output: the artifact that the stack's outputs become.
        output_file: the file in it.
    """

    stack: str
    mode: Mode
    role_arn: str | None = None
    change_set: str | None = None
    template: StackFile | None = None
    configuration: StackFile | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    capabilities: Sequence[str] = ()
    output: Artifact | None = None
    output_file: str | None = None


def cloudformation(position: Position, change: StackChange) -> Action:
    """Creates, changes or deletes a stack, or prepares or carries out a change set of it."""
    files = [one for one in (change.template, change.configuration) if one]
    return position.action(
        category=Category.DEPLOY,
        provider="CloudFormation",
        configuration={
            "ActionMode": change.mode.value,
            "StackName": change.stack,
            "ChangeSetName": change.change_set,
            "TemplatePath": change.template.path if change.template else None,
            "TemplateConfiguration": change.configuration.path if change.configuration else None,
            "ParameterOverrides": json.dumps(dict(change.parameters)) if change.parameters else None,
            "Capabilities": ",".join(change.capabilities) or None,
            "RoleArn": change.role_arn,
            "OutputFileName": change.output_file,
        },
        inputs=tuple(dict.fromkeys(one.artifact for one in files)),
        outputs=(change.output,) if change.output else (),
        target=f"stack {change.stack}",
        permissions=_permissions(position, change),
    )


def _permissions(position: Position, change: StackChange) -> Iterator[Statement]:
    yield Statement(
        actions=tuple(f"cloudformation:{call}" for call in _CALLS[change.mode]),
        resources=(position.place.arn("cloudformation", f"stack/{change.stack}/*"),),
    )
    if change.role_arn:
        yield pass_role(change.role_arn, to="cloudformation.amazonaws.com")
