"""Lambda `tag_release`: looks, decides, acts. The decisions are in `decide`."""

import os
from functools import partial

from git_push.login import Address
from git_push.remote import Remote, codecommit_remote
from git_push.tag import Tag
from pipeline_job.announcement import Announcement, publish
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.failures import is_transient
from pipeline_job.values import VARIABLE
from repository_events.event import Event, pull_request_change
from repository_events.pull_request import observe_pull_request
from repository_events.run import answer_event
from tag_release.decide import TAGS, Ask, Done, Merge, Parameters, decide, lands, merge_of


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one event."""
    clients, parameters = runtime_clients(), Parameters.parse(os.environ.get(VARIABLE, ""))
    address = Address(region=clients.codecommit.meta.region_name, repository=parameters.repository)
    act = partial(visit, parameters=parameters, clients=clients, remote=codecommit_remote(address))
    answer_event(event, name="tag_release", visit=act, clients=clients, topic=parameters.topic)


def visit(event: Event, *, parameters: Parameters, clients: Clients, remote: Remote) -> str:
    """One event with the given clients and repository; what was done."""
    change = pull_request_change(event)
    if change is None or not lands(change, parameters=parameters):
        return f"nothing to do for {event}"
    observed = observe_pull_request(change.id, repository=parameters.repository, client=clients.codecommit)
    merge = merge_of(change, observed, parameters=parameters, time=event.time)
    return carry_out(
        look_and_decide(merge, parameters=parameters, clients=clients, remote=remote),
        parameters=parameters,
        clients=clients,
        remote=remote,
    )


def look_and_decide(
    merge: Merge, *, parameters: Parameters, clients: Clients, remote: Remote
) -> Tag | Done | Announcement:
    """What to do, with a second look where a tag of others has the name."""
    references = remote.references()
    stands: dict[str, str] = {}
    while isinstance(decision := decide(merge, references, parameters=parameters, stands=stands), Ask):
        stands[decision.tag] = commit_of(decision.tag, merge, parameters=parameters, clients=clients)
    return decision


def commit_of(tag: str, merge: Merge, *, parameters: Parameters, clients: Clients) -> str:
    """The commit at which a tag stands, empty where CodeCommit doesn't tell.

    The options of a merge are of no interest; it is the shortest question whose answer names a tag's commit.
    """
    try:
        answer = clients.codecommit.get_merge_options(
            repositoryName=parameters.repository,
            sourceCommitSpecifier=f"{TAGS}{tag}",
            destinationCommitSpecifier=merge.commit,
        )
    except clients.codecommit.exceptions.ClientError as error:
        if is_transient(error):
            raise
        return ""
    return str(answer["sourceCommitId"])


def carry_out(decision: Tag | Done | Announcement, *, parameters: Parameters, clients: Clients, remote: Remote) -> str:
    """Do it; what was done."""
    match decision:
        case Tag():
            remote.create(decision)
            return f"{decision.name} is created at {decision.commit}"
        case Done():
            return decision.reason
        case Announcement():
            publish(decision, topic=parameters.topic, client=clients.sns)
            return f"announced: {decision.subject}"
