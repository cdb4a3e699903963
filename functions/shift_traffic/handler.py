"""Lambda `shift_traffic`: looks, decides, acts, answers. The decisions are in `decide`."""

import os
from datetime import datetime

from deployments.observe import observe_course, observe_deployment, observe_reached, observe_return
from fleets.act import carry_out
from fleets.handover import unexplained
from fleets.observe import observe_fleets, observe_group, observe_targets
from fleets.parameters import Parameters
from pipeline_job.answer import Answer
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.job import Job
from pipeline_job.memory import Memory
from pipeline_job.run import answer_job
from pipeline_job.values import VARIABLE
from shift_traffic.decide import decide
from shift_traffic.sight import Sight


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one visit of CodePipeline."""
    answer_job(event, visit=visit, clients=runtime_clients())


def visit(*, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:
    """One visit with the given clients and time; what it raises fails the action."""
    parameters = Parameters.parse(job.user_parameters, fixed=os.environ.get(VARIABLE, ""))
    sight = look(parameters, memory=memory, clients=clients, now=now)
    decision = decide(parameters=parameters, revision=job.artifact, memory=memory, sight=sight, now=now)
    return carry_out(decision, clients=clients)


def look(parameters: Parameters, *, memory: Memory, clients: Clients, now: datetime) -> Sight:
    """What the decision needs to see; the reasons of a failure are read only when there is one."""
    course = observe_course(parameters.group, execution=parameters.execution, memory=memory, clients=clients, now=now)
    own = course.deployment
    group = observe_group(parameters, clients=clients, now=now)
    last = group.last_success_id if own is None else ""
    served = observe_deployment(last, clients=clients) if last else None
    fleets = observe_fleets(parameters, clients=clients)
    targets = () if own and own.running else observe_targets(parameters, clients=clients)
    settled = served if own is None else own if own.succeeded else None
    new = fleets.get(settled.targets[0]) if settled and settled.targets else None
    wanted = unexplained(new, parameters=parameters, targets=targets) if new else frozenset()
    return Sight(
        group=group,
        served=served,
        fleets=fleets,
        running=course.running,
        deployment=own,
        way_back=own is None and observe_return(parameters, clients=clients),
        rollback=course.rollback,
        targets=targets,
        reach=observe_reached(
            parameters.group, wanted=wanted, since=settled.created if settled else None, clients=clients
        ),
        failures=course.failures,
    )
