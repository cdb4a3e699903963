"""Runs the visits that CodePipeline would: the same functions, called from here until they have an answer.

Every visit looks at the world anew. So a visit that Ctrl-C cuts short, or that is run again by another process, changes
nothing that the next one doesn't see.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from operations.deployment.found import CALLER
from operations.deployment.mover import mover_of
from operations.deployment.progress import Progress
from operations.deployment.target import Target
from pipeline_job.answer import Answer, Continue, Fail, Succeed
from pipeline_job.clients import Clients
from pipeline_job.failures import RefusedError, failure_message, has_no_session, is_transient
from pipeline_job.job import Job, S3Object
from pipeline_job.memory import Memory
from pipeline_job.run import Clock, Visit, utc_now

POLL_SECONDS = 10
MOST_TROUBLE = 60
"""So many visits in a row may meet throttling or no connection: ten minutes."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One action of the pipeline, by the name of what it does.

    Args:
        does: in words, for the one who watches.
        visit: of the function.
        moves: whether it changes what serves; the others only wait and look.
        undo: what takes back what it did before there was a deployment; None where that is nothing.
        workers: of whom it is, beside the main group; empty where it is of that.
    """

    does: str
    visit: Visit
    moves: bool = True
    undo: Visit | None = None
    workers: str = ""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How the steps came out.

    Args:
        answer: the last one.
        step: that gave it.
        deployments: of CodeDeploy, in order.
        variables: what the steps told.
        left: whether nobody watched it to the end: the person stopped, or the credentials or the connection ended.
        stopped: whether the person stopped it.
    """

    answer: Answer
    step: Step
    deployments: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    left: bool = False
    stopped: bool = False

    @property
    def good(self) -> bool:
        """Whether every step succeeded."""
        return isinstance(self.answer, Succeed)


class Watcher(Protocol):
    """Who is told, and asked what Ctrl-C means."""

    def tell(self, text: str) -> None:
        """Say how far it is."""
        ...

    def stops(self, step: Step, *, deployment: str) -> bool | None:
        """After Ctrl-C: whether to stop the deployment; None is to stop watching."""
        ...


@dataclass(frozen=True, kw_only=True)
class Work:
    """One deployment by hand.

    Args:
        target: what is deployed to.
        execution: its id, by which the deployments in CodeDeploy are found again.
        bundle: what is deployed.
        version: of a Lambda function that is published already, else empty.
        way_back: whether it brings back what served before.
    """

    target: Target
    execution: str
    bundle: S3Object | None
    version: str = ""
    way_back: bool = False

    @property
    def job(self) -> Job:
        """The same as the functions are told it by CodePipeline."""
        told = {**self.target.parameters, "execution": self.execution, "wayBack": self.way_back}
        return Job(id=self.execution, user_parameters=json.dumps(told), artifact=self.bundle, access=CALLER)


