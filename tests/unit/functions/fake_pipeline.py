"""A pipeline with approvals as its functions see it: executions, actions, commits, manifests and a topic, in memory."""

import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline_job.run import Visit, answer_job
from release_manifest import Manifest, manifest_key
from tests.unit.functions.fake_forge import ACCOUNT, REGION, REPOSITORY, TOPIC, FakeForge, commit
from tests.unit.functions.fake_wire import CallError
from tests.unit.functions.pipeline_action import job_event

PIPELINE, APPROVAL, DEPLOY = "storefront-prod", "Approval", "Deploy"
BUCKET = "delivery-prod-releases"
RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/storefront-prod-branches"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

SUBJECT: Mapping[str, str] = {
    "pipeline": PIPELINE,
    "deploy": DEPLOY,
    "application": "storefront",
    "provider": "codecommit",
    "repository": REPOSITORY,
    "address": f"https://{REGION}.console.aws.amazon.com/codesuite/codecommit/repositories/storefront/browse?region={REGION}",
    "bucket": "",
    "variable": "GIT_BRANCH",
}
PROMOTED: Mapping[str, str] = {
    **SUBJECT,
    "provider": "promotion",
    "repository": "",
    "address": "",
    "bucket": BUCKET,
    "variable": "",
}


def session(name: str, role: str = "Approver") -> str:
    """The ARN of somebody who took a role."""
    return f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{name}"


def execution_id(number: int) -> str:
    """The id of the execution of this number."""
    return f"00000000-0000-0000-0000-{number:012d}"


