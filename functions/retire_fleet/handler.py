"""Lambda `retire_fleet`: looks, decides, acts, answers. The decisions are in `decide`."""

import os
from datetime import datetime

from deployments.observe import observe_alarms, observe_running
from fleets.act import carry_out
from fleets.observe import observe_fleets, observe_group, observe_targets
from fleets.parameters import Parameters
from pipeline_job.answer import Answer
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.job import Job
from pipeline_job.memory import Memory
from pipeline_job.run import answer_job
from pipeline_job.values import VARIABLE
from retire_fleet.decide import Sight, decide


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one visit of CodePipeline."""
    answer_job(event, visit=visit, clients=runtime_clients())


def visit(*, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:
    """One visit with the given clients and time; what it raises fails the action."""
    parameters = Parameters.parse(job.user_parameters, fixed=os.environ.get(VARIABLE, ""))
    sight = look(parameters, clients=clients, now=now)
    return carry_out(decide(parameters=parameters, memory=memory, sight=sight, now=now), clients=clients)


def look(parameters: Parameters, *, clients: Clients, now: datetime) -> Sight:
    """What the decision needs to see."""
    return Sight(
        group=observe_group(parameters, clients=clients, now=now),
        fleets=observe_fleets(parameters, clients=clients),
        running=observe_running(parameters.group, clients=clients),
        targets=observe_targets(parameters, clients=clients),
        alarms=observe_alarms(parameters.alarms, clients=clients),
    )
