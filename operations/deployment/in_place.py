"""A deployment in place, to whatever the deployment group has: what CodePipeline's own action does, looked at anew.

Like the functions of the pipeline, it looks at each visit and decides from that, so a visit that is lost or repeated
changes nothing.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from deployments.act import zipped
from deployments.follow import alone, how_it_ended, still_going
from deployments.observe import observe_course
from deployments.sight import Course, Deployment, GroupName, description
from pipeline_job.answer import Answer, Continue, Fail, Succeed
from pipeline_job.clients import Clients
from pipeline_job.failures import RefusedError
from pipeline_job.job import Job, S3Object
from pipeline_job.memory import Memory
from pipeline_job.values import flag_of, text_of, told_values


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What is deployed to.

    Args:
        execution: id of the deployment by hand.
        group: in CodeDeploy.
        way_back: whether it brings back what ran before: then an alarm that rings is why, and stops nothing.
    """

    execution: str
    group: GroupName
    way_back: bool

    @classmethod
    def parse(cls, text: str) -> "Parameters":
        """Read what is told; keys that only the functions of a pipeline need are not looked at.

        Raises:
            RefusedError: something is missing or of the wrong kind.
        """
        needed = {"execution", "application", "deploymentGroup", "wayBack"}
        own = {key: one for key, one in json.loads(text).items() if key in needed}
        values = told_values(json.dumps(own), fixed="", needed=needed)
        group = GroupName(
            application=text_of(values, "application"), deployment_group=text_of(values, "deploymentGroup")
        )
        return cls(execution=text_of(values, "execution"), group=group, way_back=flag_of(values, "wayBack"))


def visit(*, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:
    """One visit: start the deployment where there is none of this execution, else say how it fares.

    Raises:
        RefusedError: another deployment of the group runs; nothing was changed.
    """
    parameters = Parameters.parse(job.user_parameters)
    course = observe_course(parameters.group, execution=parameters.execution, memory=memory, clients=clients, now=now)
    if course.deployment is not None:
        return _follow(course.deployment, course, parameters=parameters, memory=memory, now=now)
    alone(course, of=parameters.group.deployment_group)
    if job.artifact is None:
        raise RefusedError("There is no bundle, so there is nothing to deploy.")
    return _start(job.artifact, parameters=parameters, memory=memory, clients=clients)


def _start(bundle: S3Object, *, parameters: Parameters, memory: Memory, clients: Clients) -> Answer:
    started = clients.codedeploy.create_deployment(
        applicationName=parameters.group.application,
        deploymentGroupName=parameters.group.deployment_group,
        revision={"revisionType": "S3", "s3Location": zipped(bundle)},
        description=description(execution=parameters.execution, attempt=memory.attempt),
        **({"overrideAlarmConfiguration": {"enabled": False}} if parameters.way_back else {}),
    )
    identity = str(started["deploymentId"])
    memory = Memory(attempt=memory.attempt, since=memory.since, deployment=identity)
    return Continue(memory=memory, summary=f"Deployment {identity} is started.")


def _follow(deployment: Deployment, course: Course, *, parameters: Parameters, memory: Memory, now: datetime) -> Answer:
    if waiting := still_going(deployment, rollback=course.rollback, memory=memory, now=now):
        return waiting
    if deployment.succeeded:
        return Succeed(summary=f"Deployment {deployment.id} succeeded.", variables={"deploymentId": deployment.id})
    lines = how_it_ended(deployment, rollback=course.rollback, of=parameters.group.deployment_group)
    return Fail(message="\n".join((*lines, *course.failures)), deployment=deployment.id)
