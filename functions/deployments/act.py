"""The AWS edge of `commands`: carries a decision out, and starts a deployment."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from deployments.commands import CommandT, Decision, Deploy, DeployBundle, Made
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


def zipped(bundle: S3Object) -> dict[str, str]:
    """A bundle as CodeDeploy takes it
    (https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_S3Location.html)."""
    version = {"version": bundle.version} if bundle.version else {}
    return {"bucket": bundle.bucket, "key": bundle.key, "bundleType": "zip", **version}


def start(command: Deploy | DeployBundle, *, clients: Clients) -> Made:
    """Start a deployment, which is told what to do by its specification or finds that in its bundle."""
    started = clients.codedeploy.create_deployment(
        applicationName=command.group.application,
        deploymentGroupName=command.group.deployment_group,
        revision=_revision(command),
        description=command.description,
        **({} if command.watched else {"overrideAlarmConfiguration": {"enabled": False}}),
    )
    return Made(deployment=str(started["deploymentId"]))


def _revision(command: Deploy | DeployBundle) -> dict[str, Any]:
    if isinstance(command, DeployBundle):
        return {"revisionType": "S3", "s3Location": zipped(command.bundle)}
    return {"revisionType": "AppSpecContent", "appSpecContent": {"content": command.specification}}
