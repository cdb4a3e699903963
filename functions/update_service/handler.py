"""Lambda `update_service`: looks, decides, acts, answers. The decisions are in `decide`."""

import os
from datetime import datetime

from deployments.observe import observe_return
from pipeline_job.answer import Answer
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.job import Job
from pipeline_job.memory import Memory
from pipeline_job.run import answer_job
from pipeline_job.values import VARIABLE
from services.act import carry_out
from services.bundle import TEMPLATE
from services.observe import observe_bundle, observe_image, observe_settings, observe_troubles
from services.observe_rollout import observe_rollout, observe_rollouts, observe_served
from services.parameters import RolloutParameters
from services.rollout import Rollout
from services.sight import Ready
from update_service.decide import Sight, decide, own_rollout


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one visit of CodePipeline."""
    answer_job(event, visit=visit, clients=runtime_clients())


def visit(*, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:
    """One visit with the given clients and time; what it raises fails the action."""
    parameters = RolloutParameters.parse(job.user_parameters, fixed=os.environ.get(VARIABLE, ""))
    sight = look(parameters, job=job, memory=memory, clients=clients)
    return carry_out(decide(parameters=parameters, memory=memory, sight=sight, now=now), clients=clients)


def look(parameters: RolloutParameters, *, job: Job, memory: Memory, clients: Clients) -> Sight:
    """What the decision needs to see; the bundle is looked at only while there is no task definition of it."""
    if memory.deployment:
        rollout = observe_rollout(memory.deployment, parameters, clients=clients)
        return _followed(rollout, parameters, memory, clients=clients)
    rollouts = observe_rollouts(parameters, memory=memory, clients=clients)
    own = own_rollout(rollouts, execution=parameters.execution, memory=memory)
    if own is not None:
        return _followed(own, parameters, memory, clients=clients)
    if running := tuple(one for one in rollouts if one.running):
        return Sight(others=running)
    # ECS is told nothing of a way back; but what an execution wants that has ended is refused.
    observe_return(parameters, clients=clients)
    return Sight() if memory.version else Sight(ready=_ready(parameters, job, clients=clients))


def _followed(rollout: Rollout, parameters: RolloutParameters, memory: Memory, *, clients: Clients) -> Sight:
    if rollout.running or rollout.succeeded:
        return Sight(rollout=rollout)
    since = memory.since
    troubles = observe_troubles(parameters, definition=rollout.definition, since=since, clients=clients)
    return Sight(rollout=rollout, troubles=troubles)


def _ready(parameters: RolloutParameters, job: Job, *, clients: Clients) -> Ready:
    """The bundle and everything else that a task definition is made of."""
    bundle = observe_bundle(job, clients=clients, needed=(TEMPLATE,))
    return Ready(
        bundle=bundle,
        image=observe_image(bundle, parameters, clients=clients),
        settings=observe_settings(parameters, clients=clients),
        serving=observe_served(parameters, clients=clients),
    )
