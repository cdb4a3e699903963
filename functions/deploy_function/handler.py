"""Lambda `deploy_function`: looks, decides, acts, answers. The decisions are in `decide`."""

import os
from datetime import datetime

from deploy_function.decide import Sight, decide
from deployments.observe import observe_alarms, observe_course, observe_return
from function_versions.act import carry_out
from function_versions.observe import digest_of, observe_alias, observe_functions, observe_serving, observe_version
from function_versions.parameters import Parameters
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
    sight = look(parameters, job=job, memory=memory, clients=clients, now=now)
    decision = decide(parameters=parameters, bundle=job.artifact, memory=memory, sight=sight, now=now)
    return carry_out(decision, clients=clients)


def look(parameters: Parameters, *, job: Job, memory: Memory, clients: Clients, now: datetime) -> Sight:
    """What the decision needs to see; the code is looked at only while it shall become a version."""
    course = observe_course(parameters.group, execution=parameters.execution, memory=memory, clients=clients, now=now)
    alias = observe_alias(parameters, clients=clients)
    if course.deployment is not None and course.deployment.succeeded and parameters.watch_minutes:
        way_back = observe_return(parameters, clients=clients)
        alarms = () if way_back else observe_alarms(parameters.alarms, clients=clients)
        return Sight(course=course, alias=alias, alarms=alarms, way_back=way_back)
    if course.deployment is not None or course.running:
        return Sight(course=course, alias=alias)
    way_back = observe_return(parameters, clients=clients)
    if memory.version:
        version = observe_version(parameters, memory.version, clients=clients)
        return Sight(course=course, alias=alias, way_back=way_back, version=version)
    return Sight(
        course=course,
        alias=alias,
        way_back=way_back,
        functions=observe_functions(parameters, clients=clients),
        serving=observe_serving(parameters, alias, clients=clients),
        digest=digest_of(job, clients=clients),
    )
