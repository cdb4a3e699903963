"""What an attempt has deployed, as its actions tell it."""

from release_ledger.record import FunctionArtifact
from release_manifest.attempts import Attempt
from release_manifest.executions import ActionRun

_OURS = "d-"
"""What ids of deployments in CodeDeploy begin with; of other services' ids nothing is known."""


def deployments(attempt: Attempt) -> tuple[str, ...]:
    """The ids in CodeDeploy of what an attempt has deployed, of the main group and of workers."""
    return tuple(dict.fromkeys(one for one in map(_deployment, attempt.all) if one))


def deployment_by(action: str, attempt: Attempt) -> str:
    """The id in CodeDeploy of what one action of an attempt has deployed, empty where it has none.

    By its name and not by its place: a stage that was retried has first what didn't run again.
    """
    return next((_deployment(run) for run in attempt.all if run.action == action), "")


def function_version(attempt: Attempt) -> FunctionArtifact | None:
    """The version of a function that was deployed, where it was one."""
    told = next((run.variables for run in attempt.all if run.variables.get("function")), {})
    if not told.get("version"):
        return None
    return FunctionArtifact(function=told["function"], version=told["version"])


def _deployment(run: ActionRun) -> str:
    """What succeeds says it by a variable, what fails by its id in another service."""
    told = run.variables.get("deploymentId") or run.external
    return told if told.startswith(_OURS) else ""
