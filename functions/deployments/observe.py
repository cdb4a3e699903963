"""The AWS edge of `sight`: reads what there is, changes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from botocore.exceptions import ClientError

from deployments.sight import RUNNING, Alarm, Course, Deployment, GroupName, Reach, own_deployment
from pipeline_job.clients import Clients
from pipeline_job.failures import RefusedError, error_code
from pipeline_job.job import S3Object
from pipeline_job.memory import Memory

LOOK_BACK = timedelta(days=14)
"""How old a deployment of the same execution can be. A stage retried later than that starts a new one."""

BATCH = 25
"""https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetDeployments.html"""

AUTOMATIC = frozenset({"autoscaling", "autoscalingTermination", "CodeDeployAutoUpdate"})
"""https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html, `creator`."""

WAITING = frozenset({"InProgress", "Stopping"})
"""https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineExecution.html, `status`; one that stops may
wait for its actions."""

FAILED_TARGETS = 3
LOG_TAIL = 900
"""So many characters of a failed script's log for each target; all together stay under CodePipeline's 5000."""


def observe_alarms(names: Sequence[str], *, clients: Clients) -> tuple[Alarm, ...]:
    """The alarms that watch this delivery, metric alarms and composite ones; those that don't exist are absent."""
    if not names:
        return ()
    found = clients.cloudwatch.describe_alarms(
        AlarmNames=list(names), AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=100
    )
    return tuple(
        Alarm(name=str(item["AlarmName"]), state=str(item["StateValue"]), reason=str(item.get("StateReason") or ""))
        for item in (*found.get("MetricAlarms", ()), *found.get("CompositeAlarms", ()))
    )


def observe_course(group: GroupName, *, execution: str, memory: Memory, clients: Clients, now: datetime) -> Course:
    """How the execution's deployment fares; its rollback and the reasons are read only when it has failed."""
    running = observe_running(group, clients=clients)
    own: Deployment | None
    if memory.deployment:
        own = observe_deployment(memory.deployment, clients=clients)
    else:
        deployments = observe_deployments(group, running=running, clients=clients, now=now)
        own = own_deployment(deployments, execution=execution, memory=memory)
    if own is None or not own.failed:
        return Course(running=running, deployment=own)
    return Course(
        running=running,
        deployment=own,
        rollback=observe_deployment(own.rollback, clients=clients) if own.rollback else None,
        failures=observe_failed_targets(own.id, clients=clients),
    )


