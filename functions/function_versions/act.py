"""The AWS edge of `commands`: carries a decision out."""

from dataclasses import dataclass, replace

from function_versions.commands import Command, Decision, Deploy, Point, Publish, Upload
from pipeline_job.answer import Answer, Continue
from pipeline_job.clients import Clients


def carry_out(decision: Decision, *, clients: Clients) -> Answer:
    """Do what was decided, in order, and return the answer; what a command has made goes into its memory.

    Raises:
        ClientError: AWS refused a command.
    """
    answer = decision.answer
    for command in decision.commands:
        made = _do(command, clients=clients)
        if isinstance(answer, Continue):
            memory = answer.memory
            version, deployment = made.version or memory.version, made.deployment or memory.deployment
            answer = replace(answer, memory=replace(memory, version=version, deployment=deployment))
    return answer


@dataclass(frozen=True, kw_only=True)
class _Made:
    """What has to be remembered of a command."""

    version: str = ""
    deployment: str = ""


def _do(command: Command, *, clients: Clients) -> _Made:
    match command:
        case Upload():
            clients.functions.update_function_code(
                FunctionName=command.function, S3Bucket=command.bundle.bucket, S3Key=command.bundle.key, Publish=False
            )
        case Publish():
            published = clients.functions.publish_version(
                FunctionName=command.function, CodeSha256=command.digest, Description=command.description
            )
            return _Made(version=str(published["Version"]))
        case Point():
            clients.functions.update_alias(
                FunctionName=command.function,
                Name=command.alias,
                FunctionVersion=command.version,
                RevisionId=command.revision,
            )
        case Deploy():
            started = clients.codedeploy.create_deployment(
                applicationName=command.group.application,
                deploymentGroupName=command.group.deployment_group,
                revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": command.specification}},
                description=command.description,
            )
            return _Made(deployment=str(started["deploymentId"]))
    return _Made()