@dataclass(kw_only=True)
class Drive:
    """Drives a deployment through its steps.

    Args:
        watcher: who is told of it.
        clients: of AWS.
        progress: what is said of each target.
        clock, pause: time, which tests make pass.
    """

    watcher: Watcher
    clients: Clients
    progress: Progress
    clock: Clock = utc_now
    pause: Callable[[float], None] = time.sleep
    _said: str = ""

    def run(self, work: Work, steps: Sequence[Step]) -> Ended:
        """Go through the steps; the first that fails is the last."""
        variables: dict[str, str] = {}
        deployments: list[str] = []
        ended = Ended(answer=Succeed(summary="There is nothing to do."), step=steps[0])
        for step in steps:
            ended = self._step(work, step, deployments)
            if not isinstance(ended.answer, Succeed):
                break
            variables.update(ended.answer.variables)
            self._tell(ended.answer.summary)
        return replace(ended, deployments=tuple(deployments), variables=variables)

    def _step(self, work: Work, step: Step, deployments: list[str]) -> Ended:
        if step.workers:
            work = replace(work, target=work.target.beside(step.workers))
        memory = Memory(attempt=work.execution, since=int(self.clock().timestamp()), version=work.version)
        trouble, stopped = 0, False
        self._tell(f"{step.does} …")
        while True:
            try:
                answer, trouble = self._visit(work, step, memory, trouble)
                if isinstance(answer, Continue):
                    memory = answer.memory
                    self._tell(answer.summary)
                self._follow(_behind(answer, memory), deployments)
                if not isinstance(answer, Continue):
                    return Ended(answer=answer, step=step, stopped=stopped)
                self.pause(POLL_SECONDS)
            except KeyboardInterrupt:
                stop = self.watcher.stops(step, deployment=memory.deployment)
                if stop is None:
                    waiting = Continue(memory=memory, summary="watched no more")
                    return Ended(answer=waiting, step=step, left=True)
                if stop and not self._stopped(work, memory):
                    # From here on it is the undoing that is repeated until it has an answer.
                    step, stopped = replace(step, visit=step.undo or nothing_to_undo, undo=None, moves=False), True
                stopped = stopped or stop
            except (ClientError, BotoCoreError) as error:
                # Whoever has no credentials any more, or no connection, can neither look nor stop, and AWS goes on.
                self._tell(failure_message(error))
                waiting = Continue(memory=memory, summary="watched no more")
                return Ended(answer=waiting, step=step, left=True)

    def _visit(self, work: Work, step: Step, memory: Memory, trouble: int) -> tuple[Answer, int]:
        """One visit, and how many in a row have met trouble.

        Raises:
            ClientError, BotoCoreError: the credentials have come to their end, or the trouble lasts.
        """
        try:
            return step.visit(job=work.job, memory=memory, clients=self.clients, now=self.clock()), 0
        except (RefusedError, ClientError, BotoCoreError) as error:
            if has_no_session(error) or (is_transient(error) and trouble >= MOST_TROUBLE):
                raise
            if not is_transient(error):
                return Fail(message=failure_message(error)), trouble
            return Continue(memory=memory, summary=f"AWS asks for patience: {failure_message(error)}"), trouble + 1

    def _follow(self, deployment: str, deployments: list[str]) -> None:
        if deployment and deployment not in deployments:
            deployments.append(deployment)
        # Of what ECS does itself, each summary tells all there is.
        for event in self.progress.news(deployment) if deployment.startswith("d-") else ():
            self.watcher.tell(str(event))

    def _stopped(self, work: Work, memory: Memory) -> bool:
        """Stop what was begun, and let what ran before come back; False where nothing was."""
        try:
            said = mover_of(work.target).stop(work.execution, memory, now=self.clock())
        except (ClientError, BotoCoreError) as error:
            said = f"It could not be told to stop ({failure_message(error)}); Ctrl-C asks again."
        if said:
            self._tell(said)
        return said is not None

    def _tell(self, text: str) -> None:
        """Say it once: a visit that sees the same says the same."""
        if text != self._said:
            self._said = text
            self.watcher.tell(f"{self.clock():%H:%M:%S}  {text}")


def nothing_to_undo(*, job: Job, memory: Memory, clients: Clients, now: datetime) -> Answer:  # noqa: ARG001
    """The answer where a step has changed nothing before its deployment."""
    return Fail(message="Stopped before anything was deployed.")


def _behind(answer: Answer, memory: Memory) -> str:
    """The deployment behind an answer, empty where there is none (yet)."""
    if isinstance(answer, Succeed):
        # Of one that it began itself a function remembers the ARN where AWS has one, and tells only the end of it.
        return memory.deployment or answer.variables.get("deploymentId", "")
    return memory.deployment or (answer.deployment if isinstance(answer, Fail) else "")


def observed_at(clock: Clock) -> datetime:
    """The time to the second, as records have it."""
    return clock().replace(microsecond=0)
