"""Lambda `gather_evidence`: looks, decides what to say, answers. The decisions are in `decide`."""

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from http.client import HTTPException
from typing import Protocol

from gather_evidence.decide import Parameters, evidence
from git_push.login import Address
from git_push.packet import ProtocolError
from git_push.remote import PushError, codecommit_remote
from pipeline_job.answer import Answer, Succeed
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.console import execution_page
from pipeline_job.job import Job
from pipeline_job.memory import Memory
from pipeline_job.run import answer_job
from pipeline_job.values import VARIABLE
from release_evidence.release import observe_release

logger = logging.getLogger(__name__)


class Tagged(Protocol):
    """A repository that tells its tags."""

    def tags(self) -> Mapping[str, str]:
        """The commits at which tags stand, by the tags' names."""
        ...


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one visit of CodePipeline."""
    answer_job(event, visit=visit, clients=runtime_clients())


def visit(
    *,
    job: Job,
    memory: Memory,  # noqa: ARG001 - it never waits
    clients: Clients,
    now: datetime,  # noqa: ARG001
    remote: Callable[[Address], Tagged] = codecommit_remote,
) -> Answer:
    """One visit with the given clients; what it raises fails the action."""
    parameters = Parameters.parse(job.user_parameters, fixed=os.environ.get(VARIABLE, ""))
    subject = parameters.subject
    release = observe_release(parameters.execution, subject=subject, clients=clients)
    region = clients.codepipeline.meta.region_name
    if subject.repository and not release.tag:
        address = Address(region=region, repository=subject.repository)
        release = replace(release, tag=tag_at(release.revision, remote=remote(address)))
    overview = execution_page(subject.pipeline, parameters.execution, region=region)
    variables = evidence(release, room=parameters.room, overview=overview)
    return Succeed(summary=variables["text"], variables=variables)


def tag_at(commit: str, *, remote: Tagged) -> str:
    """The tag of a commit, empty where it has none. A Git server that is in trouble holds up no release."""
    try:
        tags = remote.tags()
    except (PushError, ProtocolError, OSError, HTTPException) as error:
        logger.warning("the tags can't be read: %s", error)
        return ""
    return ", ".join(sorted(name for name, stands in tags.items() if stands == commit))
