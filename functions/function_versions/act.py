"""The AWS edge of `commands`: carries a decision out."""

from functools import partial

from botocore.exceptions import ClientError

from deployments.act import execute, start
from deployments.commands import Deploy, Made
from function_versions.commands import Command, Decision, Point, Publish, Upload
from pipeline_job.answer import Answer
from pipeline_job.clients import Clients
from pipeline_job.failures import error_code


def carry_out(decision: Decision, *, clients: Clients) -> Answer:
    """Do what was decided, in order, and return the answer; what a command has made goes into its memory.

    Raises:
        ClientError: AWS refused a command. Not where Lambda is busy with a function, as while `pulumi up` changes it:
            nothing was made then, and the next visit sees what there is.
    """
    return execute(decision, do=partial(_unless_busy, clients=clients))


def _unless_busy(command: Command, *, clients: Clients) -> Made:
    try:
        return _do(command, clients=clients)
    except ClientError as error:
        if isinstance(command, Upload | Publish) and error_code(error) == "ResourceConflictException":
            return Made()
        raise


def _do(command: Command, *, clients: Clients) -> Made:
    match command:
        case Upload():
            version = {"S3ObjectVersion": command.bundle.version} if command.bundle.version else {}
            clients.functions.update_function_code(
                FunctionName=command.function,
                S3Bucket=command.bundle.bucket,
                S3Key=command.bundle.key,
                Publish=False,
                **version,
            )
            return Made()
        case Publish():
            published = clients.functions.publish_version(
                FunctionName=command.function, CodeSha256=command.digest, Description=command.description
            )
            return Made(version=str(published["Version"]))
        case Point():
            clients.functions.update_alias(
                FunctionName=command.function,
                Name=command.alias,
                FunctionVersion=command.version,
                RevisionId=command.revision,
            )
            return Made()
        case Deploy():
            return start(command, clients=clients)