class FakePipeline(FakeForge):
    """One pipeline; what happens later has the later time."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.pipeline: dict[str, dict[str, Any]] = {}
        self.runs: list[dict[str, Any]] = []
        self.tokens: dict[str, str] = {}
        self.who: dict[str, str] = {}
        self.holder = ""
        self.inbound: list[str] = []
        self.commits: dict[str, dict[str, Any]] = {}
        self.objects: dict[str, str] = {}
        self.shown_late = False
        self.oldest_first = False

    # What a test does to the world.

    def tick(self) -> datetime:
        """A second later."""
        self.now += timedelta(seconds=1)
        return self.now

    def start(
        self,
        revision: str,
        *,
        by: str = RULE,
        trigger: str = "CloudWatchEvent",
        branch: str = "main",
        status: str = "InProgress",
        rollback_of: str = "",
        made_at: datetime | None = None,
    ) -> str:
        """An execution; its id."""
        identity = execution_id(len(self.pipeline) + 1)
        self.pipeline[identity] = {
            "pipelineName": PIPELINE,
            "pipelineExecutionId": identity,
            "status": status,
            "trigger": {"triggerType": trigger, **({"triggerDetail": by} if by else {})},
            "artifactRevisions": [{"name": "Source", "revisionId": revision, "created": made_at or self.tick()}]
            if revision
            else [],
            "variables": [{"name": "GIT_BRANCH", "resolvedValue": branch}],
            **({"executionType": "ROLLBACK"} if rollback_of else {}),
            **({"rollbackMetadata": {"rollbackTargetPipelineExecutionId": rollback_of}} if rollback_of else {}),
        }
        return identity

    def run(
        self, execution: str, stage: str, action: str, status: str, *, category: str = "", by: str = "", **output: Any
    ) -> str:
        """An action ran in an execution; the run's id."""
        identity = f"run-{len(self.runs) + 1}"
        self.runs.append(
            {
                "pipelineExecutionId": execution,
                "actionExecutionId": identity,
                "stageName": stage,
                "actionName": action,
                "startTime": self.tick(),
                "status": status,
                **({"updatedBy": by} if by else {}),
                "input": {
                    "actionTypeId": {"category": category or stage, "owner": "AWS", "provider": "X", "version": "1"}
                },
                "output": output,
            }
        )
        return identity

    def deployed(self, revision: str, **how: Any) -> str:
        """An execution that came to its end; its id."""
        identity = self.start(revision, status="Succeeded", **how)
        self.run(identity, DEPLOY, "ShiftTraffic", "Succeeded", category="Invoke")
        return identity

    def ask(self, execution: str, gate: str = "qa-head") -> None:
        """An approval begins to wait, and its execution holds the stage."""
        self.holder = execution
        self.inbound = [one for one in self.inbound if one != execution]
        self.tokens[gate] = self.run(execution, APPROVAL, gate, "InProgress")

    def arrive(self, execution: str) -> None:
        """An execution has come as far as the stage, which another one holds."""
        self.inbound.append(execution)

    def answer(self, gate: str, by: str, status: str = "Succeeded") -> None:
        """A person answers the approval that waits."""
        identity = self.tokens.pop(gate)
        (found,) = [one for one in self.runs if one["actionExecutionId"] == identity]
        found["status"] = status
        self.who[identity] = by

    def approve(self, execution: str, gate: str = "qa-head", *, by: str) -> None:
        """It is asked for, and given."""
        self.ask(execution, gate)
        self.answer(gate, by)

    def record(
        self,
        name: str,
        *parents: str,
        author: str = "Ann Author <ann@example.com>",
        committer: str = "",
        message: str = "",
        time: int | None = None,
    ) -> str:
        """A commit; its id."""
        at = int(self.tick().timestamp()) if time is None else time
        self.commits[commit(name)] = {
            "commitId": commit(name),
            "parents": [commit(one) for one in parents],
            "message": message or f"Change {name}\n\nBecause.",
            "author": _signed(author, at),
            "committer": _signed(committer or author, at),
        }
        return commit(name)

    def put(self, manifest: Manifest) -> None:
        """A release was promoted."""
        self.objects[manifest_key(manifest.application, manifest.digest)] = manifest.to_json()

    @property
    def stopped(self) -> list[str]:
        """The executions that were stopped, in order."""
        return [str(one["pipelineExecutionId"]) for one in self.asked("StopPipelineExecution")]

    # AWS.

    def _paged_by(self, params: dict[str, Any], key: str, items: Sequence[Any]) -> dict[str, Any]:
        shown, more = self._paged(list(items), params.get("nextToken"))
        return {key: shown, **({"nextToken": more} if more else {})}

    def _codepipeline_GetPipelineExecution(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["pipelineName"] == PIPELINE
        return {"pipelineExecution": self.pipeline[params["pipelineExecutionId"]]}

    def _codepipeline_ListPipelineExecutions(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["pipelineName"] == PIPELINE
        keys = ("pipelineExecutionId", "status", "rollbackMetadata")
        newest = [
            {key: one[key] for key in keys if key in one} | self._why(one["pipelineExecutionId"])
            for one in reversed(self.pipeline.values())
        ]
        return self._paged_by(params, "pipelineExecutionSummaries", newest)

    def _why(self, execution: str) -> dict[str, Any]:
        """Why an execution was stopped, where it was."""
        asked = self.asked("StopPipelineExecution")
        found = [one["reason"] for one in asked if one["pipelineExecutionId"] == execution]
        return {"stopTrigger": {"reason": found[-1]}} if found else {}

    def _codepipeline_ListActionExecutions(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["pipelineName"] == PIPELINE
        of = params["filter"]["pipelineExecutionId"]
        listed = [one for one in self.runs if one["pipelineExecutionId"] == of]
        return self._paged_by(params, "actionExecutionDetails", listed if self.oldest_first else listed[::-1])

    def _codepipeline_GetPipelineState(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["name"] == PIPELINE
        latest = {one["actionName"]: one for one in self.runs if one["stageName"] == APPROVAL}
        holding = self.pipeline.get(self.holder)
        return {
            "pipelineName": PIPELINE,
            "stageStates": [
                {"stageName": "Source"},
                {"stageName": "Test"},
                {
                    "stageName": APPROVAL,
                    "actionStates": [
                        {"actionName": name, "latestExecution": self._state(one)} for name, one in latest.items()
                    ],
                    "inboundExecutions": []
                    if self.shown_late
                    else [{"pipelineExecutionId": one, "status": "InProgress"} for one in self.inbound],
                    **(
                        {"latestExecution": {"pipelineExecutionId": self.holder, "status": holding["status"]}}
                        if holding
                        else {}
                    ),
                },
                {"stageName": DEPLOY},
            ],
        }

    def _state(self, run: Mapping[str, Any]) -> dict[str, Any]:
        identity = run["actionExecutionId"]
        return {
            "actionExecutionId": identity,
            "status": run["status"],
            **({"lastUpdatedBy": self.who[identity]} if identity in self.who else {}),
            **({"token": identity} if identity in self.tokens.values() else {}),
        }

    def _codepipeline_StopPipelineExecution(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["abandon"] is True
        assert len(params["reason"]) <= 200
        found = self.pipeline[params["pipelineExecutionId"]]
        if found["status"] != "InProgress":
            raise CallError("PipelineExecutionNotStoppableException")
        found["status"] = "Stopped"
        for run in self.runs:
            if run["pipelineExecutionId"] == params["pipelineExecutionId"] and run["status"] == "InProgress":
                run["status"] = "Abandoned"
        self.tokens.clear()
        return {"pipelineExecutionId": params["pipelineExecutionId"]}

    def _codecommit_BatchGetCommits(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["repositoryName"] == REPOSITORY
        assert 1 <= len(params["commitIds"]) <= 100
        known = [one for one in params["commitIds"] if one in self.commits]
        unknown = [one for one in params["commitIds"] if one not in self.commits]
        return {
            "commits": [self.commits[one] for one in known],
            "errors": [{"commitId": one, "errorCode": "CommitDoesNotExist"} for one in unknown],
        }

    def _s3_GetObject(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params["Bucket"] == BUCKET
        if params["Key"] not in self.objects:
            raise CallError("NoSuchKey", status=404)
        return {"Body": io.BytesIO(self.objects[params["Key"]].encode())}


def _signed(who: str, at: int) -> dict[str, str]:
    name, _, email = who.partition(" <")
    return {"name": name, "email": email.removesuffix(">"), "date": f"{at} +0000"}


def call(
    aws: FakePipeline, visit: Visit, execution: str, fixed: Mapping[str, Any], *, token: str | None = None
) -> dict[str, Any]:
    """One visit of the action of an execution; the answer CodePipeline got."""
    parameters = json.dumps({"execution": execution, **fixed})
    event = job_event(parameters=parameters, artifact=False, token=token)
    answer_job(event, visit=visit, clients=aws.clients, clock=lambda: aws.now)
    return aws.answers[-1]


def stage_event(execution: str, *, stage: str = "Test", state: str = "SUCCEEDED", action: str = "") -> dict[str, Any]:
    """An event of CodePipeline
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html)."""
    what = "Action" if action else "Stage"
    return {
        "version": "0",
        "id": "01234567-0123-0123-0123-012345678901",
        "detail-type": f"CodePipeline {what} Execution State Change",
        "source": "aws.codepipeline",
        "account": ACCOUNT,
        "time": "2026-11-23T12:00:00Z",
        "region": REGION,
        "resources": [f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:{PIPELINE}"],
        "detail": {
            "pipeline": PIPELINE,
            "execution-id": execution,
            "stage": stage,
            "state": state,
            "version": 1,
            **(
                {"action": action, "type": {"category": "Approval", "owner": "AWS", "provider": "Manual"}}
                if action
                else {}
            ),
        },
    }


__all__ = ["ACCOUNT", "APPROVAL", "BUCKET", "DEPLOY", "NOON", "PIPELINE", "PROMOTED", "REGION", "SUBJECT", "TOPIC"]
__all__ += ["FakePipeline", "call", "commit", "execution_id", "session", "stage_event"]
