"""Lambda `reject_stale_approvals`: looks, decides, looks again, acts. The decisions are in `decide`."""

import os
from dataclasses import replace
from functools import partial

from pipeline_job.announcement import publish
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.values import VARIABLE
from reject_stale_approvals.decide import (
    Candidate,
    Parameters,
    TooEarlyError,
    Waiting,
    is_ahead,
    line_of,
    reason,
    successor,
    too_late,
    waiting,
)
from release_evidence.release import branch_of
from release_manifest.executions import SUCCEEDED, actions_of, approvals_in, observe_execution
from repository_events.event import Event, optional_text
from repository_events.run import answer_event


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one event."""
    clients, parameters = runtime_clients(), Parameters.parse(os.environ.get(VARIABLE, ""))
    act = partial(visit, parameters=parameters, clients=clients)
    answer_event(event, name="reject_stale_approvals", visit=act, clients=clients, topic=parameters.topic)


def visit(event: Event, *, parameters: Parameters, clients: Clients) -> str:
    """One event with the given clients; what was done."""
    if optional_text(event.detail, "pipeline") != parameters.pipeline:
        return f"nothing to do for {event}"
    found = look(parameters, clients=clients)
    if not found.open:
        return "no approval waits without an answer"
    told = optional_text(event.detail, "execution-id")
    if told and told not in {found.execution, *found.behind}:
        newer = observe_execution(told, pipeline=parameters.pipeline, client=clients.codepipeline)
        if is_ahead(event, found, newer=newer):
            raise TooEarlyError(f"CodePipeline does not show yet that {told} waits behind {found.execution}.")
    old = candidate(found.execution, parameters=parameters, clients=clients)
    others = [candidate(one, parameters=parameters, clients=clients) for one in found.behind]
    new = successor(old, others)
    if new is None:
        return f"nothing newer waits behind {found.execution}"
    return stop(old, new, parameters=parameters, clients=clients)


def look(parameters: Parameters, *, clients: Clients) -> Waiting:
    """How it stands now. Which answers are of this execution, the state alone doesn't tell: an action of it that hasn't
    run yet shows the answer of the execution before."""
    state = clients.codepipeline.get_pipeline_state(name=parameters.pipeline)
    found = waiting(state, stage=parameters.stage)
    if not found.execution or not found.asked:
        return found
    runs = actions_of(found.execution, pipeline=parameters.pipeline, client=clients.codepipeline)
    gates = approvals_in(parameters.stage, runs)
    return replace(found, answered=tuple(run.action for run in gates if run.action not in found.asked))


def candidate(identity: str, *, parameters: Parameters, clients: Clients) -> Candidate:
    """An execution with what its revision succeeds on."""
    execution = observe_execution(identity, pipeline=parameters.pipeline, client=clients.codepipeline)
    runs = (
        actions_of(identity, pipeline=parameters.pipeline, client=clients.codepipeline)
        if parameters.branches and not parameters.variable
        else ()
    )
    branch = branch_of(execution, runs, variable=parameters.variable) if parameters.branches else ""
    return Candidate(execution=execution, line=line_of(branch, tags=parameters.tags))


def stop(old: Candidate, new: Candidate, *, parameters: Parameters, clients: Clients) -> str:
    """Stop the older one, if it still waits; what was done.

    The state is read again right before: whoever approved meanwhile has decided. After an approval the pipeline checks
    the approvers before anything is deployed, so that even a stop that comes in the same moment cuts no deployment.
    People hear of the stop, with its reason, as of every other.
    """
    client = clients.codepipeline
    again = look(parameters, clients=clients)
    if not again.open or again.execution != old.execution.id or new.execution.id not in again.behind:
        return f"{old.execution.id} waits no longer"
    try:
        client.stop_pipeline_execution(
            pipelineName=parameters.pipeline,
            pipelineExecutionId=old.execution.id,
            abandon=True,
            reason=reason(old.execution, new.execution),
        )
    except (client.exceptions.DuplicatedStopRequestException, client.exceptions.PipelineExecutionNotStoppableException):
        return f"{old.execution.id} is stopped or over already"
    except client.exceptions.ConflictException as error:
        raise TooEarlyError("CodePipeline is busy with the pipeline.") from error
    runs = actions_of(old.execution.id, pipeline=parameters.pipeline, client=client)
    if lost := [run.action for run in approvals_in(parameters.stage, runs) if run.status == SUCCEEDED]:
        publish(too_late(old.execution, lost, pipeline=parameters.pipeline), topic=parameters.topic, client=clients.sns)
    return f"{old.execution.id} is stopped, for {new.execution.id} waits behind it"
