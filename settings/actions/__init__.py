"""The actions of free stages: one class per provider.

To add one: write a subclass of `FreeAction` (of `PlacedAction` where AWS runs it in other regions and accounts), and
add it to a union here; its action in `components/actions/`, its case in `plans/actions.py`.
"""

from typing import Annotated

from pydantic import Field

from settings.actions.base import FreeAction, PlacedAction
from settings.actions.deployments import (
    ArtifactFile,
    CloudFormationAction,
    CodeDeployAction,
    Ec2Action,
    EcsAction,
    Instances,
    S3Action,
    StackMode,
)
from settings.actions.work import (
    CodeBuildAction,
    CommandsAction,
    EcrBuildAction,
    LambdaAction,
    ManualAction,
    Purpose,
    StepFunctionsAction,
)

__all__ = [
    "AnyAction",
    "ArtifactFile",
    "CloudFormationAction",
    "CodeBuildAction",
    "CodeDeployAction",
    "CommandsAction",
    "DeployAction",
    "Ec2Action",
    "EcrBuildAction",
    "EcsAction",
    "FreeAction",
    "Instances",
    "LambdaAction",
    "ManualAction",
    "PlacedAction",
    "Purpose",
    "S3Action",
    "StackMode",
    "StepFunctionsAction",
    "WorkAction",
]

WorkAction = CodeBuildAction | CommandsAction | EcrBuildAction | LambdaAction | StepFunctionsAction
DeployAction = CloudFormationAction | S3Action | EcsAction | CodeDeployAction | Ec2Action
AnyAction = Annotated[WorkAction | DeployAction | ManualAction, Field(discriminator="provider")]
