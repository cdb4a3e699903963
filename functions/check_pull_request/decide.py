"""The decisions of `check_pull_request`: plain values in, plain values out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from pipeline_job.answer import shortened
from pipeline_job.values import fixed_values, text_of
from repository_events.build import SUCCEEDED, Build
from repository_events.client_token import client_token
from repository_events.event import PullRequestChange
from repository_events.pull_request import PullRequest

COMMENT_LIMIT = 10_240
"""https://docs.aws.amazon.com/codecommit/latest/userguide/limits.html, in characters."""

CREATED, UPDATED = "pullRequestCreated", "pullRequestSourceBranchUpdated"


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What is fixed for the function; the package says what each is."""

    repository: str
    project: str

    @classmethod
    def parse(cls, text: str) -> "Parameters":
        """Read the variable `PARAMETERS`.

        Raises:
            RefusedError: not JSON, a key missing or unknown, or a value that makes no sense.
        """
        values = fixed_values(text, needed=cls.__dataclass_fields__)
        return cls(**{key: text_of(values, key) for key in values})


@dataclass(frozen=True, kw_only=True)
class Check:
    """One revision of a pull request that is built; the build carries it in its environment variables."""

    pull_request_id: str
    revision_id: str
    source_branch: str
    destination_branch: str
    source_commit: str
    destination_commit: str

    @property
    def variables(self) -> dict[str, str]:
        """The build's environment variables, values by name."""
        return {name.upper(): value for name, value in asdict(self).items()}

    @property
    def token(self) -> str:
        """The same for a revision each time, so that CodeBuild starts one build for an event that comes twice."""
        return client_token(self.pull_request_id, self.revision_id)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How the check of a revision ended."""

    check: Check
    approval: str
    comment: str
    token: str


def check_wanted(change: PullRequestChange, *, parameters: Parameters) -> Check | None:
    """What to build for the event, None where it asks for no build."""
    if change.event not in (CREATED, UPDATED) or parameters.repository not in change.repositories:
        return None
    return Check(
        pull_request_id=change.id,
        revision_id=change.revision,
        source_branch=change.source,
        destination_branch=change.destination,
        source_commit=change.source_commit,
        destination_commit=change.destination_commit,
    )


def check_built(build: Build, *, parameters: Parameters) -> Check | None:
    """What the build checked, None where it is not the project's, has not ended, or checks no pull request."""
    names = [name.upper() for name in Check.__dataclass_fields__]
    if build.project != parameters.project or not build.ended or not all(build.variables.get(name) for name in names):
        return None
    return Check(**{name.lower(): build.variables[name] for name in names})


def out_of_date(check: Check, pull_request: PullRequest) -> str:
    """Why a verdict on this revision would be news of yesterday; empty where it is wanted."""
    if not pull_request.open:
        return f"pull request {pull_request.id} is closed"
    if pull_request.revision != check.revision_id:
        return f"pull request {pull_request.id} has another revision than {check.revision_id} by now"
    return ""


def verdict(check: Check, build: Build) -> Verdict:
    """What to say of the revision."""
    lines = [f"{_headline(build)} of {check.source_commit[:8]}, to be merged into {check.destination_branch}."]
    lines += [f"* {phase.name} {phase.status}: {phase.message or 'no message'}" for phase in build.failed]
    # The link stands before what may be cut.
    lines.insert(1, f"\n[Log of the build]({build.log})\n")
    return Verdict(
        check=check,
        approval=approval(build.status),
        comment=shortened("\n".join(lines).rstrip(), limit=COMMENT_LIMIT),
        token=client_token(build.id),
    )


def approval(status: str) -> str:
    """What the function's approval becomes when a build ends with this status."""
    return "APPROVE" if status == SUCCEEDED else "REVOKE"


_SAID: Mapping[str, str] = {
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "FAULT": "failed by a fault of CodeBuild",
    "STOPPED": "was stopped",
    "TIMED_OUT": "ran out of time",
}


def _headline(build: Build) -> str:
    number = f" {build.number}" if build.number else ""
    return f"**The check {_SAID[build.status]}.** Build{number}"
