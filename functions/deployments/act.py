"""The AWS edge of `commands`: carries a decision out, and starts a deployment."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from deployments.commands import CommandT, Decision, Deploy, Made
from pipeline_job.answer import Answer, Continue
from pipeline_job.clients import Clients
from pipeline_job.job import S3Object


def execute(decision: Decision[CommandT], *, do: Callable[[CommandT], Made]) -> Answer:
    """Do what was decided, in order, and return the answer; what a command has made goes into its memory.

    Raises:
        ClientError: AWS refused a command.
    """
    answer = decision.answer
    for command in decision.commands:
        made = do(command)
        if isinstance(answer, Continue):
            memory = answer.memory
            version, deployment = made.version or memory.version, made.deployment or memory.deployment
            answer = replace(answer, memory=replace(memory, version=version, deployment=deployment))
    return answer


def start(command: Deploy, *, clients: Clients) -> Made:
    """Start a deployment, which finds what to do in its bundle or is told by its specification."""
    started = clients.codedeploy.create_deployment(
        applicationName=command.group.application,
        deploymentGroupName=command.group.deployment_group,
        revision=_revision(command.revision),
        description=command.description,
        **({"targetInstances": {"autoScalingGroups": [command.fleet]}} if command.fleet else {}),
        **({} if command.watched else {"overrideAlarmConfiguration": {"enabled": False}}),
    )
    return Made(deployment=str(started["deploymentId"]))


def _revision(revision: S3Object | str) -> dict[str, Any]:
    """A bundle or a specification as CodeDeploy takes it
    (https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_RevisionLocation.html)."""
    if isinstance(revision, str):
        return {"revisionType": "AppSpecContent", "appSpecContent": {"content": revision}}
    version = {"version": revision.version} if revision.version else {}
    place = {"bucket": revision.bucket, "key": revision.key, "bundleType": "zip", **version}
    return {"revisionType": "S3", "s3Location": place}
