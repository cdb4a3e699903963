"""Lambda `record_release`: looks, decides, writes. The decisions are in `decide`."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from botocore.exceptions import ClientError

from deployments.observe import observe_deployment
from deployments.sight import Course
from pipeline_job.clients import Clients, runtime_clients
from pipeline_job.failures import RefusedError, error_code
from pipeline_job.run import Clock, utc_now
from pipeline_job.values import VARIABLE
from record_release.decide import (
    LOOK_BACK,
    PIPELINES,
    Line,
    Listed,
    Origin,
    Parameters,
    Question,
    outcome,
    question,
    release_of,
)
from record_release.deployed import deployment_by, function_version
from record_release.shown import shown
from release_ledger import Artifact, Release, Source, StoredArtifact, append, releases
from release_ledger.infrastructure import observe_infrastructure
from release_ledger.source import digest_told, source_of_commit, source_of_manifest, source_told
from release_ledger.store import key_of, record_keys
from release_manifest import read_manifest
from release_manifest.attempts import Attempt, attempts
from release_manifest.digest import digest_of
from release_manifest.executions import IN_PROGRESS, ActionRun, observe_execution, runs_of
from release_manifest.history import codecommit_history
from repository_events.event import Event
from repository_events.run import answer_event, logger

NEWEST = 100
"""Executions that are listed at most; each that changed lately costs a call or more."""

MOST_READ = 25
"""Releases that are read for the one that ran before: so many may have failed in a row."""


class NotYetError(Exception):
    """CodePipeline doesn't show yet what its event tells; Lambda tries again, and so does the next hour."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One visit of the function.

    Args:
        parameters: what it works on.
        clients: for every call.
        now: the time.
        done: what was done so far, in words.
        troubles: what went wrong so far.
    """

    parameters: Parameters
    clients: Clients = field(repr=False)
    now: datetime
    done: list[str] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)

    @contextmanager
    def apart(self, what: str) -> Iterator[None]:
        """What goes wrong in here keeps nothing else from being recorded."""
        try:
            yield
        except (ClientError, NotYetError, RefusedError) as error:
            logger.warning("%s: %s", what, error)
            self.troubles.append(error)


def handle(event: object, _context: object) -> None:
    """The Lambda entry: one event."""
    told = Path(__file__).with_name(PIPELINES).read_text(encoding="utf-8")
    clients, parameters = runtime_clients(), Parameters.parse(os.environ.get(VARIABLE, ""), pipelines=told)
    act = partial(visit, parameters=parameters, clients=clients)
    answer_event(event, name="record_release", visit=act, clients=clients, topic=parameters.topic)


def visit(event: Event, *, parameters: Parameters, clients: Clients, clock: Clock = utc_now) -> str:
    """One event with the given clients; what was done.

    Raises:
        NotYetError: the stage of the event doesn't show its end yet.
        RefusedError, ClientError: something can't be recorded; everything else has been.
    """
    asked = question(event, parameters=parameters)
    if asked is None:
        return f"nothing to record of {event}"
    here = Visit(parameters=parameters, clients=clients, now=clock())
    for line in asked.lines:
        with here.apart(line.name):
            keys = frozenset(
                record_keys(clients.s3, parameters.ledger, line.application, since=here.now - 2 * LOOK_BACK)
            )
            for one in listed(line.name, asked.execution, visit=here):
                with here.apart(f"{line.name} {one.id}"):
                    record(one, line=line, keys=keys, asked=asked, visit=here)
    if here.troubles:
        raise here.troubles[0]
    return "; ".join(here.done) or "everything is recorded"


def listed(pipeline: str, execution: str, *, visit: Visit) -> list[Listed]:
    """The executions to look at, the oldest first
    (https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ListPipelineExecutions.html).

    Args:
        pipeline: whose.
        execution: that one alone; empty for all that changed lately.
        visit: for the time and the calls.

    Raises:
        NotYetError: the one that is asked for isn't there.
    """
    pages = visit.clients.codepipeline.get_paginator("list_pipeline_executions").paginate(
        pipelineName=pipeline, PaginationConfig={"MaxItems": NEWEST}
    )
    every = [Listed.of(one) for page in pages for one in page.get("pipelineExecutionSummaries", ())]
    if not execution:
        # They are listed by their beginning, and one that waited for days may have ended today.
        return [one for one in every if one.changed >= visit.now - LOOK_BACK][::-1]
    if found := [one for one in every if one.id == execution]:
        return found
    raise NotYetError(f"CodePipeline does not list {execution} of {pipeline}.")


def record(one: Listed, *, line: Line, keys: frozenset[str], asked: Question, visit: Visit) -> None:
    """Write down what the ledger doesn't have of an execution.

    Args:
        one: the execution.
        line: its pipeline.
        keys: of the records that the ledger has.
        asked: what the event says of it.
        visit: for the calls.

    Raises:
        NotYetError: an event has said that the stage ended, and nothing shows it.
    """
    runs = runs_of(one.id, pipeline=line.name, client=visit.clients.codepipeline)
    over = [
        attempt
        for attempt in attempts(runs, stage=line.stage)
        if attempt.is_over(execution=one.status, runs=runs, told=asked.succeeded)
        and shown(attempt, listed=one, line=line, now=visit.now)
    ]
    # A stage that its own condition kept from beginning has deployed nothing.
    begun = any(run.stage == line.stage for run in runs) or one.status == IN_PROGRESS
    if asked.execution and begun and not over:
        raise NotYetError(f"CodePipeline does not show yet how {line.stage} of {one.id} ended.")
    for attempt in over:
        if key_of(line.application, ended=attempt.ended, identity=one.id) not in keys:
            visit.done.append(write(attempt, one, runs, line=line, visit=visit))


def write(attempt: Attempt, one: Listed, runs: Sequence[ActionRun], *, line: Line, visit: Visit) -> str:
    """Write one attempt down; what was done."""
    of = f"{line.stage} of {one.id}"
    course = failed_deployment(attempt, line=line, clients=visit.clients)
    ended = outcome(attempt, course, listed=one, line=line, now=visit.now)
    if ended is None:
        return f"{of} waits for CodeDeploy, which rolls back"
    origin = see_origin(one, runs, line=line, clients=visit.clients)
    running = observe_infrastructure(visit.clients.ssm, visit.parameters.version, stack=visit.parameters.environment)
    release = release_of(
        attempt,
        ended,
        origin=origin,
        artifact=see_artifact(attempt, origin, clients=visit.clients),
        before=ran_before(attempt, line=line, visit=visit),
        running=running,
        line=line,
    )
    new = append(visit.clients.s3, visit.parameters.ledger, release)
    return f"{of} {'is' if new else 'was'} recorded as {release.release}: {release.kind}, {release.outcome}"


def failed_deployment(attempt: Attempt, *, line: Line, clients: Clients) -> Course | None:
    """What has become of an attempt's deployment of the main group, None where it has none, or that hasn't failed.

    The others are of workers: what CodeDeploy brings back there doesn't bring back what serves.
    """
    main = deployment_by(line.main, attempt)
    if not main or not attempt.failed:
        return None
    try:
        own = observe_deployment(main, clients=clients)
    except clients.codedeploy.exceptions.DeploymentDoesNotExistException:
        return None
    if own.succeeded:
        return None
    return Course(deployment=own, rollback=observe_deployment(own.rollback, clients=clients) if own.rollback else None)


def see_origin(one: Listed, runs: Sequence[ActionRun], *, line: Line, clients: Clients) -> Origin:
    """The execution with what it was made from: a rollback runs what another execution brought."""
    client = clients.codepipeline
    execution = observe_execution(one.id, pipeline=line.name, client=client)
    back = execution.rollback_of
    brought = observe_execution(back, pipeline=line.name, client=client) if back else execution
    told = runs_of(back, pipeline=line.name, client=client) if back else runs
    digest = digest_told(told)
    source = source_told(brought, told, variable=line.variable)
    return Origin(
        execution=execution,
        listed=one,
        runs=runs,
        digest=digest,
        source=see_source(source, digest, line=line, clients=clients),
    )


def see_source(told: Source, digest: str, *, line: Line, clients: Clients) -> Source:
    """What was built, with what repository or manifest know of it; without, where those can't be read any more."""
    try:
        if line.releases and digest:
            manifest = read_manifest(clients.s3, bucket=line.releases, application=line.application, digest=digest)
            return source_of_manifest(manifest)
        if line.repository and told.commit:
            found = codecommit_history(clients.codecommit, repository=line.repository)([told.commit])
            return source_of_commit(told, found.get(told.commit))
    except RefusedError as error:
        logger.warning("%s: %s", line.name, error)
    return told


