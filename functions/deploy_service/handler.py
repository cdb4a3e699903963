"""Lambda `deploy_service`: looks, decides, acts, answers. The decisions are in `decide`."""

import os
from dataclasses import replace
from datetime import datetime

from deploy_service.decide import Sight, decide
from deployments.observe import observe_course, observe_return
from deployments.sight import Course
from pipeline_job.answer import Answer
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.job import Job
from pipeline_job.memory import Memory
from pipeline_job.run import answer_job
from pipeline_job.values import VARIABLE
from services.act import carry_out
from services.observe import observe_bundle, observe_image, observe_serving, observe_settings, observe_troubles
from services.parameters import Parameters
from services.sight import Ready


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one visit of CodePipeline."""
    answer_job(event, visit=visit, clients=runtime_clients())


def visit(*, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:
    """One visit with the given clients and time; what it raises fails the action."""
    parameters = Parameters.parse(job.user_parameters, fixed=os.environ.get(VARIABLE, ""))
    sight = look(parameters, job=job, memory=memory, clients=clients, now=now)
    return carry_out(decide(parameters=parameters, memory=memory, sight=sight, now=now), clients=clients)


def look(parameters: Parameters, *, job: Job, memory: Memory, clients: Clients, now: datetime) -> Sight:
    """What the decision needs to see; the bundle is looked at only while there is no deployment of it."""
    course = observe_course(parameters.group, execution=parameters.execution, memory=memory, clients=clients, now=now)
    if course.deployment is None and course.running:
        return Sight(course=course)
    if course.deployment is None:
        way_back = observe_return(parameters, clients=clients)
        return replace(_bundle(parameters, course, job, memory, clients=clients), way_back=way_back)
    if not course.deployment.failed:
        return Sight(course=course)
    troubles = observe_troubles(parameters, definition=memory.version, since=memory.since, clients=clients)
    return Sight(course=course, troubles=troubles)


def _bundle(parameters: Parameters, course: Course, job: Job, memory: Memory, *, clients: Clients) -> Sight:
    """The bundle, and while there is no task definition of it everything that one is made of."""
    bundle = observe_bundle(job, clients=clients)
    if memory.version:
        return Sight(course=course, bundle=bundle)
    ready = Ready(
        bundle=bundle,
        image=observe_image(bundle, parameters, clients=clients),
        settings=observe_settings(parameters, clients=clients),
        serving=observe_serving(parameters, clients=clients),
    )
    return Sight(course=course, bundle=bundle, ready=ready)
