"""Lambda `tell_people`: looks, decides, tells. The decisions are in `decide`."""

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from notices.channels import Delivered, attempt, deliver, settle
from notices.execution import Execution
from notices.notice import Notice, told
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.failures import is_transient
from pipeline_job.run import Clock, utc_now
from pipeline_job.values import VARIABLE
from repository_events.event import Event, optional_text
from repository_events.run import answer_event, logger
from tell_people.decide import Failure, Happening, Parameters, happening, of_execution
from tell_people.deployment import Deployment, of_deployment
from tell_people.drift import DRIFT, Look, of_look

FoundT = TypeVar("FoundT")

NEWEST = 100
"""Executions among which one that was just stopped is looked for."""


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one event."""
    clients, parameters = runtime_clients(), Parameters.parse(os.environ.get(VARIABLE, ""))
    act = partial(visit, parameters=parameters, clients=clients)
    answer_event(event, name="tell_people", visit=act, clients=clients)


def visit(event: Event, *, parameters: Parameters, clients: Clients, clock: Clock = utc_now) -> str:
    """One event with the given clients; what was done."""
    found = happening(event)
    if found is None:
        return f"nothing to tell of {event}"
    notice = look(found, parameters=parameters, clients=clients)
    if notice is None:
        return f"nothing to tell of {found.what} {found.execution}"
    done = tell(notice, parameters=parameters, event=event, clients=clients, now=clock())
    return settle(done, about=notice.headline, topic=parameters.topic, clients=clients)


def look(found: Happening, *, parameters: Parameters, clients: Clients) -> Notice | None:
    """What there is to tell, with what AWS knows of it."""
    if found.what == "drift":
        looked = asked(lambda: see_look(found, clients=clients), otherwise=Look())
        return of_look(found, parameters=parameters, looked=looked)
    if found.what == "deployment":
        deployment = asked(lambda: see_deployment(found, clients=clients), otherwise=Deployment())
        return of_deployment(found, parameters=parameters, deployment=deployment)
    execution = asked(lambda: see_execution(found, clients=clients), otherwise=Execution())
    failure = asked(lambda: see_failure(found, clients=clients), otherwise=None) if found.what == "failed" else None
    stopped = asked(lambda: see_stop(found, clients=clients), otherwise="") if found.what == "stopped" else ""
    return of_execution(found, parameters=parameters, execution=execution, failure=failure, stopped=stopped)


def tell(notice: Notice, *, parameters: Parameters, event: Event, clients: Clients, now: datetime) -> Delivered:
    """Tell each audience that wants to hear it, or keep it for the end of its quiet hours."""
    done = Delivered()
    for audience in parameters.audiences:
        if not audience.hears(notice.kind):
            continue
        if audience.waits(urgent=notice.urgent, now=now):
            hold = partial(clients.sqs.send_message, QueueUrl=audience.queue, MessageBody=notice.to_json())
            done += attempt(audience, {"digest": hold})
        else:
            done += deliver(told(notice), audience=audience, event=event, clients=clients)
    return done


def asked(look_up: Callable[[], FoundT], *, otherwise: FoundT) -> FoundT:
    """What AWS knows. Where it won't say, people are told without it; what a retry can help is raised."""
    try:
        return look_up()
    except ClientError as error:
        if is_transient(error):
            raise
        logger.warning("told without it: %s", error)
        return otherwise


def see_look(found: Happening, *, clients: Clients) -> Look:
    """How a look for drift ended, and what it has found; nothing where CodeBuild doesn't have its build."""
    builds = clients.codebuild.batch_get_builds(ids=[found.execution.rpartition("build/")[2]]).get("builds", [])
    build: Mapping[str, Any] = next(iter(builds), {})
    said = {one["name"]: one.get("value", "") for one in build.get("exportedEnvironmentVariables", [])}
    return Look(ended=build.get("buildStatus", ""), drift=said.get(DRIFT, ""))


