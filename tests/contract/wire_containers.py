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
    if own := inputs.pop("deploymentConfiguration", None):
        inputs["deploymentConfiguration"] = {
            **_numbers(own),
            "alarms": inputs.pop("alarms"),
            "deploymentCircuitBreaker": inputs.pop("deploymentCircuitBreaker"),
        }
    yield "ecs", "CreateService", {**renamed(inputs, name="serviceName"), "networkConfiguration": configuration}


def _numbers(own: Inputs) -> Inputs:
    """Pulumi has minutes as text, and knows a target for what the API knows without."""
    steps: Inputs = {
        kind: {key: int(value) if key.endswith("Minutes") else value for key, value in own.pop(kind).items()}
        for kind in ("canaryConfiguration", "linearConfiguration")
        if kind in own
    }
    return {**own, **steps, "bakeTimeInMinutes": int(own.pop("bakeTimeInMinutes"))}


def scaling_policy(inputs: Inputs, _: Subject) -> Calls:
    name = {
        "name": "PolicyName",
        "targetTrackingScalingPolicyConfiguration": "TargetTrackingScalingPolicyConfiguration",
    }
    yield "application-autoscaling", "PutScalingPolicy", renamed(inputs, **name)
