"""Lambda `verify_release`: looks, decides, answers. The decisions are in `decide`."""

import os
from datetime import datetime

from deployments.observe import observe_alarms, observe_deployment, observe_return
from fleets.act import carry_out
from fleets.observe import observe_fleets, observe_group, observe_targets
from fleets.parameters import Parameters
from pipeline_job.answer import Answer
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.job import Job
from pipeline_job.memory import Memory
from pipeline_job.run import answer_job
from pipeline_job.values import VARIABLE
from verify_release.decide import Sight, decide


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one visit of CodePipeline."""
    answer_job(event, visit=visit, clients=runtime_clients())


def visit(*, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:
    """One visit with the given clients and time; what it raises fails the action."""
    parameters = Parameters.parse(job.user_parameters, fixed=os.environ.get(VARIABLE, ""))
    sight = look(parameters, clients=clients, now=now)
    return carry_out(decide(parameters=parameters, memory=memory, sight=sight, now=now), clients=clients)


def look(parameters: Parameters, *, clients: Clients, now: datetime) -> Sight:
    """What the decision needs to see. On the way back nobody asks the alarms: one of them has asked for it."""
    group = observe_group(parameters, clients=clients, now=now)
    way_back = observe_return(parameters, clients=clients)
    last = group.last_success_id
    return Sight(
        group=group,
        served=observe_deployment(last, clients=clients) if last and not way_back else None,
        way_back=way_back,
        fleets=observe_fleets(parameters, clients=clients),
        targets=observe_targets(parameters, clients=clients),
        alarms=() if way_back else observe_alarms(parameters.alarms, clients=clients),
    )
