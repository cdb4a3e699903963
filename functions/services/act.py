"""The AWS edge of `commands`: carries a decision out."""

from functools import partial

from deployments.act import execute, start
from deployments.commands import Deploy, Made
from pipeline_job.answer import Answer
from pipeline_job.clients import Clients
from services.commands import Command, Decision, Register


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
