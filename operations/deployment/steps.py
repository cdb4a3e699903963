"""What brings a version to a platform: the visits of the pipeline's functions, in its order."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from deploy_function.handler import visit as deploy_function
from deploy_service.handler import visit as deploy_service
from fleets.act import carry_out
from fleets.commands import Decision, Resize
from fleets.observe import observe_fleets, observe_group, observe_targets
from fleets.parameters import ZERO, Parameters
from fleets.sight import serving_fleet
from fleets.traffic import stranded, take_out
from operations.command import UnusableError
from operations.deployment.drive import Step
from operations.deployment.in_place import visit as deploy_in_place
from operations.deployment.target import Target
from pipeline_job.answer import Answer, Fail
from pipeline_job.clients import Clients
from pipeline_job.job import Job
from pipeline_job.memory import Memory
from retire_fleet.handler import visit as retire_fleet
from shift_traffic.handler import visit as shift_traffic
from update_service.handler import visit as update_service
from verify_release.handler import visit as verify_release


def empty_idle_fleet(*, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:  # noqa: ARG001
    """Stop the fleet again that was started for a deployment which isn't wanted any more, unless users need it."""
    parameters = Parameters.parse(job.user_parameters)
    name = serving_fleet(observe_group(parameters, clients=clients, now=now), parameters=parameters)
    fleets, targets = observe_fleets(parameters, clients=clients), observe_targets(parameters, clients=clients)
    serving, idle = fleets[name], fleets[parameters.other_fleet(name)]
    said = "Stopped before anything was deployed"
    if needed := stranded(serving, idle, targets=targets, least=parameters.size.min):
        return Fail(message=f"{said}; {idle.name} is left as it is: {needed}.")
    commands = (*take_out(idle, parameters=parameters, targets=targets), Resize(fleet=idle.name, capacity=ZERO))
    answer = Fail(message=f"{said}; {idle.name} is stopped again, {name} serves as before.")
    return carry_out(Decision(commands=commands, answer=answer), clients=clients)


SHIFT = Step(
    does="ShiftTraffic: the idle fleet gets it, and then the traffic", visit=shift_traffic, undo=empty_idle_fleet
)
VERIFY = Step(does="VerifyRelease: alarms and health are watched", visit=verify_release, moves=False)
RETIRE = Step(does="RetireFleet: the old fleet is kept for the way back, then stopped", visit=retire_fleet, moves=False)
IN_PLACE = Step(does="CodeDeploy deploys in place", visit=deploy_in_place)
FUNCTION = Step(does="DeployFunction: the bundle becomes a version, and gets the traffic", visit=deploy_function)
SERVICE = Step(does="DeployService: new tasks start, and get the traffic", visit=deploy_service)

ROLLOUT = Step(does="UpdateService: ECS starts new tasks, and moves the traffic", visit=update_service)

_STEPS: Mapping[tuple[str, bool], Sequence[Step]] = {
    ("server", True): (SHIFT, VERIFY, RETIRE),
    ("server", False): (IN_PLACE,),
    ("on-premises", False): (IN_PLACE,),
    ("lambda", False): (FUNCTION,),
    ("ecs", False): (SERVICE,),
}


def steps_of(target: Target) -> Sequence[Step]:
    """The steps of a platform and strategy; those after a failed one are not taken.

    Raises:
        UnusableError: this program doesn't know the platform that the stack tells.
    """
    if target.moved_by_ecs:
        return (ROLLOUT,)
    swaps = target.platform == "server" and target.strategy == "blue-green"
    found = _STEPS.get((target.platform, swaps))
    if found is None:
        raise UnusableError(f"{target.platform} with {target.strategy} can't be deployed by hand; use the pipeline")
    workers = (
        Step(does=f"Workers-{one}: they get it in place", visit=deploy_in_place, workers=one) for one in target.workers
    )
    # The old fleet goes when all have the new version.
    return (*(one for one in found if one is not RETIRE), *workers, *(one for one in found if one is RETIRE))
