"""Keeps executions of the pipeline out of Deploy while somebody deploys by hand, and lets them in again."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from operations.account import nothing_begun
from operations.command import UnusableError
from operations.deployment.target import Target
from pipeline_job.failures import failure_message, is_transient

REASON_LIMIT = 300
"""https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_DisableStageTransition.html, in characters."""

ATTEMPTS = 6
"""How often the door is tried to be opened again, with pauses of 1 to 16 seconds in between."""

_UNDER_WAY = frozenset({"InProgress", "Stopping"})


def inside(target: Target, *, codepipeline: Any) -> tuple[str, str] | None:
    """Stage and id of the execution that is in one of the stages that deploy, None where there is none."""
    for stage in _stages(target, codepipeline):
        latest = stage.get("latestExecution") or {}
        if stage.get("stageName") in target.stages and latest.get("status") in _UNDER_WAY:
            return str(stage["stageName"]), str(latest.get("pipelineExecutionId", ""))
    return None


@contextmanager
def closed(
    target: Target,
    *,
    codepipeline: Any,
    why: str,
    ours: str,
    tell: Callable[[str], None],
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Nobody comes through the door of the first stage that deploys; executions wait before it.

    A door that was closed already stays so: somebody else has a reason. It is opened again whatever happens inside,
    Ctrl-C too; only a killed process or one without credentials leaves it closed, its reason then says who did it, and
    who goes on with that opens it.

    Args:
        target: whose pipeline.
        codepipeline: a client.
        why: what people read at the door.
        ours: what is in that whenever it is about this deployment.
        tell: where it is said that it can't be opened.
        pause: waits some seconds.

    Raises:
        UnusableError: an execution slipped in before it was closed; it is open again.
    """
    door = {"pipelineName": target.pipeline, "stageName": target.stages[0], "transitionType": "Inbound"}
    with nothing_begun():
        reason = _closed_because(target, codepipeline)
    if reason is not None and ours not in reason:
        yield
        return
    try:
        with nothing_begun():
            codepipeline.disable_stage_transition(**door, reason=why[:REASON_LIMIT])
            found = inside(target, codepipeline=codepipeline)
        if found:
            stage, execution = found
            raise UnusableError(
                f"execution {execution} has just entered {stage} of {target.pipeline}; nothing was begun"
            )
        yield
    finally:
        _open(door, codepipeline=codepipeline, tell=tell, pause=pause)


def _stages(target: Target, codepipeline: Any) -> list[Mapping[str, Any]]:
    return list(codepipeline.get_pipeline_state(name=target.pipeline).get("stageStates", ()))


def _closed_because(target: Target, codepipeline: Any) -> str | None:
    """What somebody wrote who has closed the door; None where it is open."""
    for stage in _stages(target, codepipeline):
        door = stage.get("inboundTransitionState") or {}
        if stage.get("stageName") == target.stages[0] and not door.get("enabled", True):
            return str(door.get("disabledReason", ""))
    return None


def _open(
    door: Mapping[str, str], *, codepipeline: Any, tell: Callable[[str], None], pause: Callable[[float], None]
) -> None:
    for attempt in range(ATTEMPTS):
        try:
            if attempt:
                pause(2 ** (attempt - 1))
            codepipeline.enable_stage_transition(**door)
        except (ClientError, BotoCoreError, KeyboardInterrupt) as error:
            refused = isinstance(error, ClientError) and not is_transient(error)
            if refused or attempt == ATTEMPTS - 1:
                said = failure_message(error) if isinstance(error, Exception) else "interrupted"
                tell(
                    f"The door of {door['stageName']} is still closed ({said}). Open it:\n"
                    f"aws codepipeline enable-stage-transition --pipeline-name {door['pipelineName']} "
                    f"--stage-name {door['stageName']} --transition-type Inbound"
                )
                return
        else:
            return
