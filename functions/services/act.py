"""The AWS edge of `commands`: carries a decision out."""

from functools import partial

from botocore.exceptions import ClientError

from deployments.act import execute, start
from deployments.commands import Deploy, Made
from pipeline_job.answer import Answer
from pipeline_job.clients import Clients
from pipeline_job.failures import error_code
from services.commands import Command, Decision, Register, RollBack, Update


def carry_out(decision: Decision, *, clients: Clients) -> Answer:
    """Do what was decided, in order, and return the answer; what a command has made goes into its memory.

    Raises:
        ClientError: AWS refused a command.
    """
    return execute(decision, do=partial(_do, clients=clients))


def _do(command: Command, *, clients: Clients) -> Made:
    match command:
        case Register():
            registered = clients.ecs.register_task_definition(**command.definition)
            return Made(version=str(registered["taskDefinition"]["taskDefinitionArn"]))
        case Deploy():
            return start(command, clients=clients)
        case Update():
            clients.ecs.update_service(
                cluster=command.cluster, service=command.service, taskDefinition=command.definition
            )
            return Made()
        case RollBack():
            _roll_back(command.deployment, clients=clients)
            return Made()


def _roll_back(deployment: str, *, clients: Clients) -> None:
    try:
        clients.ecs.stop_service_deployment(serviceDeploymentArn=deployment, stopType="ROLLBACK")
    except ClientError as error:
        # It has come to its end by itself; the next visit sees which.
        if error_code(error) != "ConflictException":
            raise
