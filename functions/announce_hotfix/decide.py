"""The decisions of `announce_hotfix`: plain values in, plain values out."""

from dataclasses import dataclass

from pipeline_job.announcement import Announcement
from pipeline_job.console import execution_page
from pipeline_job.values import text_of, texts_of, told_values


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What the function is told; the package says what each is."""

    execution: str
    branch: str
    commit: str
    pipeline: str
    environment: str
    skips: tuple[str, ...]
    topic: str

    @classmethod
    def parse(cls, text: str, *, fixed: str = "") -> "Parameters":
        """Read the action's `UserParameters`, together with what is fixed for the function.

        Raises:
            RefusedError: not JSON, a key missing, unknown or said twice, or a value that makes no sense.
        """
        values = told_values(text, fixed=fixed, needed=cls.__dataclass_fields__)
        return cls(
            execution=text_of(values, "execution"),
            branch=text_of(values, "branch"),
            commit=text_of(values, "commit"),
            pipeline=text_of(values, "pipeline"),
            environment=text_of(values, "environment"),
            skips=texts_of(values, "skips"),
            topic=text_of(values, "topic"),
        )


def announcement(parameters: Parameters, *, region: str) -> Announcement:
    """What people are told."""
    used = f"{parameters.branch} goes to {parameters.environment}"
    skipped = f"It skips {', '.join(parameters.skips)}" if parameters.skips else "It skips nothing"
    page = execution_page(parameters.pipeline, parameters.execution, region=region)
    return Announcement(
        subject=f"hotfix lane used: {used}",
        message=(
            f"hotfix lane used: {used} by the pipeline {parameters.pipeline}, at commit {parameters.commit}.\n"
            f"{skipped}; approval, alarms and the record are as for every release.\n\n"
            f"Execution {parameters.execution}:\n{page}"
        ),
    )
