"""Lambda `check_approvers`: looks, decides, records, answers. The decisions are in `decide`."""

import logging
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from check_approvers.decide import PATIENCE, Parameters, Rule, approvals, is_early, objections, record, refusal
from pipeline_job.answer import Answer, Continue, Fail, Succeed
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.job import Job
from pipeline_job.memory import Memory
from pipeline_job.run import answer_job
from pipeline_job.values import VARIABLE
from release_evidence.people import name_of
from release_evidence.release import observe_release
from release_manifest.executions import actions_of

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one visit of CodePipeline."""
    answer_job(event, visit=visit, clients=runtime_clients())


def visit(*, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:
    """One visit with the given clients; what it raises fails the action."""
    parameters = Parameters.parse(job.user_parameters, fixed=os.environ.get(VARIABLE, ""))
    subject = parameters.subject
    given = approvals(
        actions_of(parameters.execution, pipeline=subject.pipeline, client=clients.codepipeline),
        parameters=parameters,
        last_updated_by=last_updated_by(subject.pipeline, stage=parameters.stage, client=clients.codepipeline),
    )
    if is_early(given) and now.timestamp() - memory.since < PATIENCE:
        return Continue(memory=memory, summary="CodePipeline doesn't tell yet who approved")
    asks = parameters.rule is not Rule.NONE
    release = observe_release(parameters.execution, subject=subject, clients=clients) if asks else None
    found = objections(given, release, rule=parameters.rule, people=parameters.people)
    logger.info("%s", record(parameters, given, release, found))
    if found:
        return Fail(message=refusal(found))
    approvers = ", ".join(dict.fromkeys(name_of(one.by) or one.by or "unknown" for one in given))
    return Succeed(summary=f"approved by {approvers}", variables={"approvers": approvers})


def last_updated_by(pipeline: str, *, stage: str, client: Any) -> Mapping[str, str]:
    """Who changed an action's run last, by the run's id. AWS documents the approver's ARN here, and only here
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-approve-or-reject.html)."""
    state = client.get_pipeline_state(name=pipeline)
    return {
        run["actionExecutionId"]: run["lastUpdatedBy"]
        for one in state.get("stageStates", ())
        if one.get("stageName") == stage
        for action in one.get("actionStates", ())
        if {"actionExecutionId", "lastUpdatedBy"} <= (run := action.get("latestExecution", {})).keys()
    }
