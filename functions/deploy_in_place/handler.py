"""Lambda `deploy_in_place`: looks, decides, acts, answers. The decisions are in `decide`."""

import os
from datetime import datetime
from functools import partial

from deploy_in_place.decide import Sight, decide
from deploy_in_place.parameters import Parameters
from deployments.act import execute, start
from deployments.observe import observe_alarms, observe_course, observe_newest, observe_return
from pipeline_job.answer import Answer
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.job import Job
from pipeline_job.memory import Memory
from pipeline_job.run import answer_job
from pipeline_job.values import VARIABLE


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one visit of CodePipeline."""
    answer_job(event, visit=visit, clients=runtime_clients())


def visit(*, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:
    """One visit with the given clients and time; what it raises fails the action."""
    parameters = Parameters.parse(job.user_parameters, fixed=os.environ.get(VARIABLE, ""))
    sight = look(parameters, memory=memory, clients=clients, now=now)
    decision = decide(parameters=parameters, bundle=job.artifact, memory=memory, sight=sight, now=now)
    return execute(decision, do=partial(start, clients=clients))


def look(parameters: Parameters, *, memory: Memory, clients: Clients, now: datetime) -> Sight:
    """What the decision needs to see."""
    course = observe_course(parameters.group, execution=parameters.execution, memory=memory, clients=clients, now=now)
    own = course.deployment
    if own is not None and not (own.succeeded and parameters.watch_minutes):
        return Sight(course=course)
    way_back = observe_return(parameters, clients=clients)
    if own is None:
        newest = observe_newest(parameters.group, clients=clients, now=now)
        return Sight(course=course, newest=newest, way_back=way_back)
    alarms = () if way_back else observe_alarms(parameters.alarms, clients=clients)
    return Sight(course=course, way_back=way_back, alarms=alarms)
