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
    """Every action of an execution, in the order in which they began
    (https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ListActionExecutions.html).

    A stage that was retried has runs of the same action; the last one counts.
    """
    latest: dict[tuple[str, str], tuple[datetime, ActionRun]] = {}
    pages = client.get_paginator("list_action_executions").paginate(
        pipelineName=pipeline, filter={"pipelineExecutionId": execution}
    )
    for page in pages:
        for found in page.get("actionExecutionDetails", ()):
            run, began = _run(found), found["startTime"]
            known = latest.get((run.stage, run.action))
            if known is None or began > known[0]:
                latest[run.stage, run.action] = (began, run)
    return [run for _, run in sorted(latest.values(), key=lambda one: one[0])]


def approvals_in(stage: str, runs: Iterable[ActionRun]) -> list[ActionRun]:
    """The approvals of a stage among the actions of an execution."""
    return [run for run in runs if run.stage == stage and run.category == "Approval"]


def _run(found: Mapping[str, Any]) -> ActionRun:
    kind = found.get("input", {}).get("actionTypeId", {})
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
    )