def observe_deployment(deployment: str, *, clients: Clients) -> Deployment:
    """One deployment by its id."""
    return _deployment(clients.codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"])


def observe_deployments(
    group: GroupName, *, running: tuple[str, ...], clients: Clients, now: datetime
) -> tuple[Deployment, ...]:
    """The group's deployments of the last `LOOK_BACK`, and those known to run.

    The two lists may disagree for a moment after a deployment has started; its own must never look foreign.
    """
    recent = _deployment_ids(group, clients=clients, createTimeRange={"start": now - LOOK_BACK})
    ids = list(dict.fromkeys((*running, *recent)))
    return _deployments(ids, clients=clients)


def observe_newest(group: GroupName, *, clients: Clients, now: datetime) -> Deployment | None:
    """The newest release of the group in the last `LOOK_BACK`, however it ended; an automatic one is none."""
    deployments = observe_deployments(group, running=(), clients=clients, now=now)
    return max((one for one in deployments if not one.automatic), key=lambda one: one.created or now, default=None)


def observe_running(group: GroupName, *, clients: Clients) -> tuple[str, ...]:
    """Ids of the group's releases that have not come to an end; an instance that starts late is no release.

    They are listed, because AWS does not say whether the group's `lastAttemptedDeployment` knows one that still runs.
    """
    ids = _deployment_ids(group, clients=clients, includeOnlyStatuses=sorted(RUNNING))
    return tuple(item.id for item in _deployments(ids, clients=clients) if not item.automatic)


def observe_reached(group: GroupName, *, wanted: frozenset[str], since: datetime | None, clients: Clients) -> Reach:
    """Which of these instances a deployment of the group has reached since then, a release or an automatic one.

    One that runs, or has failed for other instances, counts for those that it has done. Nothing is asked where no
    instance is wanted, and no more than explains them all.
    """
    if not wanted:
        return Reach()
    narrowed = {"createTimeRange": {"start": since}} if since else {}
    found = _deployments(_deployment_ids(group, clients=clients, **narrowed), clients=clients)
    reached: set[str] = set()
    for deployment in found:
        if deployment.automatic or not deployment.failed:
            reached |= wanted & _done(deployment.id, clients=clients)
        if reached == wanted:
            break
    return Reach(instances=frozenset(reached), under_way=any(one.automatic and one.running for one in found))


def _done(deployment: str, *, clients: Clients) -> set[str]:
    """Ids of the targets that a deployment has done; none where it has not begun with any."""
    pages = clients.codedeploy.get_paginator("list_deployment_targets").paginate(
        deploymentId=deployment, targetFilters={"TargetStatus": ["Succeeded"]}
    )
    try:
        return {str(target) for page in pages for target in page.get("targetIds", ())}
    except ClientError as error:
        if error_code(error) != "DeploymentNotStartedException":
            raise
        return set()


def observe_failed_targets(deployment: str, *, clients: Clients) -> tuple[str, ...]:
    """Why the first few targets failed: instance or function, life cycle event, error, script, end of its log.

    An explanation is worth less than the failure it explains, so trouble in getting it becomes a line of it.
    """
    try:
        ids = clients.codedeploy.list_deployment_targets(
            deploymentId=deployment, targetFilters={"TargetStatus": ["Failed"]}
        ).get("targetIds", [])
        if not ids:
            return ()
        found = clients.codedeploy.batch_get_deployment_targets(
            deploymentId=deployment, targetIds=ids[:FAILED_TARGETS]
        ).get("deploymentTargets", [])
    except ClientError as error:
        if error_code(error) == "DeploymentNotStartedException":
            return ()
        return (f"What its targets say could not be read: {error}",)
    return tuple(_diagnosis(_target(target)) for target in found)


class Delivery(Protocol):
    """Who delivers: an execution of a pipeline, or somebody by hand, who says whether it is the way back."""

    @property
    def pipeline(self) -> str: ...

    @property
    def execution(self) -> str: ...

    @property
    def way_back(self) -> bool | None: ...


def observe_return(delivery: Delivery, *, clients: Clients) -> bool:
    """Whether an execution brings back what served before: then an alarm that rings is why, and stops nothing.

    To be asked before anything is deployed, because Lambda may deliver an event again hours after it was answered
    (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).

    Raises:
        RefusedError: the execution has ended, so the event is an old one, and what it asks for would replace what was
            deployed since.
    """
    if delivery.way_back is not None:
        return delivery.way_back
    info = clients.codepipeline.get_pipeline_execution(
        pipelineName=delivery.pipeline, pipelineExecutionId=delivery.execution
    )["pipelineExecution"]
    if info["status"] not in WAITING:
        raise RefusedError(
            f"Execution {delivery.execution} of {delivery.pipeline} has ended as {info['status']}; nobody waits for "
            "what it deploys, and nothing was changed. Retry its stage, or release anew."
        )
    return bool(info.get("executionType") == "ROLLBACK")


def _deployment_ids(group: GroupName, *, clients: Clients, **narrowed: object) -> list[str]:
    pages = clients.codedeploy.get_paginator("list_deployments").paginate(
        applicationName=group.application, deploymentGroupName=group.deployment_group, **narrowed
    )
    return [str(deployment) for page in pages for deployment in page.get("deployments", ())]


def _deployments(ids: Sequence[str], *, clients: Clients) -> tuple[Deployment, ...]:
    return tuple(
        _deployment(info)
        for batch in _batches(ids)
        for info in clients.codedeploy.batch_get_deployments(deploymentIds=batch)["deploymentsInfo"]
    )


def _target(target: dict[str, Any]) -> dict[str, Any]:
    """What is said of an instance, a function or a service, whichever it is."""
    kinds = ("instanceTarget", "lambdaTarget", "ecsTarget")
    return next((target[kind] for kind in kinds if target.get(kind)), {})


def _diagnosis(target: dict[str, Any]) -> str:
    instance = str(target.get("targetId", "a target"))
    for event in target.get("lifecycleEvents", ()):
        if event.get("status") != "Failed":
            continue
        said = event.get("diagnostics") or {}
        parts = (event.get("lifecycleEventName"), said.get("errorCode"), said.get("scriptName"), said.get("message"))
        log = str(said.get("logTail") or "").strip()[-LOG_TAIL:]
        return f"{instance}: {' | '.join(str(part) for part in parts if part)}" + (f"\n{log}" if log else "")
    return f"{instance}: failed without a failed life cycle event"


def _deployment(info: dict[str, Any]) -> Deployment:
    error = info.get("errorInformation") or {}
    overview = info.get("deploymentOverview") or {}
    total = sum(overview.values())
    return Deployment(
        id=str(info["deploymentId"]),
        status=str(info["status"]),
        description=str(info.get("description") or ""),
        targets=tuple(str(name) for name in (info.get("targetInstances") or {}).get("autoScalingGroups", ())),
        error=": ".join(str(error[key]) for key in ("code", "message") if error.get(key)),
        completed=info.get("completeTime"),
        created=info.get("createTime"),
        automatic=info.get("creator") in AUTOMATIC,
        rollback=str((info.get("rollbackInfo") or {}).get("rollbackDeploymentId") or ""),
        rolls_back=bool((info.get("autoRollbackConfiguration") or {}).get("enabled")),
        revision=_revision(info.get("revision") or {}),
        percent=overview.get("Succeeded", 0) * 100 // total if total else None,
    )


def _revision(revision: dict[str, Any]) -> S3Object | None:
    place = revision.get("s3Location") or {}
    if not place.get("bucket") or not place.get("key"):
        return None
    return S3Object(bucket=str(place["bucket"]), key=str(place["key"]), version=str(place.get("version") or ""))


def _batches(ids: Sequence[str]) -> Iterator[Iterable[str]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
