"""The actions of free stages, a function for each provider: it answers an `Action` with what AWS documents for it.

What they work on exists already; nothing is made here.
"""

from components.actions.cloudformation import Mode, StackChange, StackFile, cloudformation
from components.actions.codebuild import codebuild
from components.actions.compute import commands, ecr_build_and_publish
from components.actions.deploy import TaggedInstances, codedeploy, ec2, ecs, s3
from components.actions.invoke import lambda_function, step_functions
from components.actions.position import Position

__all__ = [
    "Mode",
    "Position",
    "StackChange",
    "StackFile",
    "TaggedInstances",
    "cloudformation",
    "codebuild",
    "codedeploy",
    "commands",
    "ec2",
    "ecr_build_and_publish",
    "ecs",
    "lambda_function",
    "s3",
    "step_functions",
]