def see_artifact(attempt: Attempt, origin: Origin, *, clients: Clients) -> Artifact | None:
    """What was deployed, with its digest. What is there no more is told by its place alone."""
    if version := function_version(attempt):
        return version
    place = attempt.handed
    if place is None:
        return None
    bucket, key = place
    try:
        found = clients.s3.get_object(Bucket=bucket, Key=key)
        digest = origin.digest or digest_of(found["Body"])
    except RefusedError as error:
        logger.warning("without a digest: %s", error)
        digest = ""
    except ClientError as error:
        if error_code(error) != "NoSuchKey":
            raise
        return StoredArtifact(bucket=bucket, key=key, sha256=origin.digest)
    return StoredArtifact(bucket=bucket, key=key, version=found.get("VersionId", ""), sha256=digest)


def ran_before(attempt: Attempt, *, line: Line, visit: Visit) -> Release | None:
    """The release that ran before an attempt began.

    A record that can't be read is passed by: nobody can take it away for years, and what is deployed meanwhile has to
    be recorded all the same.
    """
    clients, ledger = visit.clients, visit.parameters.ledger
    passed_by = partial(logger.warning, "passed by: %s")
    newest_first = releases(clients.s3, ledger, line.application, limit=MOST_READ, unreadable=passed_by)
    return next((one for one in newest_first if one.succeeded and one.ended < attempt.begun), None)