def see_execution(found: Happening, *, clients: Clients) -> Execution:
    """Version, trigger and kind of an execution."""
    answer = clients.codepipeline.get_pipeline_execution(
        pipelineName=found.pipeline, pipelineExecutionId=found.execution
    )["pipelineExecution"]
    revision: Mapping[str, object] = next(iter(answer.get("artifactRevisions", [])), {})
    trigger = answer.get("trigger", {})
    return Execution(
        version=optional_text(revision, "revisionId"),
        change=optional_text(revision, "revisionSummary"),
        trigger=trigger.get("triggerType", ""),
        detail=trigger.get("triggerDetail", ""),
        rollback=answer.get("executionType") == "ROLLBACK",
    )


def see_failure(found: Happening, *, clients: Clients) -> Failure | None:
    """The action that failed last in an execution, with its reason; where none has, the rule of a stage's condition."""
    pages = clients.codepipeline.get_paginator("list_action_executions").paginate(
        pipelineName=found.pipeline, filter={"pipelineExecutionId": found.execution}
    )
    actions = (one for page in pages for one in page.get("actionExecutionDetails", []))
    if action := last_failed(actions, named="actionName"):
        return Failure(stage=action["stageName"], action=action["actionName"], reason=reason_of(action))
    pages = clients.codepipeline.get_paginator("list_rule_executions").paginate(
        pipelineName=found.pipeline, filter={"pipelineExecutionId": found.execution}
    )
    rules = (one for page in pages for one in page.get("ruleExecutionDetails", []))
    if rule := last_failed(rules, named="ruleName"):
        return Failure(stage=rule["stageName"], action=rule["ruleName"], reason=reason_of(rule))
    return None


def last_failed(runs: Iterable[Mapping[str, Any]], *, named: str) -> Mapping[str, Any] | None:
    """The action or the rule that failed last, None where none has; one that was tried again counts with its last run.

    Args:
        runs: of actions or of rules.
        named: the key of their name.
    """
    ordered = sorted(runs, key=itemgetter("lastUpdateTime"))
    latest = {(one["stageName"], one[named]): one for one in ordered}
    failed = (one for one in latest.values() if one.get("status") == "Failed")
    return max(failed, key=itemgetter("lastUpdateTime"), default=None)


def reason_of(run: Mapping[str, Any]) -> str:
    """Why it failed, empty where nobody said."""
    result: Mapping[str, Any] = run.get("output", {}).get("executionResult", {})
    return str(result.get("errorDetails", {}).get("message") or result.get("externalExecutionSummary", ""))


def see_stop(found: Happening, *, clients: Clients) -> str:
    """Why an execution was stopped, as whoever did it has said; empty where that is not listed
    (https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineExecutionSummary.html)."""
    pages = clients.codepipeline.get_paginator("list_pipeline_executions").paginate(
        pipelineName=found.pipeline, PaginationConfig={"MaxItems": NEWEST}
    )
    listed = (one for page in pages for one in page["pipelineExecutionSummaries"])
    stopped: Mapping[str, Any] = next((one for one in listed if one["pipelineExecutionId"] == found.execution), {})
    return str(stopped.get("stopTrigger", {}).get("reason", ""))


def see_deployment(found: Happening, *, clients: Clients) -> Deployment:
    """Who made a deployment of which group, and whether the pipeline tells of it itself."""
    info = clients.codedeploy.get_deployment(deploymentId=found.execution)["deploymentInfo"]
    creator = info.get("creator", "")
    ours = "execution=" in info.get("description", "")
    if creator != "codeDeployRollback" and found.state != "SUCCESS" and not ours:
        state = clients.codepipeline.get_pipeline_state(name=found.pipeline)
        ours = found.execution in set(_outside(state))
    message = info.get("errorInformation", {}).get("message") or info.get("rollbackInfo", {}).get("rollbackMessage", "")
    return Deployment(creator=creator, reason=message, ours=ours, group=info.get("deploymentGroupName", ""))


def _outside(state: Mapping[str, Any]) -> list[str]:
    """What the pipeline's actions have begun in other services, by its id there."""
    return [
        action.get("latestExecution", {}).get("externalExecutionId", "")
        for stage in state.get("stageStates", [])
        for action in stage.get("actionStates", [])
    ]
