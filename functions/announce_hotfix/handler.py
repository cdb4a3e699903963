"""Lambda `announce_hotfix`: decides what to say, says it, answers. The decisions are in `decide`."""

import os
from datetime import datetime

from announce_hotfix.decide import Parameters, announcement
from pipeline_job.announcement import publish
from pipeline_job.answer import Answer, Succeed
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.job import Job
from pipeline_job.memory import Memory
from pipeline_job.run import answer_job
from pipeline_job.values import VARIABLE


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one visit of CodePipeline."""
    answer_job(event, visit=visit, clients=runtime_clients())


def visit(*, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:  # noqa: ARG001 - it never waits
    """One visit with the given clients; what it raises fails the action."""
    parameters = Parameters.parse(job.user_parameters, fixed=os.environ.get(VARIABLE, ""))
    said = announcement(parameters, region=clients.sns.meta.region_name)
    identity = publish(said, topic=parameters.topic, client=clients.sns)
    return Succeed(summary=said.subject, variables={"announced": identity})
