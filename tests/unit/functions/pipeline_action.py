"""Plays CodePipeline's part: one action that invokes a function until it has its last answer."""

import itertools
import json
import uuid
from typing import Any

from pipeline_job.run import Visit, answer_job
from tests.unit.functions.fake_aws import BLUE, GREEN, TARGET_GROUP, FakeAws

EXECUTION = "11111111-2222-3333-4444-555555555555"
_numbers = itertools.count(1)


def user_parameters(**changes: Any) -> str:
    """The action's UserParameters."""
    values: dict[str, Any] = {
        "execution": EXECUTION,
        "pipeline": "storefront-prod",
        "application": "storefront",
        "deploymentGroup": "storefront",
        "fleets": [BLUE, GREEN],
        "size": {"min": 2, "desired": 3, "max": 6},
        "targetGroupArn": TARGET_GROUP,
        "alarms": ["storefront-5xx"],
        "watchMinutes": 0,
        "bakeMinutes": 30,
    }
    return json.dumps({**values, **changes})


def job_event(*, identity: str = "", token: str | None = None, parameters: str = "", artifact: bool = True) -> Any:
    """The event of one job, in the shape AWS documents."""
    location = {"type": "S3", "s3Location": {"bucketName": "artifacts", "objectKey": "storefront/App/abc.zip"}}
    return {
        "CodePipeline.job": {
            "id": identity or str(uuid.UUID(int=next(_numbers))),
            "accountId": "111122223333",
            "data": {
                "actionConfiguration": {
                    "configuration": {"FunctionName": "fn", "UserParameters": parameters or user_parameters()}
                },
                "inputArtifacts": [{"name": "App", "revision": None, "location": location}] if artifact else [],
                "outputArtifacts": [],
                "artifactCredentials": {
                    "accessKeyId": "ASIAFAKE",
                    "secretAccessKey": "fake-secret-key",
                    "sessionToken": "fake-session-token",
                },
                **({"continuationToken": token} if token else {}),
            },
        }
    }


class PipelineAction:
    """An action of one pipeline execution. A new one of the same execution is a retried stage."""

    def __init__(self, aws: FakeAws, visit: Visit, **changes: Any) -> None:
        self.aws, self.visit, self.parameters = aws, visit, user_parameters(**changes)
        self.token: str | None = None

    def call(self, *, identity: str = "") -> dict[str, Any]:
        """One visit; the answer CodePipeline got."""
        event = job_event(identity=identity, token=self.token, parameters=self.parameters)
        answer_job(event, visit=self.visit, clients=self.aws.clients, clock=lambda: self.aws.now)
        answer = self.aws.answers[-1]
        self.token = answer.get("continuationToken")
        return answer

    def waits(self) -> bool:
        """Whether the last answer asked to be called again."""
        return self.token is not None


def message(answer: dict[str, Any]) -> str:
    """The message of a failure; an answer that is none fails the test with what it is."""
    assert "failureDetails" in answer, answer
    return str(answer["failureDetails"]["message"])


def variables(answer: dict[str, Any]) -> dict[str, str]:
    """The output variables of a success; an answer that is none fails the test with what it is."""
    assert "outputVariables" in answer, answer
    return dict(answer["outputVariables"])


def started(aws: FakeAws, action: PipelineAction) -> str:
    """Brings the action to the point where its deployment runs; the deployment's id."""
    action.call()
    aws.pass_time(minutes=3)
    action.call()
    return list(aws.deployments)[-1]
