"""Lambda `start_changed`: looks, decides, acts. The decisions are in `decide`."""

import os
from collections.abc import Iterator
from functools import partial

from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.values import VARIABLE
from repository_events.event import Event, ReferenceChange, reference_change
from repository_events.run import answer_event
from start_changed.decide import Parameters, counts, no_business, token


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one event."""
    clients, parameters = runtime_clients(), Parameters.parse(os.environ.get(VARIABLE, ""))
    act = partial(visit, parameters=parameters, clients=clients)
    answer_event(event, name="start_changed", visit=act, clients=clients)


def visit(event: Event, *, parameters: Parameters, clients: Clients) -> str:
    """One event with the given clients; what was done."""
    change = reference_change(event)
    if change is None:
        return f"nothing to do for {event}"
    if reason := no_business(change, parameters=parameters):
        return f"not started: {reason}"
    because = why(change, parameters=parameters, clients=clients)
    if not because:
        return f"not started: no path of {parameters.pipeline} changed from {change.old_commit} to {change.commit}"
    started = clients.codepipeline.start_pipeline_execution(
        name=parameters.pipeline,
        variables=[{"name": parameters.variable, "value": change.name}],
        clientRequestToken=token(change),
        sourceRevisions=[
            {"actionName": parameters.action, "revisionType": "COMMIT_ID", "revisionValue": change.commit}
        ],
    )
    return f"execution {started['pipelineExecutionId']} of {parameters.pipeline} for {change.name}: {because}"


def why(change: ReferenceChange, *, parameters: Parameters, clients: Clients) -> str:
    """Why the pipeline has to start, empty where nothing of its business changed."""
    if not change.old_commit:
        return f"{change.kind} {change.name} is new"
    try:
        for path in changed_paths(change, clients=clients):
            if counts(path, parameters=parameters):
                return f"{path} changed"
    except clients.codecommit.exceptions.CommitDoesNotExistException:
        return f"{change.old_commit} is gone, so nobody knows what changed"
    return ""


def changed_paths(change: ReferenceChange, *, clients: Clients) -> Iterator[str]:
    """Old and new name of each file that differs, page by page as the caller asks for them."""
    pages = clients.codecommit.get_paginator("get_differences").paginate(
        repositoryName=change.repository,
        beforeCommitSpecifier=change.old_commit,
        afterCommitSpecifier=change.commit,
    )
    for page in pages:
        for difference in page["differences"]:
            names = {difference.get(side, {}).get("path", "") for side in ("beforeBlob", "afterBlob")}
            yield from sorted(names - {""})
