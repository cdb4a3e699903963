"""Lambda `check_calendar`: decides, answers. The decisions are in `decide`."""

import os
from datetime import datetime

from check_calendar.decide import Parameters, decide
from pipeline_job.answer import Answer
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.job import Job
from pipeline_job.memory import Memory
from pipeline_job.run import answer_job
from pipeline_job.values import VARIABLE


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one job of CodePipeline."""
    answer_job(event, visit=visit, clients=runtime_clients())


def visit(*, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:
    """One visit; a rule has no second one, so nothing is kept."""
    del memory, clients
    return decide(parameters=Parameters.parse(job.user_parameters, fixed=os.environ.get(VARIABLE, "")), now=now)
