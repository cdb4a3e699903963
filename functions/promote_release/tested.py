"""The execution that promotes, with what proves that its artifact works."""

from dataclasses import dataclass
from typing import Any

from release_manifest import Proof
from release_manifest.executions import ActionRun, Execution, actions_of, observe_execution

PROVING = ("Build", "Test")
"""The categories of actions that prove something: unit tests run in the build
(https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html)."""


@dataclass(frozen=True, kw_only=True)
class Tested:
    """An execution and what it went through.

    Args:
        execution: the one that promotes.
        runs: its actions, and those of the execution that built and tested the artifact, where that is another one.
    """

    execution: Execution
    runs: tuple[ActionRun, ...]

    @property
    def by(self) -> str:
        """The execution that built and tested the artifact: the same, unless a stage was rolled back to another's."""
        return self.execution.rollback_of or self.execution.id

    @property
    def started_by(self) -> str:
        """The ARN of who or what started it, as CodePipeline says, or how it was started."""
        return self.execution.started_by or self.execution.trigger

    @property
    def tests(self) -> tuple[Proof, ...]:
        """What proves that the artifact works, in the order of the names."""
        proving = sorted((run for run in self.runs if run.category in PROVING), key=lambda run: (run.action, run.stage))
        return tuple(Proof(name=run.action, status=run.status, report=run.url) for run in proving)

    @property
    def source(self) -> ActionRun | None:
        """The source action."""
        return next((run for run in self.runs if run.category == "Source"), None)

    def run(self, name: str) -> ActionRun | None:
        """An action by its name."""
        return next((run for run in self.runs if run.action == name), None)


def observe_tested(identity: str, *, pipeline: str, client: Any) -> Tested:
    """Look at an execution, and at the one whose artifact it has."""
    execution = observe_execution(identity, pipeline=pipeline, client=client)
    runs = actions_of(identity, pipeline=pipeline, client=client)
    if execution.rollback_of:
        again = {(run.stage, run.action) for run in runs}
        before = actions_of(execution.rollback_of, pipeline=pipeline, client=client)
        runs = [*(run for run in before if (run.stage, run.action) not in again), *runs]
    return Tested(execution=execution, runs=tuple(runs))
