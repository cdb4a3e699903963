"""The AWS edge of `commands`: carries a decision out."""

from dataclasses import replace

from pipeline_job.answer import Answer, Continue
from pipeline_job.clients import Clients
from pipeline_job.memory import Memory
from services.commands import Command, Decision, Deploy, Register


def carry_out(decision: Decision, *, clients: Clients) -> Answer:
    """Do what was decided, in order, and return the answer; what a command has made goes into its memory.

    Raises:
        ClientError: AWS refused a command.
    """
    answer = decision.answer
    for command in decision.commands:
        made = _do(command, clients=clients)
        if isinstance(answer, Continue):
            answer = replace(answer, memory=_remembering(answer.memory, command, made))
    return answer


def _do(command: Command, *, clients: Clients) -> str:
    match command:
        case Register():
            registered = clients.ecs.register_task_definition(**command.definition)
            return str(registered["taskDefinition"]["taskDefinitionArn"])
        case Deploy():
            started = clients.codedeploy.create_deployment(
                applicationName=command.group.application,
                deploymentGroupName=command.group.deployment_group,
                revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": command.specification}},
                description=command.description,
            )
            return str(started["deploymentId"])


def _remembering(memory: Memory, command: Command, made: str) -> Memory:
    return replace(memory, version=made) if isinstance(command, Register) else replace(memory, deployment=made)
