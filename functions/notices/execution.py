"""What CodePipeline knows of an execution, and how people say it."""

import json
import re
from dataclasses import dataclass

from pipeline_job.answer import shortened


@dataclass(frozen=True, kw_only=True)
class Execution:
    """What CodePipeline knows of an execution; empty where it doesn't.

    Args:
        version: commit, version or digest of what is delivered.
        change: what the source says of it.
        trigger: CodePipeline's word for what started it; `detail` says which or who.
        rollback: whether it brings a former release back.
    """

    version: str = ""
    change: str = ""
    trigger: str = ""
    detail: str = ""
    rollback: bool = False


def started_by(execution: Execution) -> str:
    """Who or what started an execution, in words."""
    who = execution.detail.rsplit("/", 1)[-1]
    return {
        "StartPipelineExecution": who or "a person",
        "ManualRollback": f"{who or 'a person'}, who rolled back",
        "AutomatedRollback": "CodePipeline, after a stage that failed",
        "CloudWatchEvent": f"a change, by the rule {who}" if who else "a change",
        "PollForSourceChanges": "a change",
        "Webhook": "a push",
        "WebhookV2": "a push",
        "CreatePipeline": "the creation of the pipeline",
    }.get(execution.trigger, "")


def short(version: str) -> str:
    """A version as people say it: the first 8 of a commit's 40 digits, anything else as it is, up to 40."""
    return version[:8] if re.fullmatch("[0-9a-f]{40}", version) else shortened(version, limit=40)


def first_line(summary: str) -> str:
    """The first line of a commit's message. Of a connection's revision CodePipeline gives it inside of JSON."""
    try:
        values = json.loads(summary)
    except ValueError:
        values = None
    text = str(values.get("CommitMessage", "")) if isinstance(values, dict) else summary
    return shortened(text.strip().split("\n", 1)[0].strip(), limit=200)
