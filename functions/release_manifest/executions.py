"""What CodePipeline tells of an execution: what it brings, who started it, and what each of its actions came to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

IN_PROGRESS, SUCCEEDED = "InProgress", "Succeeded"


@dataclass(frozen=True, kw_only=True)
class Execution:
    """One execution of a pipeline.

    Args:
        status: as CodePipeline says: `InProgress`, `Succeeded`, …
        rollback_of: the execution whose stage it runs again, empty where it is no rollback.
        trigger: what kind of start it was, for example `StartPipelineExecution`.
        started_by: the ARN of who or what started it, as far as CodePipeline says.
        revision: of the source: a commit, an object's version, an image's digest.
        made_at: when the revision was made, None where AWS doesn't say.
        variables: of the pipeline, by name.
    """

    id: str
    status: str
    rollback_of: str = ""
    trigger: str = ""
    started_by: str = ""
    revision: str = ""
    made_at: datetime | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ActionRun:
    """How an action went in one execution; of an action that was run again, the last time.

    Args:
        id: of this run.
        category: `Approval`, `Test`, `Deploy`, …
        provider: `Manual`, `CodeBuild`, …
        by: the ARN of who changed it last; of an approval, who gave it.
        url: the page that AWS links to, for example of the build with its reports; empty where there is none.
        variables: what it gave to later actions.
        summary: of an approval, what the approver wrote.
        begun, ended: when it began, and when it last changed; None where AWS doesn't say.
        inputs: bucket and key of each artifact that it was handed.
        external: what it was in another service, for example the id of a deployment.
        reason: why it failed, empty where it hasn't or nobody said.
    """

    id: str
    stage: str
    action: str
    category: str
    provider: str
    status: str
    by: str = ""
    url: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    begun: datetime | None = None
    ended: datetime | None = None
    inputs: tuple[tuple[str, str], ...] = ()
    external: str = ""
    reason: str = ""


def observe_execution(identity: str, *, pipeline: str, client: Any) -> Execution:
    """Look at one execution
    (https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetPipelineExecution.html)."""
    found = client.get_pipeline_execution(pipelineName=pipeline, pipelineExecutionId=identity)["pipelineExecution"]
    # A pipeline of this program has one source.
    revision: Mapping[str, Any] = next(iter(found.get("artifactRevisions", ())), {})
    trigger = found.get("trigger", {})
    return Execution(
        id=identity,
        status=found.get("status", ""),
        rollback_of=found.get("rollbackMetadata", {}).get("rollbackTargetPipelineExecutionId", ""),
        trigger=trigger.get("triggerType", ""),
        started_by=trigger.get("triggerDetail", ""),
        revision=revision.get("revisionId", ""),
        made_at=revision.get("created"),
        variables={one["name"]: one.get("resolvedValue", "") for one in found.get("variables", ())},
    )


def actions_of(execution: str, *, pipeline: str, client: Any) -> Sequence[ActionRun]:
    """Every action of an execution, in the order in which they began.

    A stage that was retried has runs of the same action; the last one counts.
    """
    latest: dict[tuple[str, str], ActionRun] = {}
    for run in runs_of(execution, pipeline=pipeline, client=client):
        latest.pop((run.stage, run.action), None)
        latest[run.stage, run.action] = run
    return list(latest.values())


def runs_of(execution: str, *, pipeline: str, client: Any) -> Sequence[ActionRun]:
    """Every run of every action of an execution, in the order in which they began
    (https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ListActionExecutions.html)."""
    pages = client.get_paginator("list_action_executions").paginate(
        pipelineName=pipeline, filter={"pipelineExecutionId": execution}
    )
    found = [one for page in pages for one in page.get("actionExecutionDetails", ())]
    return [_run(one) for one in sorted(found, key=lambda one: one["startTime"])]


def approvals_in(stage: str, runs: Iterable[ActionRun]) -> list[ActionRun]:
    """The approvals of a stage among the actions of an execution."""
    return [run for run in runs if run.stage == stage and run.category == "Approval"]


def _run(found: Mapping[str, Any]) -> ActionRun:
    given = found.get("input", {})
    kind = given.get("actionTypeId", {})
    places = [one.get("s3location", {}) for one in given.get("inputArtifacts", ())]
    output = found.get("output", {})
    result = output.get("executionResult", {})
    url = result.get("externalExecutionUrl", "")
    return ActionRun(
        id=found.get("actionExecutionId", ""),
        stage=found.get("stageName", ""),
        action=found.get("actionName", ""),
        category=kind.get("category", ""),
        provider=kind.get("provider", ""),
        status=found.get("status", ""),
        by=found.get("updatedBy", ""),
        url=url if url.startswith("https://") else "",
        variables=output.get("outputVariables", {}),
        summary=result.get("externalExecutionSummary", ""),
        begun=found.get("startTime"),
        ended=found.get("lastUpdateTime"),
        inputs=tuple((one["bucket"], one["key"]) for one in places if one.get("bucket") and one.get("key")),
        external=result.get("externalExecutionId", ""),
        reason=result.get("errorDetails", {}).get("message") or result.get("externalExecutionSummary", ""),
    )
