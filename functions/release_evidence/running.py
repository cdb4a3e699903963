"""Which execution of a pipeline is the one that runs."""

from collections.abc import Iterator, Mapping
from typing import Any

from release_manifest.executions import SUCCEEDED, Execution, actions_of, observe_execution

NEVER_DEPLOYED = frozenset({"Cancelled", "Superseded"})
"""States of an execution that ended before it could deploy anything."""

MOST_LOOKED_AT = 100
"""Executions that are looked at for the one that runs; each is a call, and a function has two minutes."""


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
