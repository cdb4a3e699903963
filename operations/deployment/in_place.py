"""A deployment in place, to whatever a deployment group has, by the function that deploys to workers.

Where CodePipeline's own action deploys, the stack tells application and group alone, and nothing watches after it.
"""

import json
from dataclasses import replace
from datetime import datetime

from deploy_in_place.handler import visit as deploy_in_place
from deploy_in_place.parameters import KEYS, OPTIONAL_KEYS
from pipeline_job.answer import Answer
from pipeline_job.clients import Clients
from pipeline_job.job import Job
from pipeline_job.memory import Memory


def visit(*, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:
    """One visit: start the deployment where there is none of this execution, else say how it fares.

    Raises:
        RefusedError: another deployment of the group doesn't come to an end; nothing was changed.
    """
    told = json.loads(job.user_parameters)
    if not isinstance(told.get("alarms"), dict):
        told |= {"pipeline": told["application"], "alarms": {told["deploymentGroup"]: []}, "watchMinutes": 0}
    own = {key: one for key, one in told.items() if key in KEYS | OPTIONAL_KEYS}
    return deploy_in_place(job=replace(job, user_parameters=json.dumps(own)), memory=memory, clients=clients, now=now)
