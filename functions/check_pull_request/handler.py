"""Lambda `check_pull_request`: looks, decides, acts. The decisions are in `decide`."""

import os
from functools import partial

from check_pull_request.decide import (
    UPDATED,
    Check,
    Parameters,
    approval,
    check_built,
    check_wanted,
    out_of_date,
    verdict,
)
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.failures import error_code
from pipeline_job.values import VARIABLE
from repository_events.build import FINAL, Build, build_of
from repository_events.event import Event, PullRequestChange, pull_request_change
from repository_events.pull_request import observe_pull_request
from repository_events.run import answer_event

# An approval of a pull request that is closed, or of a revision that is gone, gates nothing any more. Its author can't
# approve it at all, so there is nothing to take back.
_NOTHING_TO_APPROVE = frozenset(
    {"PullRequestAlreadyClosedException", "PullRequestCannotBeApprovedByAuthorException", "RevisionNotCurrentException"}
)


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one event."""
    clients, parameters = runtime_clients(), Parameters.parse(os.environ.get(VARIABLE, ""))
    act = partial(visit, parameters=parameters, clients=clients)
    answer_event(event, name="check_pull_request", visit=act, clients=clients)


def visit(event: Event, *, parameters: Parameters, clients: Clients) -> str:
    """One event with the given clients; what was done."""
    if change := pull_request_change(event):
        return start_check(change, parameters=parameters, clients=clients)
    if build := build_of(event):
        return end_check(build, parameters=parameters, clients=clients)
    return f"nothing to do for {event}"


def start_check(change: PullRequestChange, *, parameters: Parameters, clients: Clients) -> str:
    """Build the head of a pull request that is new or has a new head."""
    check = check_wanted(change, parameters=parameters)
    if check is None:
        return f"{change.event} of pull request {change.id} asks for no build"
    if change.event == UPDATED:
        refusal = set_approval(check, "REVOKE", clients=clients)
        if refusal == "PullRequestAlreadyClosedException":
            return f"pull request {check.pull_request_id} is closed, nothing to build"
    started = clients.codebuild.start_build(
        projectName=parameters.project,
        sourceVersion=check.source_commit,
        idempotencyToken=check.token,
        environmentVariablesOverride=[
            {"name": name, "value": value, "type": "PLAINTEXT"} for name, value in check.variables.items()
        ],
    )
    build = started["build"]["id"]
    if change.event == UPDATED:
        give_back_approval(check, build, clients=clients)
    return f"build {build} checks revision {check.revision_id} of pull request {check.pull_request_id}"


def give_back_approval(check: Check, build: str, *, clients: Clients) -> None:
    """Say again what a build said that had ended before its approval was taken back.

    That is so when the event comes twice and CodeBuild knows the token. A build that ends later says it itself.
    """
    for known in clients.codebuild.batch_get_builds(ids=[build])["builds"]:
        if known["buildStatus"] in FINAL:
            set_approval(check, approval(known["buildStatus"]), clients=clients)


def end_check(build: Build, *, parameters: Parameters, clients: Clients) -> str:
    """Say how a build ended, with the approval first: a merge waits for it, nobody waits for the comment."""
    check = check_built(build, parameters=parameters)
    if check is None:
        return f"build {build.id} is {build.status} and checks no pull request"
    observed = observe_pull_request(check.pull_request_id, repository=parameters.repository, client=clients.codecommit)
    if reason := out_of_date(check, observed):
        return f"the verdict of build {build.id} is not said: {reason}"
    said = verdict(check, build)
    if refusal := set_approval(check, said.approval, clients=clients):
        return f"the verdict of build {build.id} is not said: {refusal}"
    clients.codecommit.post_comment_for_pull_request(
        pullRequestId=check.pull_request_id,
        repositoryName=parameters.repository,
        beforeCommitId=check.destination_commit,
        afterCommitId=check.source_commit,
        content=said.comment,
        clientRequestToken=said.token,
    )
    return f"{said.approval} and a comment for pull request {check.pull_request_id} by build {build.id}"


def set_approval(check: Check, state: str, *, clients: Clients) -> str:
    """Set the function's approval of the revision; AWS's code where there is nothing to approve any more."""
    try:
        clients.codecommit.update_pull_request_approval_state(
            pullRequestId=check.pull_request_id, revisionId=check.revision_id, approvalState=state
        )
    except clients.codecommit.exceptions.ClientError as error:
        if error_code(error) not in _NOTHING_TO_APPROVE:
            raise
        return error_code(error)
    return ""
