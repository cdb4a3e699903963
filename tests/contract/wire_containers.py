"""The calls that make services of ECS and what their tasks run."""

import json

from tests.contract.wire_words import Calls, Inputs, Subject, renamed


def task_definition(inputs: Inputs, _: Subject) -> Calls:
    """Pulumi has the containers as the text of a list."""
    containers = json.loads(inputs.pop("containerDefinitions"))
    yield "ecs", "RegisterTaskDefinition", {**inputs, "containerDefinitions": containers}


def service(inputs: Inputs, _: Subject) -> Calls:
    """Pulumi spreads what the API has under `awsvpcConfiguration`, and says of an address that it is none by a flag."""
    assert inputs.pop("forceDelete") is True
    network = inputs.pop("networkConfiguration")
    public = "ENABLED" if network.pop("assignPublicIp") else "DISABLED"
    configuration = {"awsvpcConfiguration": {**network, "assignPublicIp": public}}
    yield "ecs", "CreateService", {**renamed(inputs, name="serviceName"), "networkConfiguration": configuration}
