"""Lambda `merge_back`: looks, decides, acts. The decisions are in `decide`."""

import os
from functools import partial

from merge_back.decide import Comparison, Heads, Parameters, Request, concerns, contained, request, without_develop
from pipeline_job.announcement import publish
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.failures import error_code
from pipeline_job.values import VARIABLE
from repository_events.event import Event, reference_change
from repository_events.pull_request import open_pull_requests
from repository_events.run import answer_event

# Too much differs, so CodeCommit won't look for conflicts. The pull request is opened all the same.
_TOO_MUCH = frozenset(
    {
        "MaximumFileContentToLoadExceededException",
        "MaximumItemsToCompareExceededException",
        "TipsDivergenceExceededException",
    }
)


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one event."""
    clients, parameters = runtime_clients(), Parameters.parse(os.environ.get(VARIABLE, ""))
    act = partial(visit, parameters=parameters, clients=clients)
    answer_event(event, name="merge_back", visit=act, clients=clients, topic=parameters.topic)


def visit(event: Event, *, parameters: Parameters, clients: Clients) -> str:
    """One event with the given clients; what was done."""
    change = reference_change(event)
    if change is None or change.deleted or not concerns(change, parameters=parameters):
        return f"nothing to do for {event}"
    heads = Heads(
        main=head(parameters.main, parameters=parameters, clients=clients),
        develop=head(parameters.develop, parameters=parameters, clients=clients),
    )
    if not heads.main:
        return f"{parameters.main} is gone by now"
    if not heads.develop:
        publish(without_develop(parameters, region=event.region), topic=parameters.topic, client=clients.sns)
        return f"announced that there is no branch {parameters.develop}"
    comparison = compare(heads, parameters=parameters, clients=clients)
    if contained(heads, comparison):
        return f"{parameters.develop} has {heads.main} already"
    for one in open_pull_requests(parameters.repository, client=clients.codecommit):
        if one.open and (one.source, one.destination) == (parameters.main, parameters.develop):
            return f"pull request {one.id} is open already"
    wanted = request(heads, comparison, parameters=parameters, region=event.region)
    # First the message: were it second and failed, the next try would find the pull request and say nothing.
    if wanted.announcement:
        publish(wanted.announcement, topic=parameters.topic, client=clients.sns)
    return open_request(wanted, parameters=parameters, clients=clients)


def head(branch: str, *, parameters: Parameters, clients: Clients) -> str:
    """The commit on which a branch stands, empty where there is no such branch."""
    try:
        found = clients.codecommit.get_branch(repositoryName=parameters.repository, branchName=branch)
    except clients.codecommit.exceptions.BranchDoesNotExistException:
        return ""
    return str(found["branch"]["commitId"])


def compare(heads: Heads, *, parameters: Parameters, clients: Clients) -> Comparison:
    """The merge base and the conflicts, which CodeCommit tells in one answer."""
    if heads.main == heads.develop:
        return Comparison(base=heads.main)
    asked = {
        "repositoryName": parameters.repository,
        "sourceCommitSpecifier": heads.main,
        "destinationCommitSpecifier": heads.develop,
        "mergeOption": "THREE_WAY_MERGE",
        "conflictDetailLevel": "FILE_LEVEL",
    }
    conflicts: list[str] = []
    more: dict[str, str] = {}
    try:
        while True:
            page = clients.codecommit.get_merge_conflicts(**asked, **more)
            conflicts += [one["filePath"] for one in page["conflictMetadataList"]]
            if not page.get("nextToken"):
                return Comparison(base=page.get("baseCommitId", ""), conflicts=tuple(conflicts))
            more = {"nextToken": page["nextToken"]}
    except clients.codecommit.exceptions.ClientError as error:
        if error_code(error) not in _TOO_MUCH:
            raise
        return Comparison(unknown=error_code(error))


def open_request(wanted: Request, *, parameters: Parameters, clients: Clients) -> str:
    """Open the pull request; what was done."""
    try:
        opened = clients.codecommit.create_pull_request(
            title=wanted.title,
            description=wanted.description,
            clientRequestToken=wanted.token,
            targets=[
                {
                    "repositoryName": parameters.repository,
                    "sourceReference": parameters.main,
                    "destinationReference": parameters.develop,
                }
            ],
        )
    except clients.codecommit.exceptions.IdempotencyParameterMismatchException:
        # The token says the commit, and the text may differ since: one was opened for it, and a person closed it.
        return f"a pull request was opened before for {parameters.main} where it stands"
    return f"pull request {opened['pullRequest']['pullRequestId']} is opened"
