"""What CodePipeline tells of one execution: who started it, and what each of its actions came to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from release_manifest.manifest import Proof

PROVING = ("Build", "Test")
"""The categories of actions that prove something: unit tests run in the build
(https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html)."""

IN_PROGRESS, SUCCEEDED = "InProgress", "Succeeded"


@dataclass(frozen=True, kw_only=True)
class Run:
    """An action of an execution; of one that was retried, the newest attempt.

    Args:
        stage: its stage.
        name: its own name.
        category: as `Test`.
        provider: as `CodeBuild`.
        status: as `Succeeded`.
        link: the page of what did the work, for example of the build with its reports; empty where there is none.
        variables: its output variables.
    """

    stage: str
    name: str
    category: str
    provider: str
    status: str
    link: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Execution:
    """An execution of a pipeline.

    Args:
        id: its own.
        tested_by: id of the execution in which the artifact was built and tested: its own, unless a stage was rolled
            back to what that one left.
        started_by: ARN of who or what started it, as CodePipeline says, or how it was started.
        runs: its actions, and those of `tested_by`.
    """

    id: str
    tested_by: str
    started_by: str
    runs: tuple[Run, ...]

    @property
    def tests(self) -> tuple[Proof, ...]:
        """What proves that the artifact works, in the order of the names."""
        proving = sorted((run for run in self.runs if run.category in PROVING), key=lambda run: (run.name, run.stage))
        return tuple(Proof(name=run.name, status=run.status, report=run.link) for run in proving)

    @property
    def source(self) -> Run | None:
        """The source action."""
        return next((run for run in self.runs if run.category == "Source"), None)

    def run(self, name: str) -> Run | None:
        """An action by its name."""
        return next((run for run in self.runs if run.name == name), None)


def observe_execution(client: Any, *, pipeline: str, execution: str) -> Execution:
    """What is known of an execution by now.

    Args:
        client: of CodePipeline.
        pipeline: its name.
        execution: the execution's id.
    """
    answer = client.get_pipeline_execution(pipelineName=pipeline, pipelineExecutionId=execution)
    found = answer["pipelineExecution"]
    trigger = found.get("trigger", {})
    tested_by = found.get("rollbackMetadata", {}).get("rollbackTargetPipelineExecutionId") or execution
    runs = _runs(client, pipeline=pipeline, execution=execution)
    if tested_by != execution:
        runs = {**_runs(client, pipeline=pipeline, execution=tested_by), **runs}
    return Execution(
        id=execution,
        tested_by=str(tested_by),
        started_by=str(trigger.get("triggerDetail") or trigger.get("triggerType") or ""),
        runs=tuple(runs.values()),
    )


def _runs(client: Any, *, pipeline: str, execution: str) -> dict[tuple[str, str], Run]:
    pages = client.get_paginator("list_action_executions").paginate(
        pipelineName=pipeline, filter={"pipelineExecutionId": execution}
    )
    attempts = [attempt for page in pages for attempt in page["actionExecutionDetails"]]
    attempts.sort(key=lambda attempt: attempt["startTime"])
    return {(attempt["stageName"], attempt["actionName"]): _run(attempt) for attempt in attempts}


def _run(attempt: Mapping[str, Any]) -> Run:
    kind = attempt.get("input", {}).get("actionTypeId", {})
    output = attempt.get("output", {})
    link = str(output.get("executionResult", {}).get("externalExecutionUrl", ""))
    return Run(
        stage=attempt["stageName"],
        name=attempt["actionName"],
        category=kind.get("category", ""),
        provider=kind.get("provider", ""),
        status=attempt["status"],
        link=link if link.startswith("https://") else "",
        variables=output.get("outputVariables", {}),
    )
