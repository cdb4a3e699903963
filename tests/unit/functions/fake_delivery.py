"""What the functions that tell people see of AWS, in memory, and the happenings that they are handed."""

import json
from datetime import UTC, datetime
from typing import Any

from repository_events.event import Event, parse_event
from tests.unit.functions.fake_wire import CallError, FakeWire

ACCOUNT, REGION, PIPELINE = "444455556666", "eu-west-1", "storefront-prod"
COMMIT = "3e5983e4a1f0c0b2d7f1b2f4b8a9c6d5e4f30211"
EXECUTION = "12345678-1234-5678-abcd-12345678abcd"
DEPLOYMENT = "d-9CCGQL8PF"
TIME = "2026-11-23T21:30:05Z"
AT_NIGHT = datetime(2026, 11, 23, 21, 31, tzinfo=UTC)
AT_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
KINDS = ["approval-needed", "failed", "succeeded", "rolled-back", "superseded", "stopped", "drift"]


def topic(name: str) -> str:
    return f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"


def queue(name: str) -> str:
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


EVERYONE: dict[str, Any] = {"name": "everyone", "kinds": KINDS, "mail": topic("events")}
TEAM: dict[str, Any] = {
    "name": "team",
    "kinds": KINDS,
    "mail": topic("team-mail"),
    "chat": topic("team-chat"),
    "webhook": "delivery-prod-call-webhook",
    "queue": queue("team-held"),
    "quiet": ["19:00", "07:00", BERLIN],
}


def parameters(*audiences: dict[str, Any], production: bool = True) -> str:
    """What `tell_people` is told."""
    values = {"environment": "prod", "production": production, "audiences": list(audiences), "topic": topic("events")}
    return json.dumps(values)


def happening(what: str, *, execution: str = EXECUTION, time: str = TIME, **more: str) -> Event:
    """What a rule hands over."""
    return parse_event(
        {
            "detail-type": "Delivery Happening",
            "account": ACCOUNT,
            "region": REGION,
            "time": time,
            "detail": {"happening": what, "pipeline": PIPELINE, "execution": execution, **more},
        }
    )


class FakeDelivery(FakeWire):
    """One execution, one deployment, topics, queues, secrets, and a function that posts."""

    def __init__(self) -> None:
        super().__init__()
        self.execution: dict[str, Any] = {
            "artifactRevisions": [
                {"name": "Source", "revisionId": COMMIT, "revisionSummary": "Show the basket\n\nCloses #12."}
            ],
            "trigger": {
                "triggerType": "StartPipelineExecution",
                "triggerDetail": f"arn:aws:sts::{ACCOUNT}:assumed-role/Release/mary",
            },
            "executionType": "STANDARD",
        }
        self.actions_run: list[dict[str, Any]] = []
        self.rules_run: list[dict[str, Any]] = []
        self.deployment: dict[str, Any] = {"creator": "user"}
        self.begun_outside: list[str] = []
        self.stopped = ""
        self.held: dict[str, list[str]] = {}
        self.unseen: set[str] = set()
        self.values: dict[str, str] = {}
        self.published: list[dict[str, Any]] = []
        self.invoked: list[dict[str, Any]] = []
        self.builds: dict[str, dict[str, Any]] = {}

    def failed_at(self, stage: str, action: str, **result: Any) -> None:
        """An action of the execution has failed."""
        self.actions_run.append(_failed(stage, result, minute=30, second=len(self.actions_run), actionName=action))

    def refused_by(self, stage: str, rule: str, **result: Any) -> None:
        """A rule of a stage's condition wasn't met."""
        self.rules_run.append(_failed(stage, result, minute=31, second=len(self.rules_run), ruleName=rule))

    def looked(self, build: str, *, ended: str = "SUCCEEDED", drift: str = "") -> None:
        """A look for drift has ended."""
        said = [{"name": "DRIFT", "value": drift}] if ended == "SUCCEEDED" else []
        self.builds[build] = {"buildStatus": ended, "exportedEnvironmentVariables": said}

    def mails(self, name: str) -> list[tuple[str, str]]:
        """Subject and text of what was published to a topic."""
        return [(one.get("Subject", ""), one["Message"]) for one in self.published if one["TopicArn"] == topic(name)]

    def _codepipeline_GetPipelineExecution(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"pipelineExecution": {"pipelineExecutionId": params["pipelineExecutionId"], **self.execution}}

    def _codepipeline_ListPipelineExecutions(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["pipelineName"] == PIPELINE
        newer = {"pipelineExecutionId": "newer", "stopTrigger": {"reason": "of another one"}}
        stopped = {"stopTrigger": {"reason": self.stopped}} if self.stopped else {}
        return {"pipelineExecutionSummaries": [newer, {"pipelineExecutionId": EXECUTION, **stopped}]}

    def _codepipeline_ListActionExecutions(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["filter"]["pipelineExecutionId"] == EXECUTION
        return {"actionExecutionDetails": self.actions_run}

    def _codepipeline_ListRuleExecutions(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["filter"]["pipelineExecutionId"] == EXECUTION
        return {"ruleExecutionDetails": self.rules_run}

    def _codepipeline_GetPipelineState(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        actions = [
            {"actionName": "Deploy", "latestExecution": {"externalExecutionId": one}} for one in self.begun_outside
        ]
        return {"stageStates": [{"stageName": "Source"}, {"stageName": "Deploy", "actionStates": actions}]}

    def _codedeploy_GetDeployment(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        known = {"deploymentId": params["deploymentId"], "applicationName": PIPELINE, "deploymentGroupName": PIPELINE}
        return {"deploymentInfo": {**known, **self.deployment}}

    def _codebuild_BatchGetBuilds(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"builds": [self.builds[one] for one in params["ids"] if one in self.builds]}

    def _sns_Publish(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.published.append(params)
        return {"MessageId": "m"}

    def _lambda_Invoke(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.invoked.append(params)
        return {"StatusCode": 202}

    def _sqs_SendMessage(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.held.setdefault(params["QueueUrl"], []).append(params["MessageBody"])
        return {"MessageId": "m"}

    def _sqs_ReceiveMessage(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        seen = [(f"r{number}", body) for number, body in enumerate(self.held.get(params["QueueUrl"], []))]
        found = [one for one in seen if one[0] not in self.unseen][: params["MaxNumberOfMessages"]]
        self.unseen |= {receipt for receipt, _ in found}
        return {"Messages": [{"ReceiptHandle": receipt, "Body": body} for receipt, body in found]} if found else {}

    def _sqs_DeleteMessage(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        number = int(params["ReceiptHandle"].removeprefix("r"))
        self.held[params["QueueUrl"]][number] = ""
        return {}

    def _secretsmanager_GetSecretValue(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if params["SecretId"] not in self.values:
            raise CallError("ResourceNotFoundException")
        return {"SecretString": self.values[params["SecretId"]]}

    def _secretsmanager_PutSecretValue(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.values[params["SecretId"]] = params["SecretString"]
        return {}


def _failed(stage: str, result: dict[str, Any], *, minute: int, second: int, **named: str) -> dict[str, Any]:
    return {
        "stageName": stage,
        **named,
        "status": "Failed",
        "lastUpdateTime": datetime(2026, 11, 23, 21, minute, second, tzinfo=UTC),
        "output": {"executionResult": result},
    }
