"""The three answers a function can give to CodePipeline, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline_job.failures import FailureType
from pipeline_job.memory import Memory

MESSAGE_LIMIT = 5000
"""https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_FailureDetails.html, in characters."""

SUMMARY_LIMIT = 2048
"""https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ExecutionDetails.html, in characters."""


@dataclass(frozen=True, kw_only=True)
class Continue:
    """Not done yet: CodePipeline shall call again with this memory. Restarts its 20 minutes of patience.

    Args:
        summary: what the function waits for, shown in the console.
        percent: how far it is, 0 to 100, None where nobody can tell.
    """

    memory: Memory
    summary: str
    percent: int | None = None


@dataclass(frozen=True, kw_only=True)
class Succeed:
    """The action succeeded; later actions read `variables` under the action's namespace."""

    summary: str
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Fail:
    """The action failed; `message` is for the person who reads it in the pipeline, cut to what AWS takes.

    Args:
        deployment: id of the deployment behind it, empty where there is none.
    """

    message: str
    type: FailureType = FailureType.JOB
    deployment: str = ""


Answer = Continue | Succeed | Fail


def shortened(text: str, *, limit: int) -> str:
    """The text, its end replaced by an ellipsis where it is longer than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
