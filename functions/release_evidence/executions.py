"""Executions of a pipeline as plain values, and which of them is the one that runs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SUCCEEDED = "Succeeded"
ROLLBACK = "ROLLBACK"

NEVER_DEPLOYED = frozenset({"Cancelled", "Superseded"})
"""States of an execution that ended before it could deploy anything."""

MOST_LOOKED_AT = 100
"""Executions that are looked at for the one that runs; each is a call, and a function has two minutes."""


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
        by: the ARN of who changed it last; of an approval, who gave it.
        url: what AWS links to, for example the build.
        variables: what it gave to later actions.
        summary: of an approval, what the approver wrote.
    """

    id: str
    stage: str
    action: str
    category: str
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


def _run(found: Mapping[str, Any]) -> ActionRun:
    output = found.get("output", {})
    result = output.get("executionResult", {})
    return ActionRun(
        id=found.get("actionExecutionId", ""),
        stage=found.get("stageName", ""),
        action=found.get("actionName", ""),
        category=found.get("input", {}).get("actionTypeId", {}).get("category", ""),
        status=found.get("status", ""),
        by=found.get("updatedBy", ""),
        url=result.get("externalExecutionUrl", ""),
        variables=output.get("outputVariables", {}),
        summary=result.get("externalExecutionSummary", ""),
    )


def running(pipeline: str, *, stage: str, but: str, client: Any) -> Execution | None:
    """The execution whose release runs: the newest one that came through a stage.

    A rollback that came through it brought its target back, so the target is the answer.

    Args:
        pipeline: whose executions.
        stage: the one that deploys.
        but: an execution that doesn't count: the one that asks.
        client: of CodePipeline.
    """
    for summary in _newest(pipeline, client=client):
        identity = summary["pipelineExecutionId"]
        if identity == but or summary.get("status") in NEVER_DEPLOYED:
            continue
        runs = [run for run in actions_of(identity, pipeline=pipeline, client=client) if run.stage == stage]
        if runs and all(run.status == SUCCEEDED for run in runs):
            target = summary.get("rollbackMetadata", {}).get("rollbackTargetPipelineExecutionId", "")
            return observe_execution(target or identity, pipeline=pipeline, client=client)
    return None


def _newest(pipeline: str, *, client: Any) -> Iterator[Mapping[str, Any]]:
    """The executions, the last one first, as CodePipeline lists them."""
    pages = client.get_paginator("list_pipeline_executions").paginate(
        pipelineName=pipeline, PaginationConfig={"MaxItems": MOST_LOOKED_AT}
    )
    for page in pages:
        yield from page.get("pipelineExecutionSummaries", ())
